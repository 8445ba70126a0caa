"""Counting answers in the database. What comes back grows with the questions, not with the answers."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import connection

from clientela.voice.rules.surveys import QuestionKind, Side, SurveyDefinition, measure_of

# The columns of an answer by which results are cut. Nothing else ever gets into a statement's text.
COLUMNS: Final[Mapping[str, str]] = {
    "": "''",
    "supplier": "supplier_id::text",
    "rater": "rater_id::text",
    "service": "service_id::text",
    "side": "side",
    "language": "language",
    "round": "round_id::text",
}
BINS: Final = 10

_ANSWERS: Final = """
    SELECT id, round_id, "values", COALESCE({column}, '') AS cut, {whole} AS is_whole
    FROM voice_surveyanswer
    WHERE round_id = ANY(%(rounds)s) AND is_complete
        AND (%(side)s = '' OR side = %(side)s) AND (%(suppliers)s::bigint[] IS NULL OR supplier_id = ANY(%(suppliers)s))
"""
# Whether somebody answered all the questions that count only together (`Answers.together`).
_IS_WHOLE: Final = """
    "values" ?& ARRAY(SELECT jsonb_array_elements_text(%(together)s::jsonb -> round_id::text))
"""
# One part for each form of answer; a survey is asked only for the forms that it has.
_TOTALS: Final = (
    "SELECT round_id, cut, '' AS question, '#' AS part, '' AS answer, 0 AS place, count(*) AS n FROM a GROUP BY 1, 2"
)
_SINGLE: Final = """
SELECT round_id, cut, v.key, '', v.value, 0, count(*)
FROM a, jsonb_each_text(a."values") v
WHERE v.key = ANY(%(single)s) AND (is_whole OR NOT v.key = ANY(%(partly)s)) GROUP BY 1, 2, 3, 5
"""
_ANSWERED: Final = """
SELECT round_id, cut, key, '#', '', 0, count(*)
FROM a, jsonb_object_keys(a."values") key WHERE key = ANY(%(others)s) GROUP BY 1, 2, 3
"""
# What was written in an anonymous round lies apart from the answers; of a survey with names there are no such rows.
_WORDS: Final = """
SELECT w.round_id, '', key, '#', '', 0, count(*)
FROM voice_surveyanswer w, jsonb_object_keys(w."values") key
WHERE w.round_id = ANY(%(rounds)s) AND NOT w.is_complete AND w.saved_at IS NULL AND key = ANY(%(texts)s) GROUP BY 1, 3
"""
_LISTS: Final = """
SELECT round_id, cut, v.key, '', item.value, CASE WHEN v.key = ANY(%(rankings)s) THEN item.place ELSE 0 END, count(*)
FROM a, jsonb_each(a."values") v,
    jsonb_array_elements_text(CASE jsonb_typeof(v.value) WHEN 'array' THEN v.value ELSE '[]' END)
        WITH ORDINALITY item (value, place)
WHERE v.key = ANY(%(lists)s) GROUP BY 1, 2, 3, 5, 6
"""
_TABLES: Final = """
SELECT round_id, cut, v.key, cell.key, cell.value, 0, count(*)
FROM a, jsonb_each(a."values") v,
    jsonb_each_text(CASE jsonb_typeof(v.value) WHEN 'object' THEN v.value ELSE '{}' END) cell
