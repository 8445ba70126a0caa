"""What of the map to show: chosen in the row above it, read from the address and written into it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.http import QueryDict
from django.utils.http import urlencode

from clientela.web.map.shades import SHADINGS, SIZINGS

SPANS = (1, 5, 13, 26)  # weeks
USUAL_SPAN = 5
EVERYTHING = "*"
WEEK_ZERO = date(1970, 1, 5)  # a Monday: weeks are counted from it
LAST_WEEK_NUMBER = 10_000  # two centuries later
LONGEST_WORDS = 80
MOST_OPEN = 400


@dataclass(frozen=True)
class Chosen:
    """What was chosen. `week` counts the Mondays since the first of 1970; None: the newest."""

    colour: str = "late"
    size: str = "asked"
    is_whole: bool = False
    opened: frozenset[str] = frozenset()
    only: str = ""
    find: str = ""
    week: int | None = None
    span: int = USUAL_SPAN
    line: str = ""
    is_wide: bool = False

    @property
    def last_week(self) -> date | None:
        """The Monday of the last week to show; None: the newest."""
        return None if self.week is None else WEEK_ZERO + timedelta(weeks=self.week)

    def weeks(self, newest: date) -> tuple[datetime, datetime]:
        """The first and last moment to show. `newest`: the Monday of the newest week there is."""
        until = min(self.last_week or newest, newest) + timedelta(weeks=1)
        return _midnight(until - timedelta(weeks=self.span)), _midnight(until)

    def query(self, **more: object) -> str:
        """The same for an address, changed by what is more; what is usual is left out."""
        one = replace(self, **more)  # type: ignore[arg-type]  # the fields' own names
        given = {
            "colour": "" if one.colour == "late" else one.colour,
            "size": "" if one.size == "asked" else one.size,
            "all": "1" if one.is_whole else "",
            "open": ",".join(sorted(one.opened)),
            "only": one.only,
            "find": one.find,
            "week": "" if one.week is None else str(one.week),
            "span": "" if one.span == USUAL_SPAN else str(one.span),
            "line": one.line,
            "wide": "1" if one.is_wide else "",
        }
        return urlencode({name: value for name, value in given.items() if value})


def chosen_in(given: QueryDict) -> Chosen:
    """Read what was chosen; what nobody offered is left out."""
    colour, size, span = given.get("colour", ""), given.get("size", ""), given.get("span", "")
    return Chosen(
        colour=colour if colour in SHADINGS else "late",
        size=size if size in SIZINGS else "asked",
        is_whole=given.get("all") == "1",
        opened=frozenset([key for key in _plain(given.get("open", "")).split(",") if key][:MOST_OPEN]),
        only=_plain(given.get("only", ""))[:LONGEST_WORDS],
        find=_plain(given.get("find", ""))[:LONGEST_WORDS].strip(),
        week=_week(given.get("week", "")),
        span=int(span) if span in {str(one) for one in SPANS} else USUAL_SPAN,
        line=_plain(given.get("line", ""))[: 2 * LONGEST_WORDS],
        is_wide=given.get("wide") == "1",
    )


def week_number(monday: date) -> int:
    """How many Mondays lie between the first of 1970 and this one."""
    return (monday - WEEK_ZERO).days // 7


def monday_of(moment: datetime) -> date:
    """The Monday of the week that a moment lies in."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def _week(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(LAST_WEEK_NUMBER)):
        return None
    return min(int(text), LAST_WEEK_NUMBER)


def _plain(text: str) -> str:
    return text.replace("\x00", "")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
