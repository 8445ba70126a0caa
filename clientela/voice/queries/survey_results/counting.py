"""Reading answers to count them, as few as have to be: those after the place up to which a tally goes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from clientela.voice.rules.surveys import SurveyDefinition
from clientela.voice.rules.tallying import AnswerCounter, Counts

CUTS: Final = ("supplier", "rater", "service", "side", "language")
CLASS: Final = "class"  # the whole of what an anonymous row keeps: by this, each cut that was announced is made
BEGINNING: Final = (datetime.min.replace(tzinfo=UTC), UUID(int=0))

Place = tuple[datetime | None, UUID]  # of the last answer counted; without a moment in an anonymous round
Parts = dict[tuple[str, str], Counts]  # by side, and by the value of a cut

_COLUMNS: Final = """a.id, a.answered_at, a.is_complete, a."values", a.supplier_id, a.rater_id, a.service_id, a.side,
    a.language"""
_WITH_NAMES: Final = f"""
    SELECT p.round_id, {_COLUMNS}
    FROM unnest(%(rounds)s::bigint[], %(moments)s::timestamptz[], %(ids)s::uuid[]) p (round_id, last_at, last_id)
    JOIN voice_surveyanswer a ON a.round_id = p.round_id AND a.is_complete AND a.answered_at >= p.last_at
        AND (a.answered_at, a.id) > (p.last_at, p.last_id)
"""  # noqa: S608 - put together from constants
# Words lie apart from the answers, and are read with them.
_ANONYMOUS: Final = f"""
    SELECT p.round_id, {_COLUMNS}
    FROM unnest(%(rounds)s::bigint[], %(ids)s::uuid[]) p (round_id, last_id)
    JOIN voice_surveyanswer a ON a.round_id = p.round_id AND a.saved_at IS NULL AND a.id > p.last_id
"""  # noqa: S608 - put together from constants
# Of one round, step by step: in the order of moments, or in that of random ids, so that each step reads only its own.
_STEP_WITH_NAMES: Final = f"""
    SELECT a.round_id, {_COLUMNS}
    FROM voice_surveyanswer a
    WHERE a.round_id = %s AND a.is_complete AND a.answered_at <= %s AND (a.answered_at, a.id) > (%s, %s)
    ORDER BY a.answered_at, a.id LIMIT %s
"""  # noqa: S608 - put together from constants
_STEP_ANONYMOUS: Final = f"""
    SELECT a.round_id, {_COLUMNS}
    FROM voice_surveyanswer a
    WHERE a.round_id = %s AND a.saved_at IS NULL AND a.id > %s
    ORDER BY a.id LIMIT %s
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True)
class AnswerRead:
    """An answer as it is counted: what was answered, and by what it may be cut."""

    round_id: int
    id: UUID
    answered_at: datetime | None
    is_complete: bool
    values: Mapping[str, Any]
    attributes: Mapping[str, int | str | None]

    @property
    def answered_on(self) -> date | None:
        """The day on which it was given; None in an anonymous round."""
        return None if self.answered_at is None else self.answered_at.astimezone(UTC).date()

    def part(self, cut: str) -> tuple[str, str]:
        """Its side, and its value of a cut as a text, "" where it has none."""
        side = str(self.attributes["side"] or "")
        if cut == CLASS:
            return "", json.dumps([self.attributes[name] or None for name in CUTS])
        return side, "" if not cut else str(self.attributes[cut] or "")


@dataclass(frozen=True)
class Answers:
    """Which answers are counted: of these rounds, of one side or both ("")."""

    rounds: Sequence[int]
    side: str = ""
    is_anonymous: bool = False


