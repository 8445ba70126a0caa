"""An invitation says what it invites to; a broken or huge calendar is only a file."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from clientela.inbox.reading.invitations import LARGEST_BYTES, Invitation, invitation_of
from clientela.inbox.reading.read import ReadMessage
from tests.rules.inbox.letters import letter, written

BUCHAREST = ZoneInfo("Europe/Bucharest")


def invited(*lines: str, method: str = "REQUEST", media_type: str = "text/calendar") -> ReadMessage:
    """A mail with an event of these lines."""
    calendar = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return written("From: ana@lumen.test", "Subject: x", f"Content-Type: {media_type}", body="\r\n".join(calendar))


def test_an_invitation_of_outlook_is_read_and_its_file_is_kept() -> None:
    message = letter("invitation-from-outlook")
    found = invitation_of(message)
    assert found is not None
    assert (found.method, found.summary, found.place, found.organiser) == (
        "request",
        "Vizita tehnicianului, mașina de spălat",
        "Str. Florilor 5",
        "Andreea Bălan",
    )
    assert found.starts_at == datetime(2026, 11, 20, 9, 30, tzinfo=BUCHAREST)
    assert found.ends_at == datetime(2026, 11, 20, 10, 30, tzinfo=BUCHAREST)
    assert (found.zone, found.is_all_day) == ("Europe/Chisinau", False)
    assert [file.media_type for file in message.attachments] == ["text/calendar"]
    assert message.attachments[0].content.startswith(b"BEGIN:VCALENDAR")
    assert message.text.startswith("Bună ziua")


def test_a_mail_without_a_calendar_invites_to_nothing() -> None:
    assert invitation_of(letter("zofia-asks-in-polish-latin2")) is None
    assert invitation_of(written("From: a@b.test", "Subject: Invitation", body="BEGIN:VCALENDAR")) is None


def test_whole_days_end_on_their_last_day() -> None:
    found = invitation_of(invited("SUMMARY:Fair", "DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"))
    assert found == Invitation("request", "Fair", date(2026, 12, 24), date(2026, 12, 26), "", "", "", is_all_day=True)
    assert found is not None
    assert found.as_json() == {
        "method": "request",
        "summary": "Fair",
        "starts_at": "2026-12-24",
        "ends_at": "2026-12-26",
        "zone": "",
        "place": "",
        "organiser": "",
        "is_all_day": True,
    }


def test_a_length_gives_the_end() -> None:
    found = invitation_of(invited("DTSTART;TZID=Europe/Bucharest:20261120T093000", "DURATION:PT45M"))
    assert found is not None
    assert found.ends_at == datetime(2026, 11, 20, 10, 15, tzinfo=BUCHAREST)
    assert found.zone == "Europe/Bucharest"


def test_a_moment_without_a_zone_gets_none() -> None:
    found = invitation_of(invited("DTSTART:20261120T093000"))
    assert found is not None
    assert (found.as_json()["starts_at"], found.zone, found.ends_at) == ("2026-11-20T09:30:00", "", None)


def test_a_cancelled_one_says_so() -> None:
    found = invitation_of(invited("SUMMARY:Fair", "DTSTART:20261120T093000Z", method="CANCEL"))
    assert found is not None
    assert (found.method, found.zone) == ("cancel", "UTC")


def test_words_cannot_forge_lines_or_fill_pages() -> None:
    found = invitation_of(invited(r"SUMMARY:One\nTwo\0" + "x" * 2_000, "DTSTART:20261120T093000Z"))
    assert found is not None
    assert found.summary.startswith("One Two")
    assert len(found.summary) == 300


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:yesterday"],
        ["DTSTART;TZID=Nowhere/Atall:20261120T093000"],
        ["DTSTART:99999999T999999"],
        ["DTSTART;VALUE=DATE:20261224", "DURATION:P9999999999D"],
        ["RRULE:FREQ=SECONDLY"],
        ["BEGIN:VEVENT"] * 5,
        [""],
    ],
    ids=lambda lines: lines[0],
)
def test_a_broken_calendar_breaks_nothing(lines: list[str]) -> None:
    found = invitation_of(invited(*lines))
    assert found is None or found.method == "request"


def test_rules_of_summer_time_that_never_end_are_not_asked() -> None:
    zone = "BEGIN:VTIMEZONE TZID:Trap BEGIN:STANDARD DTSTART:16010101T000000 TZOFFSETFROM:+0300 TZOFFSETTO:+0200"
    calendar = [
        "BEGIN:VCALENDAR",
        *zone.split(),
        "RRULE:FREQ=SECONDLY",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "DTSTART;TZID=Trap:20261120T093000",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    message = written("From: a@b.test", "Subject: x", "Content-Type: text/calendar", body="\r\n".join(calendar))
    found = invitation_of(message)
    assert found is not None
    assert (found.as_json()["starts_at"], found.zone) == ("2026-11-20T09:30:00", "")


def test_a_calendar_that_is_too_large_is_only_a_file() -> None:
    message = invited("SUMMARY:x", "DTSTART:20261120T093000Z", "DESCRIPTION:" + "x" * LARGEST_BYTES)
    assert invitation_of(message) is None
    assert len(message.attachments) == 1
