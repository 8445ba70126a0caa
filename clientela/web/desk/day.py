"""My day: what to do next and why, what comes then, what others owe us, what nobody has yet."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from clientela.kernel.clock import now
from clientela.kernel.post import LetterRow, letters_in_trouble, what_to_do
from clientela.requests import queries
from clientela.requests.queries import DayItem, MyDay, RequestGlimpse
from clientela.voice.queries.talks import talks_due
from clientela.web.components.marks import PROMISE_ICONS
from clientela.web.desk.acts.doing import BACK_TO_THE_DAY
from clientela.web.desk.forms import MoveForm
from clientela.web.desk.promises import PromiseShown, shown_promise
from clientela.web.desk.reasons import likely_late_sentence, why_next, why_then
from clientela.web.desk.sentences import Teller
from clientela.web.desk.turns import FiguresShown, figures_of
from clientela.web.desk.wording import called
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest

NOTHING_NEW = 204
FRESH_FOR_SECONDS = 300  # the words about time left may be this old before the page fetches them anew
MOST_UNDELIVERED = 20
SAID_OF_ITSELF = frozenset({"running"})  # a promise in good time needs no mark beside its moment


@dataclass(frozen=True)
class ItemShown:
    """A line of the day. `mark` is the promise's state where it needs saying, "" otherwise."""

    request: RequestGlimpse
    url: str
    why: SafeString
    promise: PromiseShown | None
    mark: str
    is_chosen: bool


@dataclass(frozen=True)
class NextShown:
    """What to do now. `act` is what its button says."""

    item: ItemShown
    act: str
    is_answer_owed: bool
    figures: FiguresShown | None


@dataclass(frozen=True)
class PromiseMadeShown:
    """A promise of one's own, with what may be done about it."""

    promise: PromiseShown
    reference: str
    title: str
    customer: str
    form: MoveForm


@for_employees
def my_day(request: KnownRequest) -> HttpResponse:
    """Show the viewer's day."""
    day = queries.my_day(request.viewer, at=now())
    return render(request, "desk/my_day.html", _context(request, day))


@for_employees
def day_part(request: KnownRequest) -> HttpResponse:
    """Answer with the parts of the day that change, or with nothing when nothing has."""
    day = queries.my_day(request.viewer, at=now())
    context = _context(request, day)
    if request.GET.get("seen") == context["mark_of_day"]:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "desk/day_part.html", context)


def _context(request: KnownRequest, day: MyDay) -> dict[str, object]:
    teller = Teller(request.viewer, day.at)
    then = [_item(item, teller=teller) for item in day.then]
    undelivered = letters_in_trouble(by_party_id=request.viewer.person_id, limit=MOST_UNDELIVERED)
    due_today = [item.promise for item in _all(day) if item.promise is not None and item.promise.due_at is not None]
    return {
        "at": day.at,
        "today": day.at.astimezone(get_current_timezone()).date(),
        "place": "my_day",
        "day": day,
        "back_here": {"next": BACK_TO_THE_DAY},
        "next": None if day.next is None else _next(day.next, teller=teller),
        "then": then,
        "due_today_count": sum(
            clock.due_at is not None and clock.due_at > day.at and teller.is_today(clock.due_at) for clock in due_today
        ),
        "unheld": [_item(item, teller=teller) for item in day.unheld],
        "waiting_on": [
            (
                row,
                None if row.promise is None else shown_promise(row.promise, teller=teller),
                None if row.likely_late is None else likely_late_sentence(row.likely_late, teller=teller),
            )
            for row in day.waiting_on
        ],
        "promises_made": [
            PromiseMadeShown(
                promise=shown_promise(made.promise, teller=teller),
                reference=made.reference,
                title=made.title,
                customer=made.customer.name,
                form=MoveForm(promise_id=made.promise.id),
            )
            for made in day.promises_made
        ],
        "undelivered": [(row, what_to_do(row)) for row in undelivered],
        "talks": talks_due(request.viewer, at=day.at),
        "mark_of_day": _mark_of(day, undelivered),
    }


def _all(day: MyDay) -> Sequence[DayItem]:
    return [*([day.next] if day.next is not None else []), *day.then]


def _item(item: DayItem, *, teller: Teller) -> ItemShown:
    promise = None if item.promise is None else shown_promise(item.promise, teller=teller)
    return ItemShown(
        request=item.request,
        url=reverse("desk:request", args=[item.request.reference]),
        why=why_then(item, customer=item.request.asker.name, teller=teller),
        promise=promise,
        mark=_mark(promise),
        is_chosen=_is_chosen(item),
    )


def _is_chosen(item: DayItem) -> bool:
    return item.standing is not None and item.standing.choice is not None


def _mark(promise: PromiseShown | None) -> str:
    if promise is None or promise.state in SAID_OF_ITSELF or promise.state not in PROMISE_ICONS:
        return ""
    return promise.state


def _next(item: DayItem, *, teller: Teller) -> NextShown:
    glimpse = item.request
    is_answer_owed = glimpse.unanswered_since is not None
    act = _("Answer %(name)s") % {"name": called(glimpse.asker)} if is_answer_owed else _("Open it")
    promise = None if item.promise is None else shown_promise(item.promise, teller=teller)
    return NextShown(
        item=ItemShown(
            request=glimpse,
            url=reverse("desk:request", args=[glimpse.reference]),
            why=why_next(item, customer=glimpse.asker.name, teller=teller),
            promise=promise,
            mark=_mark(promise),
            is_chosen=_is_chosen(item),
        ),
        act=act,
        is_answer_owed=is_answer_owed,
        figures=None if item.standing is None else figures_of(item.standing, teller=teller),
    )


def _mark_of(day: MyDay, undelivered: Sequence[LetterRow]) -> str:
    """A sign that stays the same while the page would say the same: so nothing moves when nothing changed."""
    lines = [
        *map(_seen, [*_all(day), *day.unheld]),
        *(
            (row.request.reference, row.request.state, str(row.request.next_due_at), str(row.likely_late))
            for row in day.waiting_on
        ),
        *((made.promise.id, str(made.promise.due_at), made.promise.state) for made in day.promises_made),
        *((row.id, row.state, row.bounce_reason) for row in undelivered),
        *(
            (row.reference, row.state, row.title, None if row.holder is None else row.holder.id)
            for row in day.also_ours
        ),
        (
            day.also_ours_count,
            day.for_you_count,
            day.unheld_count,
            day.waiting_on_count,
            day.hours is not None and day.hours.is_open,
        ),
    ]
    return hashlib.sha256(repr(lines).encode()).hexdigest()[:16]


def _seen(item: DayItem) -> tuple[object, ...]:
    """The item as far as its words depend on it; seconds count in steps of five minutes."""
    reasons = [replace(reason, seconds=reason.seconds // FRESH_FOR_SECONDS) for reason in item.reasons]
    told = item.standing
    turn = None if told is None else (told.because, told.because_of.request_id, told.choice, len(told.carried))
    request = item.request
    return (request.reference, request.state, request.title, str(request.next_due_at), reasons, turn)
