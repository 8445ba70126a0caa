"""What may happen to a request in a story, one function an action, by the same rules and with the same facts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from clientela.kernel.journal import thing
from clientela.requests.actions.asking import asking_data
from clientela.requests.actions.facts import subject_of
from clientela.requests.actions.history.stories import Event, Happening
from clientela.requests.actions.history.telling import Telling
from clientela.requests.actions.history.told import Live
from clientela.requests.letters import message_id_of_reply
from clientela.requests.models import Dependency, Message, Request
from clientela.requests.rules import State, Verb, storable, storable_line

# --- what is said


def receive(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As receive_message."""
    telling.require(Verb.WRITE, live, at)
    message = telling.said_by_customer(live, event, at)
    telling.record("message_received", live, None, at, message=message.pk, channel=event.channel, is_automatic=False)
    telling.hear(live, None, at)


def complain(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As complain, by the customer."""
    telling.require(Verb.COMPLAIN, live, at)
    message = telling.said_by_customer(live, event, at)
    live.row.is_complaint = True
    telling.record("complaint_made", live, event.by_id, at, message=message.pk)
    telling.hear(live, event.by_id, at)


def reply(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As reply_to_customer, but for the letter: the past was written to its readers already."""
    verb = {"resolve": Verb.RESOLVE, "wait": Verb.WAIT}.get(event.then, Verb.REPLY)
    telling.require(verb, live, at)
    message = telling.say(
        live,
        Message.Kind.TO_CUSTOMER,
        at,
        author_id=event.by_id,
        channel=Request.Channel.EMAIL,
        language=event.language,
        text=event.text,
    )
    message.message_id = message_id_of_reply(live.row, message.pk, at=at)
    live.row.last_message_at = at
    live.row.unanswered_since = None
    live.clocks.keep(at=at, kinds=("first_reply", "next_reply"))
    telling.take_if_free(live, event.by_id, at)
    telling.record("reply_sent", live, event.by_id, at, message=message.pk, language=event.language)
    if event.then == "wait":
        telling.start_waiting(live, State.WAITING_CUSTOMER, event.by_id, at)
    elif event.then == "resolve":
        telling.resolve(live, event.by_id, at)


def note(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As write_note."""
    message = telling.say(
        live,
        Message.Kind.NOTE,
        at,
        author_id=event.by_id,
        channel=Request.Channel.DESK,
        language=event.language,
        text=event.text,
    )
    telling.record("note_written", live, event.by_id, at, message=message.pk)


# --- who has it


def take(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As take_request."""
    telling.require(Verb.TAKE, live, at)
    telling.take_if_free(live, event.by_id, at)


def assign(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As assign_request."""
    telling.require(Verb.ASSIGN, live, at)
    was = live.row.holder_id
    if was == event.person_id:
        return
    also = () if event.person_id is None else (thing("party", event.person_id),)
    telling.record("request_assigned", live, event.by_id, at, also=also, to=event.person_id, was=was)
    live.row.holder_id = event.person_id


def hand_over(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As hand_over_request."""
    telling.require(Verb.HAND_OVER, live, at)
    if event.department_id is None:
        raise ValueError("A hand-over names its department.")
    was = live.row.provider_id
    if live.row.state in {State.WAITING_CUSTOMER, State.WAITING_DATE}:
        telling.end_waiting(live, event.by_id, at, because="handed_over")
    live.row.provider_id = event.department_id
    live.row.holder_id = None
    live.clocks.move_to(at=at, provider_id=event.department_id)
    telling.record(
        "request_handed_over",
        live,
        event.by_id,
        at,
        also=(thing("party", was),),
        was=was,
        to=event.department_id,
        reason=storable(event.text).strip()[:1000],
    )


# --- waiting


def wait_for_customer(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As wait_for_customer."""
    telling.require(Verb.WAIT, live, at)
    telling.take_if_free(live, event.by_id, at)
    telling.start_waiting(live, State.WAITING_CUSTOMER, event.by_id, at)


def wait_until(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As wait_until; it comes back by ittelling."""
    telling.require(Verb.WAIT, live, at)
    telling.take_if_free(live, event.by_id, at)
    telling.start_waiting(live, State.WAITING_DATE, event.by_id, at, until=event.until)


def resume(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As resume_request."""
    telling.require(Verb.RESUME, live, at)
    telling.end_waiting(live, event.by_id, at, because="agent")


def ask(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As ask_department."""
    telling.require(Verb.ASK_DEPARTMENT, live, at)
    asked = event.asked
    if asked is None:
        raise ValueError("An ASK tells what was asked.")
    service = telling.house.services[asked.service_version_id]
    child = telling.open(
        service,
        at,
        by_id=event.by_id,
        service_version_id=asked.service_version_id,
        customer_id=live.row.provider_id,
        asker_id=event.by_id,
        side=Request.Side.INSIDE,
        channel=Request.Channel.DESK,
        title=asked.title,
        text=asked.text,
        language=asked.language,
        answers=asked.answers,
    )
    child.parents.append((live, event.is_blocking))
    live.children.append((child, event.is_blocking))
    telling.told.dependencies.append(
        Dependency(waiting_id=live.row.pk, needed_id=child.row.pk, is_blocking=event.is_blocking, made_at=at)
    )
    telling.take_if_free(live, event.by_id, at)
    telling.record(
        "department_asked",
        live,
        event.by_id,
        at,
        also=(subject_of(child.row.pk), thing("party", service.owner_id)),
        **asking_data(child.row.pk, child.row.reference, service.owner_id, is_blocking=event.is_blocking),
    )
    if event.is_blocking or event.then == "wait":
        telling.start_waiting(live, State.WAITING_DEPARTMENT, event.by_id, at)
    telling.queue_events(child, asked.events)


# --- ending


def resolve(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As resolve_request without words."""
    telling.require(Verb.RESOLVE, live, at)
    telling.take_if_free(live, event.by_id, at)
    telling.resolve(live, event.by_id, at)


def close(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As close_request."""
    telling.require(Verb.CLOSE, live, at)
    telling.close(live, event.by_id, at)


def reopen(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As reopen_request."""
    telling.require(Verb.REOPEN, live, at)
    telling.reopen(live, event.by_id, at, because="agent")


def cancel(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As cancel_request."""
    telling.require(Verb.CANCEL, live, at)
    telling.cancel(live, event.by_id, at, reason=storable_line(event.text, 1000))


# --- steps and promises


def finish_step(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As finish_step."""
    telling.require(Verb.FINISH_STEP, live, at)
    step = live.steps[event.step_key]
    if step.done_at is None:
        step.done_at, step.done_by_id = at, event.by_id
        telling.record("step_finished", live, event.by_id, at, step=event.step_key)


def promise(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As promise_to_customer."""
    telling.require(Verb.PROMISE, live, at)
    if event.until is None or event.by_id is None:
        raise ValueError("A promise is made by a person for a moment.")
    place = live.clocks.promise(
        at=at,
        provider_id=live.row.provider_id,
        customer_id=live.row.customer_id,
        by_id=event.by_id,
        words=event.text.strip(),
        due_at=event.until,
    )
    telling.record_promise("promise_made", live, place, event, at, due_at=event.until.isoformat())


def keep_promise(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As keep_promise_to_customer."""
    place = live.clocks.open_promise(event.text.strip())
    live.clocks.keep_promise(place, at=at)
    telling.record_promise("promise_kept", live, place, event, at)


def move_promise(telling: Telling, live: Live, event: Event, at: datetime) -> None:
    """As move_promise_to_customer."""
    if event.until is None:
        raise ValueError("A promise is moved to a moment.")
    place = live.clocks.open_promise(event.text.strip())
    live.clocks.move_promise(place, at=at, due_at=event.until)
    telling.record_promise("promise_moved", live, place, event, at, due_at=event.until.isoformat())


HANDLERS: Mapping[Happening, Callable[[Telling, Live, Event, datetime], None]] = MappingProxyType(
    {
        Happening.RECEIVE: receive,
        Happening.REPLY: reply,
        Happening.NOTE: note,
        Happening.TAKE: take,
        Happening.ASSIGN: assign,
        Happening.HAND_OVER: hand_over,
        Happening.WAIT_FOR_CUSTOMER: wait_for_customer,
        Happening.WAIT_UNTIL: wait_until,
        Happening.RESUME: resume,
        Happening.ASK: ask,
        Happening.RESOLVE: resolve,
        Happening.CLOSE: close,
        Happening.REOPEN: reopen,
        Happening.CANCEL: cancel,
        Happening.COMPLAIN: complain,
        Happening.FINISH_STEP: finish_step,
        Happening.PROMISE: promise,
        Happening.KEEP_PROMISE: keep_promise,
        Happening.MOVE_PROMISE: move_promise,
    }
)
