"""What this context hands to analytics: what was said, as scores. No words, no names, and no past of anonymous ones.

An anonymous round is handed over as decision 13 left it in the database, and with less: its week instead of its day, no
language, each score a row by itself, so that nothing ties two answers of one person. Its rows are numbered by a hash of
what they say: the numbers tell nothing that the rows do not, and even and odd ones are halves as if by chance.
"""

from collections.abc import Collection, Sequence
from typing import Final

from django.db import connection

from clientela.kernel.analytics.contracts import Column, Export, Table, Told, ids_named
from clientela.voice.rules.anonymity.quality import MEANS
from clientela.voice.rules.figures.scales import CES, CSAT, ISQ, NPS, STARS, Scale

VOICES = Table(
    name="voices",
    columns=(
        Column("voice_id", "int64"),  # below zero: a score of an anonymous round, numbered anew
        Column("request_id", "int64", is_nullable=True),  # what it is about; never of an anonymous one
        Column("provider_id", "int64", is_nullable=True),
        Column("rater_department_id", "int64", is_nullable=True),
        Column("service_id", "int64", is_nullable=True),
        Column("side", "string"),  # inside, outside
        Column("kind", "string"),  # rating, survey, talk, complaint, review
        Column("measure", "string"),  # csat, stars, ces, nps, isq:<dimension>; blank: no score
        Column("score", "int64", is_nullable=True),
        Column("share", "float64", is_nullable=True),  # the score between the worst, 0, and the best, 1, of its scale
        Column("said_at", "timestamp"),  # anonymous: the Monday of the week in which the round ended
        Column("is_anonymous", "bool"),
    ),
    key=("voice_id",),
    month_of="said_at",
)


def _scale(scale: Scale) -> str:
    return f"('{scale.kind.value}', {scale.lowest}, {scale.highest})"


_SCALES: Final = ", ".join(map(_scale, (CSAT, STARS, CES, NPS, ISQ)))
_SHARE: Final = f"""
    (SELECT (score - lowest)::float8 / (highest - lowest) FROM (VALUES {_SCALES}) AS scale (kind, lowest, highest)
        WHERE scale.kind = split_part(measure, ':', 1) AND score BETWEEN lowest AND highest)
"""  # noqa: S608 - numbers of our own scales
_MONDAY: Final = "date_trunc('week', {moment} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"

# Every score of the anonymous rounds in %(rounds)s, numbered in each from 1 in the order of a hash of what the rows
# say; of those that say the same any may be the first. In the order of the scores every second one would be no half by
# chance. Of service quality each dimension is one score, over those who count in it on the page too (decision 13).
_RELEASED: Final = f"""
WITH ended AS (
    SELECT round.id, {_MONDAY.format(moment="round.released_at")} AS said_at,
        CASE WHEN survey.cuts ? 'supplier' THEN NULL ELSE survey.owner_id END AS of_nobody_else
    FROM voice_surveyround AS round JOIN voice_survey AS survey ON survey.id = round.survey_id
    WHERE survey.is_anonymous AND round.released_at IS NOT NULL AND round.id = ANY(%(rounds)s::bigint[])
), asked AS (
    SELECT version.id AS version_id, question ->> 'name' AS name, question ->> 'measure' AS measure,
        question ->> 'highest' AS highest
    FROM voice_surveyversion AS version
    CROSS JOIN LATERAL jsonb_path_query(version.definition, '$.pages[*].questions[*]') AS question
    WHERE question ->> 'measure' <> '' AND version.id IN (
        SELECT version_id FROM voice_surveyanswer WHERE round_id IN (SELECT id FROM ended)
    )
), given AS (
    SELECT answer.id AS answer_id, answer.round_id, answer.supplier_id, answer.rater_id, answer.service_id, answer.side,
        asked.measure, asked.highest, answer."values" -> asked.name AS value
    FROM voice_surveyanswer AS answer
    JOIN asked ON asked.version_id = answer.version_id
    WHERE answer.round_id IN (SELECT id FROM ended) AND answer.is_complete
), scored AS (
    SELECT round_id, supplier_id, rater_id, service_id, side,
        CASE measure WHEN 'ces2010' THEN 'ces' ELSE measure END AS measure,
        CASE measure WHEN 'ces2010' THEN 8 - value::int ELSE value::int END AS score
    FROM given
    WHERE jsonb_typeof(value) = 'number' AND measure NOT LIKE 'isq:%%' AND (measure <> 'ces2010' OR highest = '7')
    UNION ALL
    SELECT round_id, supplier_id, rater_id, service_id, side, 'isq:' || split_part(measure, ':', 2),
        floor(avg(value::int) + 0.5)::int
    FROM given
    WHERE measure LIKE 'isq:%%:perception' AND highest = '7' AND jsonb_typeof(value) = 'number'
    GROUP BY answer_id, round_id, supplier_id, rater_id, service_id, side, measure
    UNION ALL
    SELECT answer.round_id, answer.supplier_id, answer.rater_id, answer.service_id, answer.side, 'isq:' || mean.key,
        floor((mean.value ->> 'perception')::float8 + 0.5)::int
    FROM voice_surveyanswer AS answer, jsonb_each(COALESCE(answer."values" -> '{MEANS}', '{{}}')) AS mean
    WHERE answer.round_id IN (SELECT id FROM ended) AND answer.is_complete AND mean.value ? 'perception' AND EXISTS (
        SELECT FROM asked WHERE asked.version_id = answer.version_id AND asked.highest = '7'
            AND asked.measure = 'isq:' || mean.key || ':perception'
    )
), told_apart AS (
    SELECT scored.*, row_number() OVER (
            PARTITION BY round_id, measure, supplier_id, rater_id, service_id, side, score
        ) AS copy
    FROM scored
), released AS (
    SELECT -(round_id * 16777216 + row_number() OVER (PARTITION BY round_id ORDER BY md5(concat_ws(
            '|', round_id, measure, score, copy, side, 'supplier', supplier_id, 'rater', rater_id, 'service', service_id
        )))) AS voice_id, COALESCE(supplier_id, of_nobody_else) AS provider_id, rater_id, service_id, side, measure,
        score, ended.said_at
    FROM told_apart JOIN ended ON ended.id = told_apart.round_id
)
"""  # noqa: S608 - our own

