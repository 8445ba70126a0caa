"""The same ways of writing moments, for the engine: each as a macro `moment_of(text)` giving microseconds, or nothing.

The zone of clocks that tell none is the session's; an hour that comes twice there is the second of the two.
"""

from clientela.network.discovery.moments import ISO, NUMBER

_ISO = r"""
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS coalesce(
        -- Without a zone of its own and in UTC there is nothing to be looked up: the quickest way.
        CASE WHEN getvariable('is_utc') AND NOT tells_zone(text) THEN epoch_us(try_cast(text AS TIMESTAMP)) END,
        epoch_us(coalesce(
        try_cast(text AS TIMESTAMPTZ),
        try_cast(regexp_replace(text, '\s*(GMT|UTC)$', '+00') AS TIMESTAMPTZ),
        timezone(current_setting('TimeZone'), try_strptime(text, ['%Y%m%d', '%Y%m%dT%H%M%S', '%Y%m%dT%H%M'])),
        timezone('UTC', try_strptime(text, ['%Y%m%dT%H%M%SZ', '%Y%m%dT%H%MZ']))
    )))
"""
_NUMBER = """
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS CAST(CASE
        WHEN try_cast(text AS DOUBLE) >= 0 AND try_cast(text AS DOUBLE) < 1e11
            THEN round(try_cast(text AS DECIMAL(38, 6)) * 1000000)
        WHEN try_cast(text AS DOUBLE) >= 1e11 AND try_cast(text AS DOUBLE) < 1e13
            THEN round(try_cast(text AS DECIMAL(38, 6)) * 1000)
        WHEN try_cast(text AS DOUBLE) >= 1e15 AND try_cast(text AS DOUBLE) < 1e16
            THEN round(try_cast(text AS DECIMAL(38, 6)))
        WHEN try_cast(text AS DOUBLE) >= 1e18 AND try_cast(text AS DOUBLE) < 1e19
            THEN round(try_cast(text AS DECIMAL(38, 6)) / 1000)
    END AS BIGINT)
"""
_FORMAT = """
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS epoch_us(coalesce(
        timezone(current_setting('TimeZone'), try_strptime(text, '{form}')), try_cast(text AS TIMESTAMPTZ)
    ))
"""
# Whether a moment that was read tells its zone: by a letter at its end or a sign behind its hour.
_TOLD = {
    ISO: """
        CREATE OR REPLACE TEMP MACRO tells_zone(text) AS
            text[-1] IN ('Z', 'z') OR contains(text[11:], '+') OR contains(text[14:], '-')
            OR text[-3:] IN ('UTC', 'GMT')
    """,
    NUMBER: "CREATE OR REPLACE TEMP MACRO tells_zone(text) AS true",
}
_TOLD_BY_NO_FORMAT = "CREATE OR REPLACE TEMP MACRO tells_zone(text) AS false"


def macros_for(way: str) -> tuple[str, str]:
    """Give the statements that make `tells_zone` and `moment_of` for a way of writing, as `moments.way_of` names it."""
    reading = {ISO: _ISO, NUMBER: _NUMBER}.get(way) or _FORMAT.replace("{form}", way)
    return _TOLD.get(way, _TOLD_BY_NO_FORMAT), reading
