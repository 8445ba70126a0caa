"""Which voices: by feeling, subject, department, side, kind and words; only what the viewer may read."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.requests.rules import search_words
from clientela.voice.models import Subject, Voice, VoiceSubject
from clientela.voice.policies.heard import providers_read_by

Rows = QuerySet[VoiceSubject] | QuerySet[Voice]
Place = tuple[datetime, int]  # (said_at, id) of the last row of a page

ALL = -1  # no department has this number
LOOKED_THROUGH = 2_000  # of the newest voices, before the index of words is asked

# The index finds what matches by the words of any language; each row is then asked again in its own.
_MATCHES = """(
    voice_voice.search @@ (
        public.clientela_search_query('en', %s) || public.clientela_search_query('ro', %s)
        || public.clientela_search_query('es', %s) || public.clientela_search_query('', %s)
    ) AND voice_voice.search @@ public.clientela_search_query(voice_voice.language, %s)
)"""

_AMONG = f"""
    SELECT said_at, id FROM ({{rows}}) AS voice_voice (said_at, id, language, search)
    WHERE {_MATCHES} ORDER BY said_at DESC, id DESC LIMIT %s
"""  # noqa: S608 - put together from constants
_FOUND = f"SELECT id FROM voice_voice WHERE {_MATCHES}"  # noqa: S608 - put together from constants


@dataclass(frozen=True)
class VoiceFilters:
    """What to show; what is empty does not matter. `subject` is a key, `words` must each begin a word of the text.

    `has_words`: only voices with words, not scores alone. `said_of_house`: only what was said of no department.
    """

    feeling: str = ""
    subject: str = ""
    provider_id: int | None = None
    side: str = ""
    kind: str = ""
    words: str = ""
    since: datetime | None = None
    group_id: int | None = None
    has_words: bool = False
    said_of_house: bool = False


def newest_ids(viewer: Viewer, filters: VoiceFilters, *, after: Place | None, limit: int) -> list[int]:
    """Return the ids of the newest voices that match, at most `limit`. One statement, two with a subject, one
    a department and one more for words.

    Each department's newest are taken from its own part of the index and then put together, so it does not matter how
    many others there are. Raises HiddenError for a department whose voices the viewer does not read.
    """
    query = search_words(filters.words)
    if filters.words.strip() and not query:
        return []
    providers = _providers(viewer, filters)
    if filters.subject:
        subject_id = Subject.objects.filter(key=filters.subject).values_list("pk", flat=True).first()
        if subject_id is None:
            return []
        return _newest(_about(subject_id, _wanted(filters, at="voice__"), query), providers, after, "voice_id", limit)
    rows = Voice.objects.filter(_wanted(filters))
    if not query:
        return _newest(rows, providers, after, "pk", limit)
    common = [number for part in _parts(rows, providers, after, "pk") for number in _among_newest(part, query, limit)]
    if len(common) >= limit:
        return [number for _said_at, number in sorted(common, reverse=True)[:limit]]
    # A rare word: all of them are found by the index of words, and the newest taken here. Asked for the newest ones the
    # database would rather walk through all voices, because it cannot know how rare a word is.
    allowed = Q() if providers is None else Q(provider__in=providers - {None})
    if providers is not None and None in providers:
        allowed |= Q(provider__isnull=True)
    found = _page(_matching(rows.filter(allowed), query), after, "pk").values_list("said_at", "pk")
    return [number for _said_at, number in sorted(found, reverse=True)[:limit]]


def _newest(
    rows: Rows, providers: frozenset[int | None] | None, after: Place | None, key: str, limit: int
) -> list[int]:
    found = [part.values_list("said_at", key)[:limit] for part in _parts(rows, providers, after, key)]
    if not found:
        return []
    if len(found) == 1:
        return [number for _said_at, number in found[0]]
    together = found[0].union(*found[1:], all=True)
    return [number for _said_at, number in sorted(together, reverse=True)[:limit]]


def _parts(rows: Rows, providers: frozenset[int | None] | None, after: Place | None, key: str) -> list[Rows]:
    """The rows of each department from the place on, the newest first."""
    return [
        _page(rows if provider is ALL else rows.filter(provider=provider), after, key).order_by("-said_at", f"-{key}")
        for provider in ([ALL] if providers is None else sorted(providers, key=lambda one: one or 0))
    ]


def _among_newest(part: Rows, query: str, limit: int) -> list[tuple[datetime, int]]:
    """Those that match among the newest of a part: of a common word there are enough, and no index is asked."""
    searched = part.annotate(words=RawSQL("voice_voice.search", []))
    inner, params = searched.values_list("said_at", "pk", "language", "words")[:LOOKED_THROUGH].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_AMONG.format(rows=inner), [*params, *[query] * 5, limit])
        return [(said_at, int(number)) for said_at, number in cursor.fetchall()]


def _about(subject_id: int, wanted: Q, query: str) -> QuerySet[VoiceSubject]:
    rows = VoiceSubject.objects.filter(wanted, subject=subject_id, is_about=True)
    return rows.filter(voice__in=RawSQL(_FOUND, [query] * 5)) if query else rows  # noqa: S611 - as below


def _providers(viewer: Viewer, filters: VoiceFilters) -> frozenset[int | None] | None:
    read = providers_read_by(viewer)
    if filters.said_of_house:
        return frozenset({None}) if read is None or None in read else frozenset()
    if filters.provider_id is None:
        return read
    if read is not None and filters.provider_id not in read:
        raise HiddenError(f"There is no department {filters.provider_id} for this viewer.")
    return frozenset({filters.provider_id})


def _wanted(filters: VoiceFilters, *, at: str = "") -> Q:
    wanted = Q()
    for name in ("feeling", "side", "kind", "group_id"):
        if value := getattr(filters, name):
            wanted &= Q(**{f"{at}{name}": value})
    if filters.since is not None:
        wanted &= Q(said_at__gte=filters.since)
    return wanted & ~Q(**{f"{at}text": ""}) if filters.has_words else wanted


def _matching(rows: QuerySet[Voice], query: str) -> QuerySet[Voice]:
    if not query:
        return rows
    matches = RawSQL(_MATCHES, [query] * 5, output_field=BooleanField())  # noqa: S611 - a constant with parameters
    return rows.alias(is_match=matches).filter(is_match=True)


def _page(rows: Rows, after: Place | None, key: str) -> Rows:
    if after is None:
        return rows
    return rows.filter(Q(said_at__lte=after[0]) & (Q(said_at__lt=after[0]) | Q(**{f"{key}__lt": after[1]})))
