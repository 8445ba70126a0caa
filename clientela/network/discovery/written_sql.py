"""The shapes of `written` for the engine: `written_of(text)` gives microseconds, or nothing.

`written_zone_of(text)` gives the zone that is named. A moment's parts are found by the one pattern of its shape; the
rest is plain sums.
"""

from collections.abc import Collection

from clientela.network.discovery.written import BLANKS, MONTH_OF, names_of, zones_asked_about, zones_known, zones_moved

LETTERS = "janfebmaraprmayjunjulaugsepoctnovdec"  # most months of most languages begin so
_CLOCK = """
    CREATE OR REPLACE TEMP MACRO clock_of(part) AS CASE
        WHEN part.half <> '' AND (try_cast(part.hour AS INTEGER) BETWEEN 1 AND 12)
            THEN try_cast(part.hour AS INTEGER) % 12 + CASE part.half WHEN 'p' THEN 12 ELSE 0 END
        WHEN part.half <> '' THEN NULL
        WHEN part.hour = '' THEN 0
        WHEN try_cast(part.hour AS INTEGER) < 24 THEN try_cast(part.hour AS INTEGER)
        WHEN part.hour = '24' AND rtrim(concat(part.minute, part.second), '0') = '' THEN 24
    END
"""
_MONTH = f"""
    CREATE OR REPLACE TEMP MACRO month_of(part) AS CASE
        WHEN part.word = '' THEN part.month
        WHEN strpos('{LETTERS}', part.word[:3]) % 3 = 1
            THEN ((strpos('{LETTERS}', part.word[:3]) + 2) // 3)::VARCHAR
        ELSE (MAP {{{", ".join(f"'{word}': {month}" for word, month in MONTH_OF.items())}}})[part.word]::VARCHAR
    END
"""
_YEAR = """
    CREATE OR REPLACE TEMP MACRO year_of(part) AS CASE
        WHEN length(part.year) = 4 THEN part.year
        WHEN part.year >= '69' THEN '19' || part.year
        ELSE '20' || part.year
    END
"""
_MICROSECONDS = """
    CREATE OR REPLACE TEMP MACRO microseconds_of(part) AS CASE WHEN part.minute < '60' AND part.second <= '60' THEN
        epoch_us(try_cast(concat(year_of(part), '-', month_of(part), '-', part.day) AS TIMESTAMP))
        + ((clock_of(part)::BIGINT * 60 + coalesce(try_cast(part.minute AS BIGINT), 0)) * 60
            + coalesce(try_cast(part.second AS BIGINT), 0)) * 1000000
        + coalesce(try_cast(rpad(part.parts[:6], 6, '0') AS BIGINT), 0)
    END
"""
_OFFSET = """
    CREATE OR REPLACE TEMP MACRO offset_minutes(sign) AS
        CASE sign.way WHEN '-' THEN -1 ELSE 1 END
        * (try_cast(sign.hours AS BIGINT) * 60 + coalesce(try_cast(sign.minutes AS BIGINT), 0))
"""
_IN_ZONE = """
    CREATE OR REPLACE TEMP MACRO in_zone(clock, zone) AS CASE
        WHEN clock IS NULL THEN NULL
        WHEN zone IN ({local}) THEN epoch_us(timezone(current_setting('TimeZone'), make_timestamp(clock)))
        WHEN contains(zone, '/') THEN
            epoch_us(try_cast(concat(strftime(make_timestamp(clock), '%Y-%m-%d %H:%M:%S.%f '), zone) AS TIMESTAMPTZ))
        WHEN contains(zone, '+') OR contains(zone, '-') THEN clock - 60000000 * offset_minutes(regexp_extract(
            zone, '^(?:gmt|utc|ut)?([+-])([0-9]{1,2}?)(?::?([0-9]{2}))?$', ['way', 'hours', 'minutes']
        ))
        ELSE clock - 60000000::BIGINT * ({zones})[zone]
    END
"""
_PARTS = """
    CREATE OR REPLACE TEMP MACRO written_parts_of(text) AS
        regexp_extract(lower(trim(translate(text, '{blanks}', '{plain}'))), '{pattern}', [{names}])
"""
_OF = """
    CREATE OR REPLACE TEMP MACRO written_of(text) AS
        list_transform([written_parts_of(text)], lambda part: in_zone(microseconds_of(part), part.zone))[1]
"""
# Of what could not be read: the zone that it names, where this can be several.
_UNSURE_ZONE_OF = """
    CREATE OR REPLACE TEMP MACRO unsure_zone_of(text) AS list_transform([written_parts_of(text)], lambda part:
        CASE WHEN part.zone IN ({asked}) AND microseconds_of(part) IS NOT NULL THEN upper(part.zone) END
    )[1]
"""
_ZONE_OF = "CREATE OR REPLACE TEMP MACRO written_zone_of(text) AS written_parts_of(text).zone"


def written_macros(shape: str, *, zone: str) -> tuple[str, ...]:
    """Give the statements for one shape of `written.SHAPES`. `zone` is that of clocks that tell none."""
    pattern, names = names_of(shape)
    parts = _PARTS
    for name, words in (
        ("blanks", BLANKS), ("plain", " " * len(BLANKS)), ("pattern", pattern),
        ("names", ", ".join(f"'{name}'" for name in names)),
    ):  # fmt: skip
        parts = parts.replace(f"{{{name}}}", words)
    zones = ", ".join(f"'{name}': {minutes}" for name, minutes in zones_known(zone).items())
    in_zone = _IN_ZONE.replace("{zones}", f"MAP {{{zones}}}").replace("{local}", _listed({"", *zones_moved(zone)}))
    unsure = _UNSURE_ZONE_OF.replace("{asked}", _listed(zones_asked_about(zone)))
    return _CLOCK, _MONTH, _YEAR, _MICROSECONDS, _OFFSET, in_zone, parts, _OF, _ZONE_OF, unsure


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
