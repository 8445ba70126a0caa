"""Where did the time go: what the stays of a span were spent with, by department, by service and by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory.queries import DepartmentCard
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.network.queries import departments_to_see
from clientela.requests import queries as requests
from clientela.requests.queries import GoneTo, TimeGone
from clientela.requests.queries.time_gone import SECONDS
from clientela.web.components import words as say
from clientela.web.components.parts import StackBar
from clientela.web.components.stacks import stacks
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.forms import DayField
from clientela.web.viewer import KnownRequest

DAY_SECONDS = 28_800
NOTHING = "–"
SMALLEST_DAYS = 0.1
ONE_DECIMAL_BELOW = 10
WEEKS = (4, 12)
TABS = ("department", "service", "week")
A_WEEK = timedelta(weeks=1)
A_DAY = timedelta(days=1)
LONGEST_SPAN_DAYS = 3 * 366


class SpanForm(forms.Form):
    """The first and the last day of a span of one's own."""

    since = DayField(required=False)
    until = DayField(required=False)

    def clean(self) -> dict[str, object]:
        """Refuse half a span, one that ends before it begins, and one of many years."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if bool(since) != bool(until) and not self.errors:
            self.add_error("until" if since else "since", _("Give both days, the first and the last."))
        if since and until and until < since:
            self.add_error("until", _("It would end before it begins. Choose a later last day."))
        elif since and until and (until - since).days > LONGEST_SPAN_DAYS:
            self.add_error("since", _("This is longer than three years. Choose a shorter time."))
        return given


@dataclass(frozen=True)
class _Asked:
    """What the address asks for. `until` is the moment after the last day."""

    tab: str
    since: datetime
    until: datetime
    weeks: int | None
    form: SpanForm
    departments: Sequence[DepartmentCard]  # all that the viewer sees
    department: DepartmentCard | None
    service: str

    @property
    def last_day(self) -> date:
        return (self.until - timedelta(microseconds=1)).astimezone(timezone.get_current_timezone()).date()

    def address(self, **changed: str) -> str:
        """The same page with something else chosen."""
        given = {
            "by": self.tab,
            "department": "" if self.department is None else self.department.key,
            "service": self.service,
            **self._span(),
            **changed,
        }
        return "?" + urlencode({name: value for name, value in given.items() if value})

    def _span(self) -> dict[str, str]:
        if self.weeks is not None:
            return {"weeks": str(self.weeks)}
        first = self.since.astimezone(timezone.get_current_timezone()).date()
        return {"since": first.isoformat(), "until": self.last_day.isoformat()}


@for_employees
def time_gone(request: KnownRequest) -> HttpResponse:
    """Show where the time went. Whoever sees no department sees that there is nothing to see."""
    at = now()
    asked = _asked(request, at)
    gone, names = _gone(request, asked)
    bars = _bars(gone, asked, names)
    context = {
        "at": at,
        "place": "insight",
        "asked": asked,
        "form": asked.form,
        "departments": [(card.key, card.name_in(_language())) for card in asked.departments],
        "spans": WEEKS,
        "gone": gone,
        "sentence": _sentence(gone),
        "tabs": [
            {"words": words, "url": asked.address(by=tab), "is_current": tab == asked.tab}
            for tab, words in zip(TABS, (_("By department"), _("By service"), _("By week")), strict=True)
        ],
        "chosen": _chosen(asked, names),
        "everything_url": asked.address(department="", service=""),
        "picture": stacks(bars, _kinds()),
        "first_column": {"department": _("Department"), "service": _("Service"), "week": _("Week")}[asked.tab],
        "csv_url": reverse("insight:time_csv") + asked.address(),
    }
    return render(request, "insight/time.html", context, status=422 if asked.form.errors else 200)


@for_employees
def time_gone_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out the same sums as a CSV file, in seconds."""
    asked = _asked(request, now())
    gone, names = _gone(request, asked)
    header = [asked.tab, "stays", *SECONDS, "seconds"]
    rows = [
        [name, row.stays, *(getattr(row, part) for part in SECONDS), row.seconds]
        for name, row, _url in _rows(gone, asked, names)
    ]
    return as_table(f"time-by-{asked.tab}.csv", header, rows)


def _asked(request: KnownRequest, at: datetime) -> _Asked:
    """Read the address. Raises HiddenError for a department that is none, or none of the viewer's."""
    given = request.GET
    departments = departments_to_see(request.viewer)
    if not departments:
        raise HiddenError("There is no department to see.")
    key = given.get("department", "")
    department = next((card for card in departments if card.key == key), None)
    if key and department is None:
        raise HiddenError(f"There is no department {key}.")
    form = SpanForm(given)
    weeks = WEEKS[0]
    if given.get("weeks", "").isdecimal() and int(given["weeks"]) in WEEKS:
        weeks = int(given["weeks"])
    zone = timezone.get_current_timezone_name()
    since, until = at - weeks * A_WEEK, at
    is_own = form.is_valid() and form.cleaned_data.get("since") is not None
    if is_own:
        since = _midnight(form.cleaned_data["since"], zone)
        until = _midnight(form.cleaned_data["until"] + A_DAY, zone)
    return _Asked(
        tab=given.get("by", "") if given.get("by", "") in TABS else TABS[0],
        since=since,
        until=until,
        weeks=None if is_own else weeks,
        form=form,
        departments=departments,
        department=department,
        service=given.get("service", ""),
    )


