"""Finding requests by what was said, by title, by reference and by the customer's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from clientela.directory import rules as directory_rules
from clientela.directory.policies import Viewer
from clientela.kernel.identifiers import normal_reference
from clientela.requests.models import Message, Request
from clientela.requests.policies import asked_by, read_whole_by, sees_everything
from clientela.requests.queries.glimpses import RequestGlimpse, cards_for, request_glimpse
from clientela.requests.rules import excerpt, search_words

FoundPlace = tuple[datetime, int]  # (last_message_at, id) of the last row of a page
MOST_NAMED = 200
SHORTEST_NAME = 3

# The index finds what matches by the words of any language; each row is then asked again in its own. `%%` is a
# percent sign for the driver. Names of parties are read where they stand: a copy here would grow old.
_ANY_LANGUAGE = """(
    public.clientela_search_query('en', %s) || public.clientela_search_query('ro', %s)
    || public.clientela_search_query('es', %s) || public.clientela_search_query('', %s)
)"""
_SAID = f"""
    SELECT request_id FROM requests_message
    WHERE search @@ {_ANY_LANGUAGE} AND search @@ public.clientela_search_query(language, %s)
"""  # noqa: S608 - put together from constants
_TITLED = f"""
    UNION SELECT id FROM requests_request
    WHERE search @@ {_ANY_LANGUAGE} AND search @@ public.clientela_search_query(language, %s)
"""  # noqa: S608 - put together from constants
_NAMED = """
    UNION SELECT id FROM requests_request WHERE customer_id IN (
        SELECT id FROM directory_party WHERE name_key LIKE %s AND erased_at IS NULL LIMIT %s
    )
"""
_MATCHES = "requests_message.search @@ public.clientela_search_query(requests_message.language, %s)"
_REFERRED = "UNION SELECT id FROM requests_request WHERE reference = %s"


@dataclass(frozen=True)
class FoundRequest:
    """A request that matches. `excerpt` is the passage that does, "" when its title or its customer's name did."""

    request: RequestGlimpse
    excerpt: str


@dataclass(frozen=True)
class RequestsFound:
    """A page of what was found, the last spoken on first. `before` continues; None: that was all."""

    requests: tuple[FoundRequest, ...]
    before: FoundPlace | None


def requests_found(viewer: Viewer, words: str, *, before: FoundPlace | None = None, limit: int = 25) -> RequestsFound:
    """Requests whose messages, title, reference or customer's name match; every word must begin a word of theirs.

    Three statements. What the viewer may not read is not found: a note is found only by those who may read notes.
    """
    query = search_words(words)
    reference = normal_reference(words) or ""
    if not query and not reference:
        return RequestsFound((), None)
    whole = _page(Request.objects.filter(read_whole_by(viewer), pk__in=_hits(query, words, reference)), before)
    if sees_everything(viewer):
        places = whole.order_by("-last_message_at", "-pk")[: limit + 1]
    else:
        public = _hits(query, words, reference, besides=Message.Kind.NOTE)
        asked = _page(Request.objects.filter(asked_by(viewer), pk__in=public), before)
        places = whole.union(asked).order_by("-last_message_at", "-pk")[: limit + 1]
    found = list(places)
    shown = found[:limit]
    passages = _passages(viewer, query, [row.pk for row in shown])
    cards = cards_for(shown)
    return RequestsFound(
        requests=tuple(FoundRequest(request_glimpse(row, cards), passages.get(row.pk, "")) for row in shown),
        before=(shown[-1].last_message_at, shown[-1].pk) if len(found) > limit else None,
    )


def _hits(query: str, words: str, reference: str, *, besides: str = "") -> RawSQL:
    """Every request that matches, whoever may see it; messages of the kind `besides` do not count."""
    sql = _SAID + " AND kind <> %s" + _TITLED
    params: list[str | int] = [*[query] * 5, besides, *[query] * 5]
    name = directory_rules.name_key(words)
    if len(name) >= SHORTEST_NAME:
        escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        sql, params = sql + _NAMED, [*params, f"%{escaped}%", MOST_NAMED]
    if reference:
        sql, params = sql + _REFERRED, [*params, reference]
    return RawSQL(sql, params)  # noqa: S611 - constants with parameters


def _page(rows: QuerySet[Request], before: FoundPlace | None) -> QuerySet[Request]:
    if before is None:
        return rows
    return rows.filter(Q(last_message_at__lt=before[0]) | Q(last_message_at=before[0], pk__lt=before[1]))


def _passages(viewer: Viewer, query: str, ids: Sequence[int]) -> dict[int, str]:
    """The passage that matches, by request: of the newest message that the viewer may read and that matches."""
    matches = RawSQL(_MATCHES, [query])  # noqa: S611 - a constant with a parameter
    rows = (
        Message.objects.filter(request__in=ids)
        .filter(_readable(viewer))
        .annotate(matches=matches)
        .filter(matches=True)
        .order_by("request_id", "-at", "-pk")
        .distinct("request_id")
        .values_list("request_id", "text")
    )
    wanted = [word.removesuffix(":*") for word in query.split(" & ")]
    return {request_id: excerpt(text, wanted) for request_id, text in rows}


def _readable(viewer: Viewer) -> Q:
    if sees_everything(viewer):
        return Q()
    readable = ~Q(kind=Message.Kind.NOTE) | Q(request__provider__in=viewer.department_ids)
    also = Q(request__also_department_ids__overlap=sorted(viewer.department_ids))
    return readable | also if viewer.department_ids else readable
