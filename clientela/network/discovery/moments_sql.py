"""The same ways of writing moments, for the engine: each as a macro `moment_of(text)` giving microseconds, or nothing.

The zone of clocks that tell none is the session's; an hour that comes twice there is the second of the two.
"""

from clientela.network.discovery.moments import DAY_SECONDS, ISO, NUMBER, PARTED, SERIAL, SERIAL_OF_1970, SERIALS

_ISO = r"""
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS coalesce(
        -- Without a zone of its own and in UTC there is nothing to be looked up: the quickest way.
        CASE WHEN getvariable('is_utc') AND NOT tells_zone(text) THEN epoch_us(try_cast(text AS TIMESTAMP)) END,
        epoch_us(coalesce(
        try_cast(text AS TIMESTAMPTZ),
        try_cast(regexp_replace(text, '\s*(GMT|UTC)$', '+00') AS TIMESTAMPTZ),
        try_cast(replace(text, ',', '.') AS TIMESTAMPTZ),
        timezone(current_setting('TimeZone'), try_strptime(
            text, ['%Y%m%d', '%Y%m%dT%H%M%S', '%Y%m%dT%H%M', '%Y%m%d %H:%M:%S', '%Y%m%d %H%M%S', '%Y%m%d %H:%M',
                '%Y%m%dT%H:%M:%S', '%Y%m%d %H:%M:%S.%f', '%Y%m%dT%H:%M:%S.%f']
        )),
        timezone('UTC', try_strptime(text, ['%Y%m%dT%H%M%SZ', '%Y%m%dT%H%MZ']))
    )))
"""
_NUMBER = """
    CREATE OR REPLACE TEMP MACRO number_of(text) AS replace(text, ',', '.');
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS CAST(CASE
        WHEN try_cast(number_of(text) AS DOUBLE) >= 0 AND try_cast(number_of(text) AS DOUBLE) < 1e11
            THEN round(try_cast(number_of(text) AS DECIMAL(38, 6)) * 1000000)
        WHEN try_cast(number_of(text) AS DOUBLE) >= 1e11 AND try_cast(number_of(text) AS DOUBLE) < 1e13
            THEN round(try_cast(number_of(text) AS DECIMAL(38, 6)) * 1000)
        WHEN try_cast(number_of(text) AS DOUBLE) >= 1e15 AND try_cast(number_of(text) AS DOUBLE) < 1e16
            THEN round(try_cast(number_of(text) AS DECIMAL(38, 6)))
        WHEN try_cast(number_of(text) AS DOUBLE) >= 1e18 AND try_cast(number_of(text) AS DOUBLE) < 1e19
            THEN round(try_cast(number_of(text) AS DECIMAL(38, 6)) / 1000)
    END AS BIGINT)
"""
# To the millisecond: farther the decimals of a spreadsheet do not reach.
_SERIAL = f"""
    CREATE OR REPLACE TEMP MACRO number_of(text) AS try_cast(replace(text, ',', '.') AS DOUBLE);
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS CASE WHEN number_of(text) BETWEEN {SERIALS[0]} AND {SERIALS[1]}
        THEN epoch_us(timezone(current_setting('TimeZone'), make_timestamp(
            CAST(round((number_of(text) - {SERIAL_OF_1970}) * {DAY_SECONDS * 1000}) AS BIGINT) * 1000
        )))
    END
"""
_FORMATS = """
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS epoch_us(coalesce(
        timezone(current_setting('TimeZone'), try_strptime(text, [{formats}])), try_cast(text AS TIMESTAMPTZ)
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
    formats = ", ".join(f"'{form}'" for form in way.split(PARTED))
    reading = {ISO: _ISO, NUMBER: _NUMBER, SERIAL: _SERIAL}.get(way) or _FORMATS.replace("{formats}", formats)
    return _TOLD.get(way, _TOLD_BY_NO_FORMAT), reading
