"""The measures, written by hand in SQL as somebody would write them who knows how the store is laid out.

`{legs}` and so on stand for the newest version of each row. Columns come in the order of the measure's own.
"""

from typing import Final

BY_HAND: Final = {
    "hand_overs_by_edge": """
        SELECT CAST(date_trunc('week', started_at) AS DATE) AS week_on, provider_id, before AS customer_id,
            CAST(NULL AS VARCHAR) AS segment, count(*) AS handed_over
        FROM (
            SELECT *, lag(provider_id) OVER turn AS before, lag(outcome) OVER turn AS how FROM {legs}
            WINDOW turn AS (PARTITION BY request_id ORDER BY position)
        )
        WHERE before <> provider_id AND how = 'handed_over' GROUP BY ALL
    """,
    "outside_cases": """
        SELECT r.request_id, CAST(date_trunc('week', r.opened_at) AS DATE) AS week_on, r.provider_id, r.service_id,
            s.score
        FROM {requests} r LEFT JOIN (
            SELECT request_id, avg(share) AS score FROM {voices}
            WHERE request_id IS NOT NULL AND share IS NOT NULL AND measure IN ('csat', 'stars') AND side = 'outside'
            GROUP BY 1
        ) s USING (request_id)
        WHERE r.side = 'outside' AND r.root_id = r.request_id AND r.resolved_at IS NOT NULL AND r.state <> 'cancelled'
    """,
    "said_of_suppliers": """
        SELECT CAST(date_trunc('week', said_at) AS DATE) AS week_on, provider_id, abs(voice_id) % 2 AS half,
            count(*) AS n, sum(share) AS total
        FROM {voices}
        WHERE side = 'inside' AND provider_id IS NOT NULL AND share IS NOT NULL AND measure IN (
            'csat', 'stars', 'isq:reliability', 'isq:responsiveness', 'isq:assurance', 'isq:empathy'
        ) GROUP BY ALL
    """,
    "clocks_of_suppliers": """
        SELECT CAST(date_trunc('week', r.opened_at) AS DATE) AS week_on, r.provider_id, r.request_id % 2 AS half,
            count(*) AS n, count(*) FILTER (c.broken_at IS NULL) AS total
        FROM {requests} r JOIN {clocks} c USING (request_id)
        WHERE r.side = 'inside' AND r.state <> 'cancelled' AND c.kind <> 'personal'
            AND (c.broken_at IS NOT NULL OR c.kept_at IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM {requests} o WHERE o.side = 'outside' AND o.request_id = r.root_id)
        GROUP BY ALL
    """,
    "work_of_suppliers": """
        SELECT came.week_on, came.provider_id, came.came, s.members
        FROM (
            SELECT CAST(date_trunc('week', started_at) AS DATE) AS week_on, provider_id, count(*) AS came
            FROM {legs} GROUP BY ALL
        ) came LEFT JOIN {staffing} s ON s.week_on = came.week_on AND s.department_id = came.provider_id
    """,
    "requests_by_edge": """
        WITH turns AS (
            SELECT request_id, provider_id, position, lag(provider_id) OVER turn AS before,
                min(position) OVER (PARTITION BY request_id, provider_id) AS first_had
            FROM {legs} WINDOW turn AS (PARTITION BY request_id ORDER BY position)
        ), promised AS (
            SELECT request_id, count(broken_at) > 0 AS late, count(broken_at) + count(kept_at) > 0 AS decided
            FROM {clocks} WHERE request_id IS NOT NULL AND kind <> 'personal' GROUP BY 1
        ), known AS (
            SELECT r.*, coalesce(p.late, false) AS late, coalesce(p.decided, false) AS decided,
                resolved_at IS NOT NULL OR reopened_count > 0 AS done, reopened_count > 0 AS reopened,
                EXISTS (
                    FROM turns t WHERE t.request_id = r.request_id AND before <> t.provider_id AND first_had < position
                ) AS back,
                coalesce(
                    parent_id IS NOT NULL AND max(opened_at) OVER (PARTITION BY parent_id, service_id) > resolved_at,
                    false
                ) AS again
            FROM {asked} r LEFT JOIN promised p USING (request_id)
        )
        SELECT week_on, provider_id, customer_id, segment, count(*), count(*) FILTER (decided), count(*) FILTER (late),
            count(*) FILTER (done), count(*) FILTER (done AND (back OR reopened OR again)),
            count(*) FILTER (done AND back), count(*) FILTER (done AND reopened), count(*) FILTER (done AND again)
        FROM known GROUP BY week_on, provider_id, customer_id, segment
    """,
    "waits_by_edge": """
        SELECT week_on, provider_id, customer_id, segment, {bucket} AS bucket, count(*)
        FROM {asked} JOIN (
            SELECT request_id,
                sum(queue_seconds + work_seconds + customer_seconds + department_seconds + date_seconds) AS seconds
            FROM {legs} GROUP BY 1
        ) USING (request_id)
        WHERE resolved_at IS NOT NULL GROUP BY ALL
    """,
    "scores_by_edge": """
        SELECT * FROM (
            SELECT CAST(date_trunc('week', said_at) AS DATE) AS week_on, v.provider_id,
                CASE WHEN v.side = 'inside' THEN coalesce(rater_department_id, customer_department_id) END
                    AS customer_id,
                CASE WHEN v.side <> 'inside' THEN r.segment END AS segment, count(*), count(*) FILTER (share >= 0.75)
            FROM {voices} v LEFT JOIN {requests} r USING (request_id)
            WHERE NOT is_anonymous AND v.provider_id IS NOT NULL AND share IS NOT NULL AND measure IN ('csat', 'stars')
            GROUP BY ALL
        ) WHERE customer_id <> provider_id OR segment IS NOT NULL
    """,
    "promises_by_side": """
        SELECT CAST(date_trunc('week', opened_at) AS DATE) AS week_on, side, r.provider_id, count(*),
            count(*) FILTER (reply_decided > 0), count(*) FILTER (reply_decided > 0 AND reply_broken = 0),
            count(*) FILTER (other_decided > 0), count(*) FILTER (other_decided > 0 AND other_broken = 0)
        FROM {requests} r LEFT JOIN (
            SELECT request_id,
                count(*) FILTER (kind = 'first_reply' AND coalesce(broken_at, kept_at) IS NOT NULL) AS reply_decided,
                count(broken_at) FILTER (kind = 'first_reply') AS reply_broken,
                count(*) FILTER (kind <> 'first_reply' AND coalesce(broken_at, kept_at) IS NOT NULL) AS other_decided,
                count(broken_at) FILTER (kind <> 'first_reply') AS other_broken
            FROM {clocks} WHERE request_id IS NOT NULL AND kind <> 'personal' GROUP BY 1
        ) USING (request_id)
        WHERE state <> 'cancelled' GROUP BY ALL
    """,
    "waits_by_side": """
        SELECT CAST(date_trunc('week', opened_at) AS DATE) AS week_on, side, provider_id, {bucket} AS bucket, count(*)
        FROM {requests} JOIN (
            SELECT request_id, sum(queue_seconds + work_seconds + department_seconds) AS seconds
            FROM {legs} GROUP BY 1
        ) USING (request_id)
        WHERE resolved_at IS NOT NULL AND state <> 'cancelled' GROUP BY ALL
    """,
    "latest_by_side": """
        SELECT week_on, side, provider_id, row_number() OVER late AS place, request_id, seconds FROM (
            SELECT CAST(date_trunc('week', opened_at) AS DATE) AS week_on, side, r.provider_id, request_id, seconds
            FROM {requests} r JOIN (
                SELECT request_id, max(CAST(
                    epoch(date_trunc('second', CASE WHEN is_open THEN TIMESTAMPTZ '2026-11-23 08:00:00+00'
                        ELSE coalesce(kept_at, broken_at) END)) - epoch(date_trunc('second', broken_at)) AS BIGINT
                )) AS seconds
                FROM {clocks} WHERE request_id IS NOT NULL AND kind <> 'personal' AND broken_at IS NOT NULL GROUP BY 1
            ) USING (request_id)
            WHERE state <> 'cancelled' AND seconds > 0
        )
        WINDOW late AS (PARTITION BY week_on, side, provider_id ORDER BY seconds DESC, request_id)
        QUALIFY place <= 3
    """,
    "parts_of_cases": """
        SELECT r.request_id AS root_id, l.provider_id, r.provider_id AS front_id, r.service_id AS case_service_id,
            CAST(date_trunc('week', resolved_at) AS DATE) AS ended_on,
            CAST(sum(queue_seconds + work_seconds) AS BIGINT) AS seconds
        FROM {requests} r JOIN {legs} l ON l.root_id = r.request_id
        WHERE r.side = 'outside' AND r.root_id = r.request_id AND resolved_at IS NOT NULL AND state <> 'cancelled'
        GROUP BY ALL
    """,
    "returning_cases": """
        SELECT r.request_id, r.provider_id, r.service_id, CAST(date_trunc('week', r.opened_at) AS DATE) AS week_on,
            CAST(datediff('day', r.opened_at, r.resolved_at) AS BIGINT) AS took_days,
            CASE WHEN r.resolved_at + INTERVAL 90 DAY <= TIMESTAMPTZ '2026-11-02 00:00+00'
                THEN next_days IS NOT NULL AND next_days < 90 END AS came_back,
            CASE WHEN r.resolved_at + INTERVAL 180 DAY <= TIMESTAMPTZ '2026-11-02 00:00+00' AND earlier_days < 180
                THEN next_days IS NULL OR next_days >= 180 END AS left_us,
            CASE WHEN r.opened_at >= (SELECT min(opened_at) FROM {purchases}) + INTERVAL 90 DAY
                THEN last_days IS NOT NULL AND last_days < 90 END AS came_before
        FROM {requests} r JOIN {purchases} p USING (request_id)
        WHERE p.is_alone AND p.resolved_at IS NOT NULL AND r.side = 'outside' AND r.root_id = r.request_id
            AND r.resolved_at IS NOT NULL AND r.state <> 'cancelled'
    """,
}

# Whole numbers, as `network.rules.waits` has them: sixteen parts of each doubling from a minute on.
_DOUBLING: Final = "least(20, CAST(floor(log2(greatest(1, seconds // 60))) AS BIGINT))"
SHARED: Final = {
    "bucket": f"""CASE WHEN seconds < 60 THEN 0 ELSE CAST(least(336,
        1 + 16 * {_DOUBLING} + ((seconds - (60 << {_DOUBLING})) * 16) // (60 << {_DOUBLING})) AS BIGINT) END""",
    "asked": """(
        SELECT *, CAST(date_trunc('week', opened_at) AS DATE) AS week_on, customer_department_id AS customer_id
        FROM {requests}
        WHERE state <> 'cancelled' AND (customer_department_id <> provider_id OR segment IS NOT NULL)
    )""",
}