_VOICE_ROWS: Final = f"""
SELECT voice_id, request_id, provider_id, rater_department_id, service_id, side, kind, measure, score,
    {_SHARE} AS share, said_at, is_anonymous
FROM (
    SELECT id AS voice_id,
        CASE WHEN NOT is_anonymous AND about LIKE 'request:%%' THEN split_part(about, ':', 2)::bigint END AS request_id,
        provider_id, rater_id AS rater_department_id, service_id, side, kind, measure, score,
        CASE WHEN is_anonymous THEN {_MONDAY.format(moment="said_at")} ELSE said_at END AS said_at, is_anonymous
    FROM voice_voice WHERE id = ANY(%(ids)s::bigint[])
    UNION ALL
    SELECT voice_id, NULL, provider_id, rater_id, service_id, side, 'survey', measure, score, said_at, true
    FROM released WHERE voice_id = ANY(%(ids)s::bigint[])
) AS voice
"""  # noqa: S608 - our own
_ROUNDS_OF_IDS: Final = """
    ARRAY(SELECT DISTINCT (-id) / 16777216 FROM unnest(%(ids)s::bigint[]) AS wanted (id) WHERE id < 0)
"""
_ALL_ROUNDS: Final = """
    ARRAY(SELECT id FROM voice_surveyround WHERE released_at IS NOT NULL)
"""
_ALL_VOICES: Final = "SELECT id FROM voice_voice UNION ALL SELECT voice_id FROM released"
_RELEASED_IDS: Final = "SELECT voice_id FROM released"
_OF_THINGS: Final = "SELECT id FROM voice_voice WHERE source = ANY(%s) OR about = ANY(%s)"


def _touched(facts: Sequence[Told]) -> Collection[int]:
    rounds = ids_named([told for told in facts if told.verb.startswith("survey_")], "survey_round")
    found = ids_named(facts, "voice")
    things = sorted({name for told in facts for name in told.about if not name.startswith("party:")})
    with connection.cursor() as cursor:
        if things:
            cursor.execute(_OF_THINGS, [things, things])
            found |= {number for (number,) in cursor.fetchall()}
        if rounds:
            cursor.execute(_RELEASED + _RELEASED_IDS, {"rounds": sorted(rounds)})
            found |= {number for (number,) in cursor.fetchall()}
    return found


TABLES = (
    Export(
        table=VOICES,
        rows=_RELEASED.replace("%(rounds)s", _ROUNDS_OF_IDS) + _VOICE_ROWS,
        all_ids=_RELEASED.replace("%(rounds)s", _ALL_ROUNDS) + _ALL_VOICES,
        touched_by=_touched,
    ),
)
