"""Finding by words and by names, in the lists of reviews and talks."""

from datetime import datetime
from typing import Final

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.rules import name_key
from clientela.requests.rules import search_words

MOST_NAMED: Final = 200
# The index finds what matches by the words of any language; each row is then asked again in its own.
_MATCHES: Final = """(
    {table}.search @@ (
        public.clientela_search_query('en', %s) || public.clientela_search_query('ro', %s)
        || public.clientela_search_query('es', %s) || public.clientela_search_query('', %s)
    ) AND {table}.search @@ public.clientela_search_query({table}.language, %s)
)"""


def has_words(table: str, words: str) -> Q:
    """The rows of a table with a column `search` in whose text each of the words begins one; none without a word."""
    query = search_words(words)
    if not query:
        return Q(pk__in=[])
    matches = RawSQL(_MATCHES.format(table=table), [query] * 5, output_field=BooleanField())  # noqa: S611 - constants
    return Q(matches)


def parties_called(viewer: Viewer, words: str, *, at: datetime) -> set[int]:
    """The customers of such a name whom the viewer may see, outside and inside; departments by any of their names."""
    people = directory.people_page(viewer, at=at, words=words, limit=MOST_NAMED)
    wanted = name_key(words).split()
    departments = {
        card.id
        for card in directory.departments()
        if wanted and any(all(word in name_key(name) for word in wanted) for name in _names(card))
    }
    return {one.id for one in people.rows} | departments


def _names(card: directory.DepartmentCard) -> list[str]:
    return [card.name, *card.names.values()]