def answers_after(places: Mapping[int, Place | None], *, is_anonymous: bool) -> Iterator[AnswerRead]:
    """The answers of some rounds, each from a place on (None: from the first), in no order. One statement."""
    begun = [place or BEGINNING for place in places.values()]
    parameters: dict[str, Any] = {
        "rounds": list(places),
        "moments": [place[0] or BEGINNING[0] for place in begun],
        "ids": [place[1] for place in begun],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANONYMOUS if is_anonymous else _WITH_NAMES, parameters)
        yield from _read(cursor)


def next_answers(
    round_id: int, place: Place | None, *, is_anonymous: bool, until: datetime, limit: int
) -> list[AnswerRead]:
    """The next answers of a round from a place on, in their order, given until a moment. One statement."""
    last_at, last_id = place or BEGINNING
    with connection.cursor() as cursor:
        if is_anonymous:
            cursor.execute(_STEP_ANONYMOUS, [round_id, last_id, limit])
        else:
            cursor.execute(_STEP_WITH_NAMES, [round_id, until, last_at, last_id, limit])
        return list(_read(cursor))


def _read(found: Iterable[tuple[Any, ...]]) -> Iterator[AnswerRead]:
    for round_id, number, answered_at, is_complete, values, *attributes in found:
        yield AnswerRead(
            round_id, number, answered_at, is_complete, json.loads(values), dict(zip(CUTS, attributes, strict=True))
        )


def counted_parts(found: Iterable[AnswerRead], definition: SurveyDefinition, *, cut: str) -> dict[int, Parts]:
    """Count answers by round, side and the value of a cut."""
    counters: dict[int, AnswerCounter] = {}
    whole: dict[int, Parts] = defaultdict(lambda: defaultdict(Counts))
    for one in found:
        counter = counters.get(one.round_id)
        if counter is None:
            counter = counters[one.round_id] = AnswerCounter(definition, is_for_cut=bool(cut))
        into = whole[one.round_id][one.part(cut)]
        if one.is_complete:
            counter.count(into, one.values, on=one.answered_on)
        else:
            counter.count_words(into, one.values)
    return whole


@dataclass(frozen=True)
class Spread:
    """How numbers, or days counted from 1970, are spread over steps from `low` on; days over whole steps."""

    n: int
    low: float
    high: float
    mean: float
    deviation: float  # of the sample; 0 for one answer
    median: float
    step: float  # 0: all are the same
    bins: tuple[int, ...]


_LAST: Final = """
SELECT r.round_id, (a."values" ->> r.question)::float8::int, count(*)
FROM unnest(%(rounds)s::bigint[], %(questions)s::text[]) r (round_id, question)
JOIN voice_surveyanswer a ON a.round_id = r.round_id AND a.is_complete
WHERE jsonb_typeof(a."values" -> r.question) = 'number'
GROUP BY 1, 2
"""
# The same of rounds that were counted: the scores alone are taken out of what is kept.
_KEPT: Final = """
SELECT r.round_id, v.key::float8::int, sum(v.value::int)
FROM unnest(%(rounds)s::bigint[], %(questions)s::text[]) r (round_id, question)
JOIN voice_surveyround o ON o.id = r.round_id
JOIN voice_surveytally t ON t.round_id = r.round_id AND t.version_id = o.version_id AND t.cut = ''
    AND t.caught_up_at IS NOT NULL,
    jsonb_each(t.content) s, jsonb_each_text(COALESCE(s.value -> '' -> 'values' -> r.question, '{}')) v
WHERE v.key ~ '^-?[0-9]+$'
GROUP BY 1, 2
"""


def scores_of_rounds(asked: Mapping[int, str], *, is_kept: bool = False) -> dict[int, dict[int, int]]:
    """How often each score of one question was given, for a question of each of these rounds. One statement.

    `is_kept`: as far as they were counted, which costs the same however many answers there are.
    """
    if not asked:
        return {}
    found: dict[int, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_KEPT if is_kept else _LAST, {"rounds": list(asked), "questions": list(asked.values())})
        for round_id, score, n in cursor:
            found.setdefault(round_id, {})[score] = n
    return found
