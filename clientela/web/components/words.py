"""Times, amounts and languages in people's words, in the reader's language and zone.

Pure: nothing here reads a clock or a request. `language` is a code of `settings.LANGUAGES` ("en", "ro", "pl", "es");
sentences come from the catalogues, and dates, numbers and names of places and languages from CLDR through Babel.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_timezone_location
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600
# A week ahead or behind has one day of each name; further away a weekday would be ambiguous.
DAYS_WITH_A_NAME = 6
# From here on minutes say nothing about a stretch of work.
HOURS_WITHOUT_MINUTES = 10
DAYS_WITHOUT_HOURS = 5
# British English: the day stands before the month.
LOCALES = {"en": "en_GB"}
FULL_DAY = {"en": "EEEE d MMMM y"}
LONG_DAY = {"en": "EEEE, d MMMM", "es": "EEEE, d 'de' MMMM"}
UNIT_BYTES = 1000
_TWO_STOPS = re.compile(r"(?<!\.)\.((?:</[a-z]+>)*)\.(?!\.)")
QUOTES = {"en": ("“", "”"), "ro": ("„", "”"), "pl": ("„", "”"), "es": ("«", "»")}


def locale_of(language: str) -> Locale:
    """Babel's locale for a language code, English for one that nobody knows."""
    try:
        return Locale.parse(LOCALES.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def quoted(text: str, *, language: str) -> str:
    """What somebody said or called something, in the quotes of the reader's language."""
    opening, closing = QUOTES.get(language, QUOTES["en"])
    return f"{opening}{text}{closing}"


def one_stop(sentence: str) -> str:
    """A sentence that ends in an abbreviation with a stop of its own, such as `22 nov.`, has one stop and not two.

    Tags may stand between the two; three stops stay three.
    """
    return _TWO_STOPS.sub(r".\1", sentence)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have gettext answer in this language, without the cost of switching when it does so already."""
    if get_language() == language:
        yield
        return
    with override(language):
        yield


def time_of_day(moment: datetime) -> str:
    """`9:00`: by the 24-hour clock everywhere, and the hour as people say it."""
    return f"{moment.hour}:{moment.minute:02d}"


def day_in_words(day: date, *, today: date, language: str) -> str:
    """`today`, `yesterday`, `tomorrow`, `Mon`, `21 Nov`, and `21 Nov 2025` in another year."""
    distance = (day - today).days
    locale = locale_of(language)
    with speaking(language):
        near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
        if distance in near:
            return near[distance]
    if abs(distance) <= DAYS_WITH_A_NAME:
        return format_date(day, "ccc", locale)
    return format_skeleton("MMMd" if day.year == today.year else "yMMMd", day, locale=locale)


def moment_in_words(moment: datetime, *, now: datetime, zone: ZoneInfo, language: str) -> str:
    """`today 15:00`, `yesterday 18:02`, `Mon 9:00`; beyond six days the date alone, as `day_in_words` says it.

    Both moments are aware; days are those of `zone`.
    """
    here, today = moment.astimezone(zone), now.astimezone(zone).date()
    day = day_in_words(here.date(), today=today, language=language)
    if abs((here.date() - today).days) > DAYS_WITH_A_NAME:
        return day
    with speaking(language):
        return _("%(day)s %(time)s") % {"day": day, "time": time_of_day(here)}


def range_in_words(start: datetime, end: datetime, *, now: datetime, zone: ZoneInfo, language: str) -> str:
    """`Wed 10:00–15:00`, or `Wed 10:00 – Thu 12:00`, or two dates beyond six days."""
    first = moment_in_words(start, now=now, zone=zone, language=language)
    last = moment_in_words(end, now=now, zone=zone, language=language)
    if start.astimezone(zone).date() != end.astimezone(zone).date():
        return f"{first} – {last}"
    if first == last:
        return first
    return f"{first}–{time_of_day(end.astimezone(zone))}"


def full_day(day: date, *, language: str) -> str:
    """`Saturday 21 November 2026`."""
    return format_date(day, FULL_DAY.get(language, "full"), locale_of(language))


def whole_day(day: date, *, language: str) -> str:
    """`21 November 2026`: a day that stands alone, without its weekday."""
    return format_date(day, "long", locale_of(language))


def long_day(day: date, *, language: str) -> str:
    """`Saturday, 21 November`: the heading of a day. Lower case where the language writes days so."""
    return format_date(day, LONG_DAY.get(language, "EEEE, d MMMM"), locale_of(language))


def month_and_year(day: date, *, language: str) -> str:
    """`March 2024`, standing alone; lower case where the language writes months so."""
    return format_date(day, "LLLL yyyy", locale_of(language))


def since_month(day: date, *, language: str) -> str:
    """`March 2024` after "since": Polish puts the month into the genitive, Spanish adds "de"."""
    return format_date(day, "MMMM 'de' yyyy" if language == "es" else "MMMM yyyy", locale_of(language))


def weekday(day: date, *, language: str) -> str:
    """`Saturday`; lower case where the language writes days so."""
    return format_date(day, "EEEE", locale_of(language))


def city_of(zone: ZoneInfo, *, language: str) -> str:
    """The place a zone is named after, in the reader's language: `Warszawa`."""
    return get_timezone_location(zone, locale=locale_of(language), return_city=True)


def exact_moment(
    moment: datetime, *, zone: ZoneInfo, language: str, calendar: str = "", their_zone: ZoneInfo | None = None
) -> str:
    """`Saturday 21 November 2026, 15:00, Bucharest time`.

    `calendar` names whose working hours count (`…, Care’s calendar`). With `their_zone`, where clocks show something
    else at that moment, both are said: `…, 15:00 in Warsaw, 16:00 in Bucharest`, theirs first and by their date.
    """
    here = moment.astimezone(zone)
    there = moment.astimezone(their_zone) if their_zone else here
    with speaking(language):
        if there.utcoffset() == here.utcoffset():
            exact = _("%(date)s, %(time)s, %(city)s time") % {
                "date": full_day(here.date(), language=language),
                "time": time_of_day(here),
                "city": city_of(zone, language=language),
            }
        else:
            exact = _("%(date)s, %(their_time)s in %(their_city)s, %(time)s in %(city)s") % {
                "date": full_day(there.date(), language=language),
                "their_time": time_of_day(there),
                "their_city": city_of(their_zone or zone, language=language),
                "time": time_of_day(here),
                "city": city_of(zone, language=language),
            }
        if calendar:
            return _("%(exact)s, %(name)s’s calendar") % {"exact": exact, "name": calendar}
    return exact


def working_days_in_words(count: int, *, language: str) -> str:
    """`1 working day`, `3 working days`."""
    with speaking(language):
        return ngettext("%(count)s working day", "%(count)s working days", count) % {"count": count}


def working_duration_in_words(seconds: float, *, language: str, day_seconds: int = 0) -> str:
    """`under a minute`, `40 min`, `2 h 10 min`, `18 h`, and with `day_seconds` (the length of the calendar's working
    day) from two days on `2 working days, 3 h`, then `7 working days`.

    Rounded down, so that no one is told of more time than there is. Seconds of working time, negative taken as zero.
    """
    whole = max(int(seconds), 0)
    if day_seconds and whole >= 2 * day_seconds:
        days, rest = divmod(whole, day_seconds)
        said = working_days_in_words(days, language=language)
        hours = rest // HOUR_SECONDS
        if days >= DAYS_WITHOUT_HOURS or not hours:
            return said
        with speaking(language):
            return _("%(days)s, %(hours)s h") % {"days": said, "hours": hours}
    hours, minutes = divmod(whole // MINUTE_SECONDS, 60)
    with speaking(language):
        if not hours and not minutes:
            return _("under a minute")
        if not hours:
            return _("%(minutes)s min") % {"minutes": minutes}
        if not minutes or hours >= HOURS_WITHOUT_MINUTES:
            return _("%(hours)s h") % {"hours": hours}
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def bytes_in_words(count: int, *, language: str) -> str:
    """`512 B`, `130 kB`, `1.4 MB`: thousands, one decimal from a megabyte on."""
    locale = locale_of(language)
    if count < UNIT_BYTES:
        return f"{format_decimal(count, locale=locale)} B"
    if count < UNIT_BYTES**2 - UNIT_BYTES // 2:
        return f"{format_decimal(round(count / UNIT_BYTES), locale=locale)} kB"
    unit, name = (UNIT_BYTES**2, "MB") if count < UNIT_BYTES**3 else (UNIT_BYTES**3, "GB")
    return f"{format_decimal(count / unit, '#,##0.#', locale=locale)} {name}"


def number_in_words(value: float, *, language: str) -> str:
    """`12,345` or `12.345` or `12 345`: as the language groups its digits."""
    return format_decimal(value, locale=locale_of(language))


def share_in_words(share: float, *, language: str) -> str:
    """`93%` or `93 %`, of a share between 0 and 1; whole, as the first decimal is seldom sure."""
    return format_percent(share, locale=locale_of(language))


def language_name(code: str, *, language: str) -> str:
    """The name of a language in another: `polski` is `Polish` in English. An unknown code stays as it is."""
    return str(locale_of(language).languages.get(code.split("-", maxsplit=1)[0], code))


def own_language_name(code: str) -> str:
    """The name a language gives itself, to be found by those who read only it: `Română`."""
    name = language_name(code, language=code)
    return name[:1].upper() + name[1:]


def initials(name: str) -> str:
    """At most two letters for a face: first and last word, or the start of the only one."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper() if words[0].isupper() else words[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()


def promise_in_words(state: str, *, language: str, seconds: float | None = None, day_seconds: int = 0) -> str:
    """What to write beside a promise's mark.

    `state` is running, at_risk, broken, kept or paused; `seconds` of working time are early (kept), left (at_risk)
    or late (broken), always positive. Without them the bare word: `kept`, `at risk`, `broken`, `running`, `paused`.
    """
    length = "" if seconds is None else working_duration_in_words(seconds, language=language, day_seconds=day_seconds)
    with speaking(language):
        bare = {
            "kept": _("kept"),
            "at_risk": _("at risk"),
            "broken": _("broken"),
            "running": _("running"),
            "paused": _("paused"),
        }
        measured = {
            "kept": _("kept, %(duration)s early"),
            "at_risk": _("at risk, %(duration)s left"),
            "broken": _("broken, %(duration)s late"),
        }
        return measured[state] % {"duration": length} if length and state in measured else bare[state]
