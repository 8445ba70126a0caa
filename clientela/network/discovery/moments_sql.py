"""The same ways of writing moments, for the engine: each as a macro `moment_of(text)` giving microseconds, or nothing.

The zone of clocks that tell none is the session's; an hour that comes twice there is the second of the two.
"""

from clientela.network.discovery.moments import (
    DAY_SECONDS,
    ISO,
    NUMBER,
    PARTED,
    SERIAL,
    SERIAL_OF_1970,
    SERIALS,
    shape_beside,
)
from clientela.network.discovery.written import WRITTEN
from clientela.network.discovery.written_sql import written_macros

# The engine takes letters at the end for a zone, whatever several of them may mean, or drops them: they are written.
_ISO = r"""
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS
    CASE WHEN lower(text[-1]) BETWEEN 'a' AND 'y' AND text[-3:] NOT IN ('UTC', 'GMT') THEN written_of(text)
    ELSE coalesce(
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
        )), written_of(text)) END
"""
# Some programs write /Date(1770106272000)/.
_NUMBER = """
    CREATE OR REPLACE TEMP MACRO number_of(text) AS
        CASE WHEN text[1] = '/' THEN regexp_extract(text, '[(]([0-9]+)', 1) ELSE replace(text, ',', '.') END;
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
    CREATE OR REPLACE TEMP MACRO moment_of(text) AS coalesce(epoch_us(
        timezone(current_setting('TimeZone'), try_strptime(text, [{formats}]))), written_of(text),
        CASE WHEN lower(text[-1]) NOT BETWEEN 'a' AND 'y' THEN epoch_us(try_cast(text AS TIMESTAMPTZ)) END
    )
"""
_WRITTEN = "CREATE OR REPLACE TEMP MACRO moment_of(text) AS written_of(text)"
# Whether a moment that was read tells its zone: by a letter at its end or a sign behind its hour.
_TOLD = {
    ISO: """
        CREATE OR REPLACE TEMP MACRO tells_zone(text) AS
            text[-1] IN ('Z', 'z') OR contains(text[11:], '+') OR contains(text[14:], '-')
            OR (lower(text[-1]) BETWEEN 'a' AND 'y' AND lower(text[-1]) <> 'm')
    """,
    NUMBER: "CREATE OR REPLACE TEMP MACRO tells_zone(text) AS true",
    WRITTEN: "CREATE OR REPLACE TEMP MACRO tells_zone(text) AS written_zone_of(text) <> ''",
}
_TOLD_BY_NO_FORMAT = "CREATE OR REPLACE TEMP MACRO tells_zone(text) AS false"


def macros_for(way: str, *, zone: str) -> tuple[str, ...]:
    """Give the statements that make `tells_zone` and `moment_of` for a way of writing, as `moments.way_of` names it.

    `zone` is that of clocks that tell none: a name of a zone that is used there is that zone's.
    """
    written = written_macros(shape_beside(way), zone=zone)
    if way.startswith(WRITTEN):
        return *written, _TOLD[WRITTEN], _WRITTEN
    formats = ", ".join(f"'{form}'" for form in way.split(PARTED))
    reading = {ISO: _ISO, NUMBER: _NUMBER, SERIAL: _SERIAL}.get(way) or _FORMATS.replace("{formats}", formats)
    return *written, _TOLD.get(way, _TOLD_BY_NO_FORMAT), reading