WHERE v.key = ANY(%(tables)s) GROUP BY 1, 2, 3, 4, 5
"""
_SINGLE_KINDS: Final = frozenset({QuestionKind.SCALE, QuestionKind.CHOICE})
_LIST_KINDS: Final = frozenset({QuestionKind.CHOICES, QuestionKind.RANKING})


@dataclass
class Counts:
    """What was answered in some rounds, in one cut. Every count is of finished answers."""

    n: int = 0
    answered: dict[str, int] = field(default_factory=dict)  # by question
    values: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))  # how often each answer
    places: dict[str, dict[tuple[str, int], int]] = field(default_factory=lambda: defaultdict(dict))  # of rankings
    cells: dict[str, dict[tuple[str, str], int]] = field(default_factory=lambda: defaultdict(dict))  # of a matrix

    def scores(self, name: str) -> dict[int, int]:
        """How often each score of a scale was given; what is no whole number is an answer of another version."""
        return {int(value): count for value, count in self.values[name].items() if _is_whole(value)}


@dataclass(frozen=True)
class Answers:
    """Which answers are counted: of these rounds, of one side or both (""), about these suppliers or all (None).

    `together` names by round the questions that count only of who answered all of them, so that figures made of several
    are taken over the same people as those of each.
    """

    rounds: Sequence[int]
    side: str = ""
    suppliers: Collection[int] | None = None
    together: Mapping[int, Collection[str]] = field(default_factory=dict)

    def statement(self, cut: str) -> str:
        """The part of a statement that chooses them, by the value of a cut."""
        return _ANSWERS.format(column=COLUMNS[cut], whole=_IS_WHOLE if self.together else "TRUE")

    @property
    def parameters(self) -> dict[str, Any]:
        """As the statements take them."""
        suppliers = None if self.suppliers is None else list(self.suppliers)
        return {
            "rounds": list(self.rounds),
            "side": self.side,
            "suppliers": suppliers,
            "together": json.dumps({number: sorted(names) for number, names in self.together.items()}),
            "partly": sorted({name for names in self.together.values() for name in names}),
        }


def items_of_quality(definition: SurveyDefinition) -> frozenset[str]:
    """The questions of which the figures of internal service quality are made."""
    return frozenset(
        one.name for one in definition.questions if (measure := measure_of(one.measure)) and measure.side is not None
    )


def counts_of_answers(
    answers: Answers, definition: SurveyDefinition, *, cut: str = "", only: Collection[str] | None = None
) -> dict[tuple[int, str], Counts]:
    """Count every answer of the definition's questions, by round and by the value of a cut. One statement.

    `only` counts some of the questions. The value of a cut is its id or code as a text, "" where there is none.
    """
    questions = [one for one in definition.questions if only is None or one.name in only]
    parameters: dict[str, Any] = {
        "single": [one.name for one in questions if one.kind in _SINGLE_KINDS],
        "others": [one.name for one in questions if one.kind not in _SINGLE_KINDS],
        "lists": [one.name for one in questions if one.kind in _LIST_KINDS],
        "tables": [one.name for one in questions if one.kind is QuestionKind.MATRIX],
        "texts": [one.name for one in questions if one.kind is QuestionKind.TEXT and not cut],
    }
    wanted = {"single": _SINGLE, "others": _ANSWERED, "lists": _LISTS, "tables": _TABLES, "texts": _WORDS}
    parts = [_TOTALS, *(part for name, part in wanted.items() if parameters[name])]
    parameters |= {
        **answers.parameters,
        "rankings": [one.name for one in questions if one.kind is QuestionKind.RANKING],
    }
    statement = f"WITH a AS ({answers.statement(cut)}) {' UNION ALL '.join(parts)}"
    found: dict[tuple[int, str], Counts] = defaultdict(Counts)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for round_id, value, question, part, answer, place, n in cursor:
            counts = found[round_id, value]
            if part == "#":
                if question:
                    counts.answered[question] = counts.answered.get(question, 0) + n
                else:
                    counts.n = n
            elif part:
                counts.cells[question][part, answer] = n
            elif place:
                counts.places[question][answer, place] = n
            else:
                counts.values[question][answer] = n
    for counts in found.values():
        # Who answers with one value is counted by the values; the others were counted for themselves.
        counts.answered |= {
            name: sum(counts.values[name].values()) for name in parameters["single"] if counts.values[name]
        }
    return dict(found)


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


_SPREAD: Final = """
WITH a AS ({answers}),
v AS MATERIALIZED (
    SELECT e.key AS question,
        CASE WHEN e.key = ANY(%(days)s) THEN ((e.value #>> '{{}}')::date - DATE '1970-01-01')::float8
            ELSE (e.value #>> '{{}}')::float8 END AS amount
    FROM a, jsonb_each(a."values") e
    WHERE (e.key = ANY(%(days)s) AND e.value #>> '{{}}' ~ '^\\d{{4}}-\\d{{2}}-\\d{{2}}$')
        OR (e.key = ANY(%(numbers)s) AND jsonb_typeof(e.value) = 'number')
),
s AS (
    SELECT question, question = ANY(%(wholes)s) AS is_whole,
        count(*) AS n, min(amount) AS low, max(amount) AS high, avg(amount) AS mean,
        COALESCE(stddev_samp(amount), 0) AS deviation, percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS median
    FROM v GROUP BY question
),
w AS (
    SELECT *, CASE WHEN is_whole THEN ceil((high - low + 1) / %(bins)s) ELSE (high - low) / %(bins)s END AS step
    FROM s
),
b AS (
    SELECT v.question, CASE WHEN w.step = 0 THEN 1
        ELSE least(floor((v.amount - w.low) / w.step)::int + 1, %(bins)s) END AS bin, count(*) AS n
    FROM v JOIN w USING (question) GROUP BY 1, 2
)
SELECT w.question, w.n, w.low, w.high, w.mean, w.deviation, w.median, w.step, b.bin, b.n
FROM w JOIN b USING (question) ORDER BY w.question, b.bin
"""


def spreads_of_answers(answers: Answers, definition: SurveyDefinition) -> dict[str, Spread]:
    """How the answers to questions for numbers and days are spread. One statement, none without such questions."""
    numbers = [one.name for one in definition.questions if one.kind is QuestionKind.NUMBER]
    days = [one.name for one in definition.questions if one.kind is QuestionKind.DATE]
    if not numbers and not days:
        return {}
    wholes = [*days, *(one.name for one in definition.questions if one.is_whole)]
    parameters = {**answers.parameters, "numbers": numbers, "days": days, "wholes": wholes, "bins": BINS}
    found: dict[str, tuple[int, float, float, float, float, float, float]] = {}
    bins: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD.format(answers=answers.statement("")), parameters)
        for question, n, low, high, mean, deviation, median, step, place, count in cursor:
            found[question] = (n, low, high, mean, deviation, median, step)
            bins.setdefault(question, [0] * BINS)[place - 1] = count
    return {name: Spread(*values, tuple(bins[name])) for name, values in found.items()}


_QUALITY: Final = """
WITH a AS ({answers}),
m (question, dimension, side, item) AS (SELECT * FROM unnest(
    %(names)s::text[], %(dimensions)s::text[], %(sides)s::text[], %(items)s::text[])),
i AS (
    SELECT a.id, a.cut, m.dimension,
        max((v.value #>> '{{}}')::float8) FILTER (WHERE m.side = 'perception') AS perception,
        max((v.value #>> '{{}}')::float8) FILTER (WHERE m.side = 'expectation') AS expectation,
        max((v.value #>> '{{}}')::float8) FILTER (WHERE m.side = 'importance') AS importance
    FROM a, jsonb_each(a."values") v JOIN m ON m.question = v.key
    WHERE jsonb_typeof(v.value) = 'number' AND a.is_whole
    GROUP BY a.id, a.cut, m.dimension, m.item
),
d AS MATERIALIZED (
    SELECT id, cut, dimension, avg(perception) AS perception, avg(expectation) AS expectation,
        avg(perception - expectation) AS gap, avg(importance) AS importance
    FROM i GROUP BY id, cut, dimension
),
p AS (
    SELECT cut, '' AS dimension,
        CASE WHEN count(perception) = %(all)s THEN avg(perception) END AS perception,
        CASE WHEN count(expectation) = %(all)s THEN avg(expectation) END AS expectation,
        CASE WHEN count(gap) = %(all)s THEN avg(gap) END AS gap,
        NULL::float8 AS importance
    FROM d GROUP BY id, cut
),
w AS (
    SELECT u.cut, u.dimension, s.side, s.score
    FROM (SELECT cut, dimension, perception, expectation, gap, importance FROM d UNION ALL SELECT * FROM p) u,
        LATERAL (VALUES ('perception', u.perception), ('expectation', u.expectation), ('gap', u.gap),
            ('importance', u.importance)) s (side, score)
    WHERE s.score IS NOT NULL
)
SELECT cut, dimension, side, round(score::numeric, 6)::float8, count(*) FROM w GROUP BY 1, 2, 3, 4
"""
DIMENSION_COUNT: Final = 5


def quality_of_answers(
    answers: Answers, definition: SurveyDefinition, *, cut: str = ""
) -> dict[tuple[str, str, str], dict[float, int]]:
    """Internal service quality: how often each mean of a person's items was given. One statement, none without items.

    By the value of the cut, the dimension ("" for the whole, of who answered all five), and the side: perception,
    expectation, importance, or "gap" for perception less expectation of the items answered on both sides. Of an
    anonymous round `answers.together` has to name the items: else items less the whole are those of who left one out.
    """
    asked = [(one, measure) for one in definition.questions if (measure := measure_of(one.measure)) and measure.side]
    if not asked:
        return {}
    parameters = {
        **answers.parameters,
        "names": [one.name for one, _measure in asked],
        "dimensions": [str(measure.dimension) for _one, measure in asked],
        "sides": [str(measure.side) for _one, measure in asked],
        # An item without a pair of its own stands for itself.
        "items": ["" if measure.side is Side.IMPORTANCE else one.item or one.name for one, measure in asked],
        "all": DIMENSION_COUNT,
    }
    found: dict[tuple[str, str, str], dict[float, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_QUALITY.format(answers=answers.statement(cut)), parameters)
        for value, dimension, side, score, n in cursor:
            found[value, dimension, side][score] = n
    return dict(found)


_WEEKS: Final = """
SELECT date_trunc('week', answered_at AT TIME ZONE 'UTC')::date, ("values" ->> %(question)s)::float8::int, count(*)
FROM voice_surveyanswer
WHERE round_id = ANY(%(rounds)s) AND is_complete AND answered_at IS NOT NULL
    AND (%(side)s = '' OR side = %(side)s) AND (%(suppliers)s::bigint[] IS NULL OR supplier_id = ANY(%(suppliers)s))
    AND jsonb_typeof("values" -> %(question)s) = 'number'
GROUP BY 1, 2 ORDER BY 1, 2
"""


def weeks_of_score(answers: Answers, question: str) -> list[tuple[date, dict[int, int]]]:
    """How often each score was given, week by week, oldest first. One statement. Anonymous answers have no week."""
    found: dict[date, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, {**answers.parameters, "question": question})
        for week, score, n in cursor:
            found.setdefault(week, {})[score] = n
    return list(found.items())


_LAST: Final = """
SELECT r.round_id, (a."values" ->> r.question)::float8::int, count(*)
FROM unnest(%(rounds)s::bigint[], %(questions)s::text[]) r (round_id, question)
JOIN voice_surveyanswer a ON a.round_id = r.round_id AND a.is_complete
WHERE jsonb_typeof(a."values" -> r.question) = 'number'
GROUP BY 1, 2
"""


def scores_of_rounds(asked: Mapping[int, str]) -> dict[int, dict[int, int]]:
    """How often each score of one question was given, for a question of each of these rounds. One statement."""
    if not asked:
        return {}
    found: dict[int, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"rounds": list(asked), "questions": list(asked.values())})
        for round_id, score, n in cursor:
            found.setdefault(round_id, {})[score] = n
    return found


def _is_whole(value: str) -> bool:
    return value.lstrip("-").isdecimal()
