"""Counting: how often a score was given, how people felt and what they spoke of, by week; changed with every voice.

Whoever hears, reads, corrects or takes back a voice says what it counted for before and what it counts for now; the
difference goes into the tallies in the same transaction. Anonymous voices are never counted.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from django.db import connection

from clientela.voice.rules.figures.scales import CSAT

SAID = "said"  # the measure that counts every voice, with value 0
FEELING = "feeling"  # the measure that counts every voice with words that were read, by how it felt
SATISFIED_SCORES = tuple(score for score in range(CSAT.lowest, CSAT.highest + 1) if CSAT.is_satisfied(score))
# What counts as spoken of with complaint.
HURTS = ("negative", "mixed")
FEELING_VALUES = {"negative": 0, "mixed": 1, "neutral": 2, "positive": 3, "cant_tell": 4}
_MEANING_LOCK = "voice.meaning"

# (week, measure, provider or 0, side, cut, value) and (week, subject, provider or 0, side, feeling).
Cell = tuple[date, str, int, str, str, int]
SubjectCell = tuple[date, int, int, str, str]

_ADD = """
    INSERT INTO voice_tally (week_on, measure, provider_id, side, cut, value, n)
    SELECT week_on, measure, NULLIF(provider_id, 0), side, cut, value, n FROM unnest(
        %s::date[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::smallint[], %s::int[]
    ) AS cell (week_on, measure, provider_id, side, cut, value, n)
    ON CONFLICT (provider_id, measure, cut, side, week_on, value) DO UPDATE SET n = voice_tally.n + excluded.n
"""
_TAKE = """
    UPDATE voice_tally SET n = n - %s
    WHERE week_on = %s AND measure = %s AND (provider_id = %s OR (provider_id IS NULL AND %s = 0))
    AND side = %s AND cut = %s AND value = %s
"""
_ADD_SUBJECTS = """
    INSERT INTO voice_subjecttally (week_on, subject_id, provider_id, side, feeling, n)
    SELECT week_on, subject_id, NULLIF(provider_id, 0), side, feeling, n FROM unnest(
        %s::date[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::int[]
    ) AS cell (week_on, subject_id, provider_id, side, feeling, n)
    ON CONFLICT (provider_id, subject_id, side, week_on, feeling) DO UPDATE SET n = voice_subjecttally.n + excluded.n
"""
_TAKE_SUBJECTS = """
    UPDATE voice_subjecttally SET n = n - %s
    WHERE week_on = %s AND subject_id = %s AND (provider_id = %s OR (provider_id IS NULL AND %s = 0))
    AND side = %s AND feeling = %s
"""


class Counted(Protocol):
    """What counting must know of a voice: a `Voice` or a `VoiceToHear`."""

    @property
    def said_at(self) -> datetime: ...  # noqa: D102 - as on Voice
    @property
    def provider_id(self) -> int | None: ...  # noqa: D102 - as on Voice
    @property
    def side(self) -> str: ...  # noqa: D102 - as on Voice
    @property
    def rater_id(self) -> int | None: ...  # noqa: D102 - as on Voice
    @property
    def service_id(self) -> int | None: ...  # noqa: D102 - as on Voice
    @property
    def is_anonymous(self) -> bool: ...  # noqa: D102 - as on Voice
    @property
    def measure(self) -> str: ...  # noqa: D102 - as on Voice
    @property
    def score(self) -> int | None: ...  # noqa: D102 - as on Voice


@dataclass(frozen=True)
class Meaning:
    """What a voice was taken for: its feeling, "" while it is unread, and the ids of its subjects."""

    feeling: str = ""
    subject_ids: frozenset[int] = frozenset()


UNREAD = Meaning()


def week_of(moment: datetime) -> date:
    """Return the Monday of the moment's week, in UTC."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def count_up(voices: Iterable[Counted], *, by: int = 1) -> None:
    """Add what was said to the weeks' tallies, or take it away with `by=-1`. Anonymous voices are not counted."""
    cells: Counter[Cell] = Counter()
    for one in voices:
        if one.is_anonymous:
            continue
        for cut in _cuts(one):
            place = (week_of(one.said_at), one.provider_id or 0, one.side, cut)
            cells[place[0], SAID, *place[1:], 0] += by
            if one.score is not None:
                cells[place[0], one.measure, *place[1:], one.score] += by
    _count(cells)


def stand_in_line() -> None:
    """Wait until nobody else changes what voices are taken for; the next one waits until this transaction ends.

    Some cells go up and others down, so two who change the same ones in another order would wait for each other for
    ever. Hearing does not touch these cells and waits for nobody. Short transactions only, and voices are held first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_MEANING_LOCK])


def count_meanings(changes: Collection[tuple[Counted, Meaning, Meaning]]) -> None:
    """Change the tallies of feelings and subjects: (voice, what it counted for before, what it counts for now).

    The caller holds the rows of the voices, and its place in the line (`stand_in_line`).
    """
    cells: Counter[Cell] = Counter()
    subjects: Counter[SubjectCell] = Counter()
    for one, before, after in changes:
        if one.is_anonymous or before == after:
            continue
        week = week_of(one.said_at)
        for meaning, by in ((before, -1), (after, 1)):
            if meaning.feeling:
                for cut in _cuts(one):
                    value = FEELING_VALUES[meaning.feeling]
                    cells[week, FEELING, one.provider_id or 0, one.side, cut, value] += by
            for subject_id in meaning.subject_ids:
                subjects[week, subject_id, one.provider_id or 0, one.side, meaning.feeling] += by
    if any(cells.values()) or any(subjects.values()):
        _count(cells)
        _count_subjects(subjects)


def _cuts(one: Counted) -> list[str]:
    cuts = ["", *([f"rater:{one.rater_id}"] if one.rater_id else [])]
    return [*cuts, f"service:{one.service_id}"] if one.service_id else cuts


def _count(cells: Counter[Cell]) -> None:
    # Always in the same order, so that two transactions that count in the same cells wait for each other in a row. What
    # goes down is an UPDATE: an INSERT of less than nothing is refused before it can become one.
    up = sorted((cell, n) for cell, n in cells.items() if n > 0)
    down = sorted((cell, -n) for cell, n in cells.items() if n < 0)
    with connection.cursor() as cursor:
        if up:
            cursor.execute(_ADD, _columns(up))
        if down:
            cursor.executemany(_TAKE, [(n, *cell[:3], cell[2], *cell[3:]) for cell, n in down])


def _count_subjects(cells: Counter[SubjectCell]) -> None:
    up = sorted((cell, n) for cell, n in cells.items() if n > 0)
    down = sorted((cell, -n) for cell, n in cells.items() if n < 0)
    with connection.cursor() as cursor:
        if up:
            cursor.execute(_ADD_SUBJECTS, _columns(up))
        if down:
            cursor.executemany(_TAKE_SUBJECTS, [(n, *cell[:3], cell[2], *cell[3:]) for cell, n in down])


def _columns(counted: Sequence[tuple[Cell | SubjectCell, int]]) -> list[list[object]]:
    cells = [cell for cell, _n in counted]
    columns: list[list[object]] = [[cell[place] for cell in cells] for place in range(len(cells[0]))]
    return [*columns, [n for _cell, n in counted]]