def _gone(request: KnownRequest, asked: _Asked) -> tuple[TimeGone, dict[int, tuple[str, str]]]:
    """The sums, and the key and title of each service by its id."""
    services = catalogue.services_in_brief(language=_language())
    service = next((one for one in services if one.key == asked.service), None)
    if asked.service and service is None:
        raise HiddenError(f"There is no service {asked.service}.")
    chosen = [asked.department] if asked.department is not None else asked.departments
    gone = requests.time_gone(
        request.viewer,
        department_ids=[card.id for card in chosen],
        since=asked.since,
        until=asked.until,
        zone=timezone.get_current_timezone_name(),
        service_id=None if service is None else service.service_id,
    )
    return gone, {one.service_id: (one.key, one.title) for one in services}


def _rows(gone: TimeGone, asked: _Asked, names: dict[int, tuple[str, str]]) -> list[tuple[str, GoneTo, str]]:
    """Name, sums, and the address of the requests behind them."""
    if asked.tab == "department":
        cards = {card.id: card for card in asked.departments}
        return [
            (cards[number].name_in(_language()), row, asked.address(department=cards[number].key) + "#longest")
            for number, row in gone.by_department.items()
        ]
    if asked.tab == "service":
        return [
            (names[number][1], row, asked.address(service=names[number][0]) + "#longest")
            for number, row in gone.by_service.items()
        ]
    return [(_week_words(week), row, _week_address(asked, week)) for week, row in gone.by_week.items()]


def _bars(gone: TimeGone, asked: _Asked, names: dict[int, tuple[str, str]]) -> list[StackBar]:
    return [
        StackBar(
            name=name,
            url=url,
            amounts=[getattr(row, part) for part in SECONDS],
            words=[_days(getattr(row, part)) for part in SECONDS],
            whole=_days(row.seconds),
            note=say.number_in_words(row.stays, language=_language()),
        )
        for name, row, url in _rows(gone, asked, names)
    ]


def _kinds() -> tuple[str, ...]:
    return (
        _("in the queue"),
        _("in work"),
        _("waiting for the customer"),
        _("waiting for other departments"),
        _("waiting for a date"),
    )


def _sentence(gone: TimeGone) -> str:
    """`212 stays ended in this time. 18 working days, 45 % of their time, were spent in queues.`"""
    whole = gone.whole
    if not whole.stays:
        return ""
    ended = ngettext(
        "%(stays)s stay at a department ended in this time, after %(time)s of work and waiting.",
        "%(stays)s stays at departments ended in this time, after %(time)s of work and waiting in all.",
        whole.stays,
    ) % {"stays": say.number_in_words(whole.stays, language=_language()), "time": _duration(whole.seconds)}
    if not whole.seconds:
        return ended
    part = max(SECONDS, key=lambda name: int(getattr(whole, name)))
    largest = {
        "queue_seconds": _("The largest part, %(time)s (%(share)s), lay in queues."),
        "work_seconds": _("The largest part, %(time)s (%(share)s), was work."),
        "customer_seconds": _("The largest part, %(time)s (%(share)s), waited for customers."),
        "department_seconds": _("The largest part, %(time)s (%(share)s), waited for other departments."),
        "date_seconds": _("The largest part, %(time)s (%(share)s), waited for agreed dates."),
    }[part] % {
        "time": _duration(getattr(whole, part)),
        "share": say.share_in_words(getattr(whole, part) / whole.seconds, language=_language()),
    }
    return f"{ended} {largest}"


def _chosen(asked: _Asked, names: dict[int, tuple[str, str]]) -> str:
    """Which part of it all is shown, when it is a part."""
    title = next((title for key, title in names.values() if key == asked.service), "") if asked.service else ""
    parts = [title] if title else []
    if asked.department is not None:
        parts.append(asked.department.name_in(_language()))
    return ", ".join(parts)


def _week_address(asked: _Asked, week: date) -> str:
    first, last = week.isoformat(), (week + A_WEEK - A_DAY).isoformat()
    return asked.address(weeks="", since=first, until=last) + "#longest"


def _week_words(week: date) -> str:
    return _("The week from %(day)s") % {"day": say.full_day(week, language=_language())}


def _days(seconds: int) -> str:
    """Working days as a number that fits a narrow column: one decimal below ten, none above."""
    if not seconds:
        return NOTHING
    days = seconds / DAY_SECONDS
    if days < SMALLEST_DAYS:
        return f"< {say.number_in_words(SMALLEST_DAYS, language=_language())}"
    return say.number_in_words(round(days, 1) if days < ONE_DECIMAL_BELOW else round(days), language=_language())


def _duration(seconds: float) -> str:
    return say.working_duration_in_words(seconds, language=_language(), day_seconds=DAY_SECONDS)


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _language() -> str:
    return get_language() or "en"
