"""Stories of requests for the tests of legs: told by hand, and drawn by chance."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from clientela.promises.rules import WorkingCalendar, calendar_from_json
from clientela.requests.rules import PastChange

NINE = datetime(2026, 3, 23, 7, 0, tzinfo=UTC)  # Monday, nine in Bucharest; the clocks change on the Sunday after
CARE, WORKSHOP, MAINTENANCE, IT = 1, 2, 3, 4
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = calendar_from_json(
    {"name": "Office", "zone": "Europe/Bucharest", "hours": {day: [["09:00", "17:00"]] for day in WEEKDAYS}}
)
# Nights, Saturdays and the hour that the clocks skip and repeat are open here.
NIGHT = calendar_from_json(
    {
        "name": "Night",
        "zone": "Europe/Warsaw",
        "hours": {day: [["20:00", "04:30"]] for day in (*WEEKDAYS, "sat", "sun")},
        "holidays": {"country": "PL"},
    }
)
CALENDARS: dict[int, WorkingCalendar] = {CARE: OFFICE, WORKSHOP: NIGHT, MAINTENANCE: OFFICE, IT: NIGHT}


def at(hours: float) -> datetime:
    """The moment so many hours after nine."""
    return NINE + timedelta(hours=hours)


def opened(hours: float = 0, provider_id: int = CARE) -> PastChange:
    """The opening of a request."""
    return PastChange(at(hours), state="open", provider_id=provider_id, is_held=False)


LATER = st.integers(0, 40 * 86_400_000_000).map(lambda ticks: NINE + timedelta(microseconds=ticks))
STATES = ("open", "waiting_customer", "waiting_department", "waiting_date", "resolved", "closed", "cancelled")
ONE_CHANGE = st.one_of(
    st.builds(PastChange, LATER, is_held=st.booleans()),
    st.builds(PastChange, LATER, state=st.sampled_from(STATES)),
    st.builds(PastChange, LATER, provider_id=st.sampled_from(sorted(CALENDARS)), is_held=st.just(False)),
)


@st.composite
def tellings(draw: st.DrawFn, most: int = 12) -> list[PastChange]:
    """The changes of one request, in the order of time, the opening first; whatever anybody could have done."""
    changes = sorted(draw(st.lists(ONE_CHANGE, max_size=most)), key=lambda change: change.at)
    begins = draw(st.sampled_from([NINE, *(change.at for change in changes)]))
    provider_id = draw(st.sampled_from(sorted(CALENDARS)))
    return [PastChange(begins, state="open", provider_id=provider_id, is_held=False), *changes]
