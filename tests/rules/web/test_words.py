"""Times, amounts and languages in people's words. What comes from the catalogues is tested in English, the source."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clientela.web.components.words import (
    bytes_in_words,
    city_of,
    day_in_words,
    exact_moment,
    full_day,
    initials,
    language_name,
    long_day,
    moment_in_words,
    number_in_words,
    one_stop,
    own_language_name,
    promise_in_words,
    quoted,
    range_in_words,
    share_in_words,
    working_duration_in_words,
)

BUCHAREST = ZoneInfo("Europe/Bucharest")
WARSAW = ZoneInfo("Europe/Warsaw")
NEW_YORK = ZoneInfo("America/New_York")
SATURDAY_NOON = datetime(2026, 11, 21, 12, 50, tzinfo=BUCHAREST)


def said(moment: datetime, *, now: datetime = SATURDAY_NOON, zone: ZoneInfo = BUCHAREST) -> str:
    return moment_in_words(moment, now=now, zone=zone, language="en")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 21, 15, 0, tzinfo=BUCHAREST), "today 15:00"),
        (datetime(2026, 11, 21, 0, 0, tzinfo=BUCHAREST), "today 0:00"),
        (datetime(2026, 11, 20, 23, 59, tzinfo=BUCHAREST), "yesterday 23:59"),
        (datetime(2026, 11, 22, 9, 5, tzinfo=BUCHAREST), "tomorrow 9:05"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=BUCHAREST), "Mon 9:00"),
        (datetime(2026, 11, 27, 9, 0, tzinfo=BUCHAREST), "Fri 9:00"),
        (datetime(2026, 11, 28, 9, 0, tzinfo=BUCHAREST), "28 Nov"),
        (datetime(2026, 11, 15, 9, 0, tzinfo=BUCHAREST), "Sun 9:00"),
        (datetime(2026, 11, 14, 9, 0, tzinfo=BUCHAREST), "14 Nov"),
        (datetime(2027, 1, 2, 9, 0, tzinfo=BUCHAREST), "2 Jan 2027"),
        (datetime(2025, 11, 21, 9, 0, tzinfo=BUCHAREST), "21 Nov 2025"),
        (datetime(2028, 2, 29, 9, 0, tzinfo=BUCHAREST), "29 Feb 2028"),
    ],
)
def test_a_moment_is_said_by_its_distance(moment: datetime, words: str) -> None:
    assert said(moment) == words


def test_today_is_the_readers_today() -> None:
    late_in_bucharest = datetime(2026, 11, 21, 23, 30, tzinfo=BUCHAREST)
    after_midnight = late_in_bucharest + timedelta(hours=1)
    assert said(after_midnight, now=late_in_bucharest) == "tomorrow 0:30"
    assert said(after_midnight, now=late_in_bucharest, zone=WARSAW) == "today 23:30"


@pytest.mark.parametrize(
    ("utc_hour", "words"),
    [(0, "today 3:30"), (1, "today 3:30"), (2, "today 4:30")],
)
def test_the_hour_that_autumn_gives_twice_is_said_as_the_clock_on_the_wall_shows_it(utc_hour: int, words: str) -> None:
    moment = datetime(2026, 10, 25, utc_hour, 30, tzinfo=ZoneInfo("UTC"))
    assert said(moment, now=moment) == words


def test_the_hour_that_spring_takes_is_never_said() -> None:
    before = datetime(2026, 3, 29, 0, 59, tzinfo=ZoneInfo("UTC"))
    assert said(before, now=before) == "today 2:59"
    assert said(before + timedelta(minutes=1), now=before) == "today 4:00"


@pytest.mark.parametrize(
    ("language", "weekday", "same_year", "other_year"),
    [
        ("en", "Mon", "28 Nov", "28 Nov 2025"),
        ("ro", "lun.", "28 nov.", "28 nov. 2025"),
        ("pl", "pon.", "28 lis", "28 lis 2025"),
        ("es", "lun", "28 nov", "28 nov 2025"),
    ],
)
def test_days_are_named_by_the_language(language: str, weekday: str, same_year: str, other_year: str) -> None:
    today = date(2026, 11, 21)
    assert day_in_words(date(2026, 11, 23), today=today, language=language) == weekday
    assert day_in_words(date(2026, 11, 28), today=today, language=language) == same_year
    assert day_in_words(date(2025, 11, 28), today=today, language=language) == other_year


@pytest.mark.parametrize(
    ("language", "full", "heading", "city"),
    [
        ("en", "Saturday 21 November 2026", "Saturday, 21 November", "Warsaw"),
        ("ro", "sâmbătă, 21 noiembrie 2026", "sâmbătă, 21 noiembrie", "Varșovia"),
        ("pl", "sobota, 21 listopada 2026", "sobota, 21 listopada", "Warszawa"),
        ("es", "sábado, 21 de noviembre de 2026", "sábado, 21 de noviembre", "Varsovia"),
    ],
)
def test_full_dates_and_cities_are_the_languages_own(language: str, full: str, heading: str, city: str) -> None:
    day = date(2026, 11, 21)
    assert full_day(day, language=language) == full
    assert long_day(day, language=language) == heading
    assert city_of(WARSAW, language=language) == city


def test_the_exact_moment_says_day_time_and_place() -> None:
    moment = datetime(2026, 11, 21, 15, 0, tzinfo=BUCHAREST)
    assert exact_moment(moment, zone=BUCHAREST, language="en") == "Saturday 21 November 2026, 15:00, Bucharest time"


def test_the_exact_moment_says_whose_calendar_counts() -> None:
    moment = datetime(2026, 11, 21, 15, 0, tzinfo=BUCHAREST)
    words = exact_moment(moment, zone=BUCHAREST, language="en", calendar="Care")
    assert words == "Saturday 21 November 2026, 15:00, Bucharest time, Care’s calendar"


def test_the_exact_moment_says_both_clocks_where_they_differ() -> None:
    moment = datetime(2026, 11, 24, 16, 0, tzinfo=BUCHAREST)
    words = exact_moment(moment, zone=BUCHAREST, language="en", their_zone=WARSAW)
    assert words == "Tuesday 24 November 2026, 15:00 in Warsaw, 16:00 in Bucharest"


def test_two_zones_with_the_same_clock_are_said_once() -> None:
    moment = datetime(2026, 11, 24, 16, 0, tzinfo=WARSAW)
    words = exact_moment(moment, zone=WARSAW, language="en", their_zone=ZoneInfo("Europe/Madrid"))
    assert words == "Tuesday 24 November 2026, 16:00, Warsaw time"


def test_another_date_over_there_is_the_date_that_is_said() -> None:
    moment = datetime(2026, 11, 24, 3, 0, tzinfo=BUCHAREST)
    words = exact_moment(moment, zone=BUCHAREST, language="en", their_zone=NEW_YORK)
    assert words == "Monday 23 November 2026, 20:00 in New York, 3:00 in Bucharest"


@pytest.mark.parametrize(
    ("hours", "words"),
    [((10, 15), "tomorrow 10:00–15:00"), ((10, 10), "tomorrow 10:00"), ((10, 40), "tomorrow 10:00 – Mon 16:00")],
)
def test_a_range_names_its_day_once(hours: tuple[int, int], words: str) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=BUCHAREST)
    start, end = (midnight + timedelta(hours=hour) for hour in hours)
    assert range_in_words(start, end, now=SATURDAY_NOON, zone=BUCHAREST, language="en") == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "under a minute"),
        (0, "under a minute"),
        (59, "under a minute"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7859, "2 h 10 min"),
        (35_999, "9 h 59 min"),
        (36_000 + 59 * 60, "10 h"),
        (64_800, "18 h"),
    ],
)
def test_working_time_is_said_in_hours_and_minutes_rounded_down(seconds: int, words: str) -> None:
    assert working_duration_in_words(seconds, language="en") == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (15.9, "15 h"),
        (16, "2 working days"),
        (19.5, "2 working days, 3 h"),
        (39.9, "4 working days, 7 h"),
        (47, "5 working days"),
        (80, "10 working days"),
    ],
)
def test_long_working_time_is_said_in_days_of_the_calendar(hours: float, words: str) -> None:
    assert working_duration_in_words(hours * 3600, language="en", day_seconds=8 * 3600) == words


@pytest.mark.parametrize(
    ("count", "en", "pl"),
    [
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (1000, "1 kB", "1 kB"),
        (130_400, "130 kB", "130 kB"),
        (999_499, "999 kB", "999 kB"),
        (999_500, "1 MB", "1 MB"),
        (1_440_000, "1.4 MB", "1,4 MB"),
        (2_500_000_000, "2.5 GB", "2,5 GB"),
    ],
)
def test_bytes_are_said_in_thousands(count: int, en: str, pl: str) -> None:
    assert bytes_in_words(count, language="en") == en
    assert bytes_in_words(count, language="pl") == pl


def test_numbers_and_shares_are_written_as_the_language_does() -> None:
    numbers = {language: number_in_words(12345.5, language=language) for language in ("en", "ro", "pl", "es")}
    assert numbers == {"en": "12,345.5", "ro": "12.345,5", "pl": "12\N{NO-BREAK SPACE}345,5", "es": "12.345,5"}
    assert share_in_words(0.934, language="en") == "93%"
    assert share_in_words(0.934, language="ro") == "93\N{NO-BREAK SPACE}%"


def test_languages_are_named_in_another_and_by_themselves() -> None:
    assert language_name("pl", language="en") == "Polish"
    assert language_name("pl-PL", language="ro") == "poloneză"
    assert language_name("qq", language="en") == "qq"
    own = [own_language_name(code) for code in ("en", "ro", "pl", "es")]
    assert own == ["English", "Română", "Polski", "Español"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Ionescu", "AI"),
        ("Human resources", "HR"),
        ("IT", "IT"),
        ("Ștefan", "Ș"),
        ("María de la O Lejárraga", "ML"),
        ("Łukasz (Workshop)", "Ł"),
        ("", "?"),
        ("—", "?"),
    ],
)
def test_a_face_has_at_most_two_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("state", "seconds", "words"),
    [
        ("kept", 720, "kept, 12 min early"),
        ("kept", None, "kept"),
        ("at_risk", 2400, "at risk, 40 min left"),
        ("broken", 7200, "broken, 2 h late"),
        ("running", 7200, "running"),
        ("paused", None, "paused"),
    ],
)
def test_a_promise_is_said_in_words(state: str, seconds: int | None, words: str) -> None:
    assert promise_in_words(state, language="en", seconds=seconds) == words


@pytest.mark.parametrize(("language", "words"), [("en", "“Ana”"), ("ro", "„Ana”"), ("pl", "„Ana”"), ("es", "«Ana»")])
def test_what_somebody_said_stands_in_the_quotes_of_the_readers_language(language: str, words: str) -> None:
    assert quoted("Ana", language=language) == words


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("de la 24 aug. la 15 nov..", "de la 24 aug. la 15 nov."),
        ("Desenată <time>15 nov.</time>.", "Desenată <time>15 nov.</time>"),
        ("19 Oct – 22 Nov.", "19 Oct – 22 Nov."),
        ("and so on...", "and so on..."),
    ],
)
def test_a_sentence_that_ends_in_a_shortened_month_has_one_stop(sentence: str, words: str) -> None:
    assert one_stop(sentence) == words
