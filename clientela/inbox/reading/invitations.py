"""Calendar invitations: what they invite to, read from the .ics that came along (RFC 5545, RFC 5546, RFC 6047).

The file itself stays an attachment: people open it with their own calendar, and this only says what is in it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from clientela.inbox.reading.characters import clean_text
from clientela.inbox.reading.read import ReadMessage

# Larger ones are whole calendars or bombs, and no invitation.
LARGEST_BYTES = 200_000
MOST_COMPONENTS = 1_000
LONGEST_WORDS = 300

_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})
_METHOD = re.compile(r"[a-z-]{1,20}")


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event. `method` as in RFC 5546 ("request", "cancel", "reply"), `zone` an IANA name or empty.

    `starts_at` and `ends_at` are moments with their zone (without one when the invitation names none: then the clock
    on the wall is meant, wherever one is), or days when `is_all_day`; the end is then the last day itself.
    """

    method: str
    summary: str
    starts_at: datetime | date | None
    ends_at: datetime | date | None
    zone: str
    place: str
    organiser: str
    is_all_day: bool

    def as_json(self) -> dict[str, Any]:
        """As kept in `RawMessage.details`; moments and days in ISO 8601."""
        return {
            "method": self.method,
            "summary": self.summary,
            "starts_at": self.starts_at.isoformat() if self.starts_at else None,
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
            "zone": self.zone,
            "place": self.place,
            "organiser": self.organiser,
            "is_all_day": self.is_all_day,
        }


def invitation_of(message: ReadMessage) -> Invitation | None:
    """Read the first event that a mail brings along, or None. Broken calendars are no invitation, only a file."""
    for attachment in message.attachments:
        is_calendar = attachment.media_type in _CALENDAR_TYPES or attachment.name.lower().endswith(".ics")
        if is_calendar and len(attachment.content) <= LARGEST_BYTES:
            found = _read(attachment.content)
            if found is not None:
                return found
    return None


def _read(content: bytes) -> Invitation | None:
    if content.count(b"BEGIN:") > MOST_COMPONENTS:
        return None
    try:
        calendar = Calendar.from_ical(content)
        event = next((one for one in calendar.walk("VEVENT") if isinstance(one, Event)), None)
        return None if event is None else _invitation(calendar, event)
    except Exception:  # noqa: BLE001 - whatever the library trips over, the file is kept and the mail is read
        return None


def _invitation(calendar: Calendar, event: Event) -> Invitation:
    starts = _when(event, "DTSTART")
    ends = _when(event, "DTEND")
    length = getattr(event.get("DURATION"), "dt", None)
    if ends is None and starts is not None and isinstance(length, timedelta):
        ends = starts + length
    is_all_day = starts is not None and not isinstance(starts, datetime)
    if is_all_day and ends is not None and starts is not None and ends > starts:
        # A calendar names the morning after; people name the last day.
        ends -= timedelta(days=1)
    method = str(calendar.get("METHOD", "")).lower()
    return Invitation(
        method=method if _METHOD.fullmatch(method) else "",
        summary=_words(event.get("SUMMARY")),
        starts_at=starts,
        ends_at=ends,
        zone=_zone(starts),
        place=_words(event.get("LOCATION")),
        organiser=_organiser(event),
        is_all_day=is_all_day,
    )


def _when(event: Event, name: str) -> datetime | date | None:
    """A moment or a day. Only zones that the world knows count.

    A calendar may bring its own rules of summer time, and one that was made to hurt would keep us counting for ever:
    those rules are never asked. Names of Windows are translated; with an unknown name the clock on the wall is left.
    """
    value = event.get(name)
    found = getattr(value, "dt", None)
    if not isinstance(found, datetime) or found.tzinfo is None or found.tzinfo is UTC:
        return found if isinstance(found, date) else None
    given = str(getattr(value, "params", {}).get("TZID", "")) or str(getattr(found.tzinfo, "key", ""))
    if given.upper() in {"UTC", "ETC/UTC", "GMT", "Z"}:
        return found.replace(tzinfo=UTC)
    named = WINDOWS_TO_OLSON.get(given, given)
    try:
        return found.replace(tzinfo=ZoneInfo(named))
    except (ValueError, OSError, KeyError):
        return found.replace(tzinfo=None)


def _zone(moment: datetime | date | None) -> str:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return ""
    return "UTC" if moment.tzinfo is UTC else str(getattr(moment.tzinfo, "key", ""))


def _organiser(event: Event) -> str:
    """The organiser's name, or else their address."""
    organiser = event.get("ORGANIZER")
    if organiser is None:
        return ""
    named = getattr(organiser, "params", {}).get("CN", "")
    return _words(named) or _words(re.sub(r"^mailto:", "", str(organiser), flags=re.IGNORECASE))


def _words(value: object) -> str:
    """One line of clean text, not too long."""
    one = value[0] if isinstance(value, list) and value else value
    return " ".join(clean_text("" if one is None else str(one)).split())[:LONGEST_WORDS]
