"""Telling stories: the rules of the actions played in memory, over requests and those they asked for."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any

from clientela.catalogue.queries import ServiceThen
from clientela.kernel.identifiers import reference_of
from clientela.kernel.journal import FactToRecord, thing
from clientela.requests.actions.facts import fact_of, subject_of
from clientela.requests.actions.history.past_clocks import PastClocks
from clientela.requests.actions.history.stories import Event, Happening, Story
from clientela.requests.actions.history.told import FactToCome, House, Live, Numbers, Told, step_done_by
from clientela.requests.actions.opening import opening_data
from clientela.requests.actions.refusals import StateError
from clientela.requests.models import LIVE_STATES, Message, Request, Step
from clientela.requests.policies import refusal_words
from clientela.requests.rules import (
    CLOSES_AFTER,
    ENDED,
    WAITING,
    Finish,
    Owed,
    State,
    Verb,
    Wake,
    finish_of,
    may_reopen,
    part_state,
    refusal_of,
    storable,
    title_of,
    wake_of,
)

ALL_KINDS = ("first_reply", "next_reply", "resolution")


Handlers = Mapping[Happening, Callable[["Telling", Live, Event, datetime], None]]


class Telling:
    """All stories told together in the order of time, so that keys and facts come in the order of the actions'."""

    def __init__(self, stories: Sequence[Story], house: House, numbers: Numbers, handlers: Handlers) -> None:
        self.house = house
        self.handlers = handlers
        self.numbers = numbers
        self.told = Told()
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = count()
        self.opened: dict[int, int] = {}  # the place of a story → its request
        for place, story in enumerate(stories):
            self.later(story.opened_at, partial(self._open_story, place, story))

    def tell(self) -> Told:
        """Tell everything up to `house.until`; events later than that are left out."""
        while self._queue:
            at, _, do = heappop(self._queue)
            if at <= self.house.until:
                do(at)
        return self.told

    # --- time

    def later(self, at: datetime, do: Callable[[datetime], None]) -> None:
        """Let something happen when its time comes; what was said first happens first."""
        heappush(self._queue, (at, next(self._order), do))

    def _close_when_left_alone(self, live: Live, at: datetime) -> None:
        """As close_resolved_requests, at the very moment."""
        if live.row.state == State.RESOLVED and live.row.resolved_at == at - CLOSES_AFTER:
            self.close(live, None, at)

    def _come_back(self, live: Live, at: datetime) -> None:
        """As resume_due_requests, at the very moment."""
        if live.row.waiting_until == at:
            self.end_waiting(live, None, at, because="date_came")

    # --- opening

    def _open_story(self, place: int, story: Story, at: datetime) -> None:
        service = self.house.services[story.service_version_id]
        live = self.open(
            service,
            at,
            by_id=story.by_id,
            service_version_id=story.service_version_id,
            customer_id=story.customer_id,
            asker_id=story.asker_id,
            side=story.side,
            channel=story.channel,
            title=story.title,
            text=story.text,
            language=story.language,
            answers=story.answers,
            is_complaint=story.is_complaint,
            message_id=story.message_id,
        )
        self.opened[place] = live.row.pk
        self.queue_events(live, story.events)

    def open(
        self,
        service: ServiceThen,
        at: datetime,
        *,
        by_id: int | None,
        text: str,
        title: str,
        answers: Mapping[str, Any],
        message_id: str = "",
        **columns: Any,
    ) -> Live:
        """As write_opening."""
        number = next(self.numbers.requests)
        clocks = PastClocks(subject_of(number), self.house.terms, self.house.calendars)
        clocks.start(
            at=at,
            provider_id=service.owner_id,
            customer_id=columns["customer_id"],
            terms_id=service.terms_id,
            kinds=("first_reply", "resolution"),
        )
        row = Request(
            pk=number,
            reference=reference_of(number),
            provider_id=service.owner_id,
            title=title_of(title, text),
            answers=dict(answers),
            opened_at=at,
            last_message_at=at,
            unanswered_since=at,
            **columns,
        )
        steps = {
            key: Step(request_id=number, position=position, key=key) for position, key in enumerate(service.step_keys)
        }
        live = Live(row, service.terms_id, service.finishes_by_itself, clocks, steps, service.key, service.needs)
        self.told.requests.append(row)
        self.told.steps += steps.values()
        self.told.clocks.append(clocks)
        message = self.say(
            live,
            Message.Kind.FROM_CUSTOMER,
            at,
            author_id=row.asker_id,
            channel=row.channel,
            language=row.language,
            text=text,
            message_id=message_id,
        )
        self.record("request_opened", live, by_id, at, **opening_data(row, service.key, message.pk))
        if row.is_complaint:
            self.record("complaint_made", live, by_id, at, message=message.pk)
        return live

    def queue_events(self, live: Live, events: tuple[Event, ...]) -> None:
        """Let what a story tells happen, each at its moment."""
        for event in events:
            self.later(event.at, partial(self._happen, live, event))

    def _happen(self, live: Live, event: Event, at: datetime) -> None:
        self.handlers[event.what](self, live, event, at)

    # --- what several share, as in `turns`

    def require(self, verb: Verb, live: Live, at: datetime) -> None:
        """Refuse what the action would have refused: a story that could not have happened is a mistake."""
        blockers = sum(child.row.state in LIVE_STATES for child, is_blocking in live.children if is_blocking)
        refusal = refusal_of(verb, State(live.row.state), now=at, closed_at=live.row.closed_at, open_blockers=blockers)
        if refusal is not None:
            raise StateError(f"{live.row.reference} «{live.row.title}», {verb}, {at}: {refusal_words(refusal)}")

    def say(self, live: Live, kind: str, at: datetime, *, text: str, language: str, **columns: Any) -> Message:
        """As write_message."""
        message = Message(
            pk=next(self.numbers.messages),
            request_id=live.row.pk,
            kind=kind,
            language=language[:8],
            text=storable(text),
            at=at,
            **columns,
        )
        self.told.messages.append(message)
        return message

    def said_by_customer(self, live: Live, event: Event, at: datetime) -> Message:
        """The customer's words of an event."""
        return self.say(
            live,
            Message.Kind.FROM_CUSTOMER,
            at,
            author_id=event.author_id or event.by_id or live.row.asker_id,
            channel=event.channel,
            language=event.language,
            text=event.text,
            message_id=event.message_id,
        )

    def hear(self, live: Live, by_id: int | None, at: datetime) -> None:
        """As hear_customer."""
        if live.row.state in ENDED or live.row.state == State.RESOLVED:
            self.reopen(live, by_id, at, because="customer_wrote")
        elif live.row.state == State.WAITING_CUSTOMER:
            self.end_waiting(live, by_id, at, because="customer_wrote")
        live.row.last_message_at = at
        if live.row.unanswered_since is None:
            live.row.unanswered_since = at
            live.clocks.start(
                at=at,
                provider_id=live.row.provider_id,
                customer_id=live.row.customer_id,
                terms_id=live.terms_id,
                kinds=("next_reply",),
            )

    def take_if_free(self, live: Live, by_id: int | None, at: datetime) -> None:
        """As turns.take_if_free."""
        if live.row.holder_id is None and by_id is not None:
            live.row.holder_id = by_id
            self.record("request_taken", live, by_id, at)

    def start_waiting(
        self,
        live: Live,
        state: State,
        by_id: int | None,
        at: datetime,
        until: datetime | None = None,
        **why: Any,
    ) -> None:
        """As turns.start_waiting; what waits for a date comes back on it."""
        if live.row.state in WAITING:
            live.clocks.resume(at=at)
        live.row.state = state
        live.row.waiting_until = until
        live.clocks.pause(at=at, state=state.value)
        written = until.isoformat() if until else None
        self.record("waiting_started", live, by_id, at, state=state.value, until=written, **why)
        if until is not None:
            self.later(until, partial(self._come_back, live))

    def end_waiting(self, live: Live, by_id: int | None, at: datetime, *, because: str) -> None:
        """As turns.end_waiting."""
        state = live.row.state
        live.row.state = State.OPEN
        live.row.waiting_until = None
        live.clocks.resume(at=at)
        self.record("waiting_ended", live, by_id, at, state=str(state), because=because)

    def resolve(self, live: Live, by_id: int | None, at: datetime) -> None:
        """As travelling.resolve."""
        self._end(live, by_id, at)
        self.settle_parents(live, by_id, at)

    def cancel(self, live: Live, by_id: int | None, at: datetime, *, reason: str) -> None:
        """As travelling.cancel; a story asks for one request only, so what was asked for it is cancelled with it."""
        self._cancel(live, by_id, at, reason=reason)
        self.settle_parents(live, by_id, at)
        cancelled = deque([live])
        while cancelled:
            current = cancelled.popleft()
            for child, _blocks in current.children:
                if child.row.state in LIVE_STATES:
                    why = {"because": "not_needed_any_more", "reference": current.row.reference}
                    self._cancel(child, None, at, reason="", **why)
                    cancelled.append(child)

    def close(self, live: Live, by_id: int | None, at: datetime) -> None:
        """As ending.close."""
        live.row.state = State.CLOSED
        live.row.closed_at = at
        live.is_done_by_itself = live.is_done_by_itself and by_id is None
        self.record("request_closed", live, by_id, at)

    def reopen(self, live: Live, by_id: int | None, at: datetime, *, because: str) -> None:
        """As travelling.reopen."""
        self._open_again(live, by_id, at, because=because)
        opened = deque([live])
        while opened:
            current = opened.popleft()
            for parent, blocks in current.parents:
                wake = wake_of(
                    parent.row.state,
                    is_blocking=blocks,
                    finished_by_itself=parent.is_done_by_itself,
                    may_reopen=parent.row.state == State.RESOLVED or may_reopen(parent.row.closed_at, at),
                )
                if wake is Wake.IS_TOLD:
                    self._tell_of(current, parent, "part_reopened", None, at)
                if wake is Wake.REOPENS:
                    why = {"because": "part_reopened", "reference": current.row.reference}
                    self._open_again(parent, None, at, **why)
                    opened.append(parent)
                if wake in {Wake.REOPENS, Wake.WAITS_AGAIN}:
                    self.start_waiting(parent, State.WAITING_DEPARTMENT, None, at, because="part_reopened")
                step = step_done_by(current, parent)
                if step is not None and step.done_at and step.done_by_id is None and parent.row.state in LIVE_STATES:
                    step.done_at = None
                    self.record("step_undone", parent, None, at, step=step.key)

    def settle_parents(self, live: Live, by_id: int | None, at: datetime) -> None:
        """As travelling.settle_waiting, for requests asked one by one: stories ask nothing together."""
        ended: deque[tuple[Live, int | None]] = deque([(live, by_id)])
        while ended:
            current, who = ended.popleft()
            for parent, blocks in current.parents:
                self._tell_of(current, parent, "department_answered", who, at, state=str(current.row.state))
                is_done = current.row.state == State.RESOLVED and parent.row.state in LIVE_STATES
                step = step_done_by(current, parent) if is_done else None
                if step is not None and step.done_at is None:
                    step.done_at = at
                    self.record("step_finished", parent, None, at, step=step.key)
                others = [
                    child
                    for child, is_blocking in parent.children
                    if child is not current and child.row.state in LIVE_STATES and (is_blocking or not blocks)
                ]
                if parent.row.state != State.WAITING_DEPARTMENT or others:
                    continue
                if self._finish(parent) is Finish.BY_ITSELF:
                    self._end(parent, None, at, because="parts_done")
                    ended.append((parent, None))
                else:
                    self.end_waiting(parent, who, at, because="department_answered")

    # --- the turns alone, without what travels

    def _end(self, live: Live, by_id: int | None, at: datetime, **why: Any) -> None:
        """As turns.resolve; left alone, it closes after seven days."""
        live.row.state = State.RESOLVED
        live.row.resolved_at = at
        live.row.waiting_until = None
        live.row.unanswered_since = None
        live.is_done_by_itself = bool(why)
        live.clocks.keep(at=at, kinds=ALL_KINDS)
        self.record("request_resolved", live, by_id, at, holder=live.row.holder_id, **why)
        self.later(at + CLOSES_AFTER, partial(self._close_when_left_alone, live))

    def _open_again(self, live: Live, by_id: int | None, at: datetime, **why: Any) -> None:
        """As turns.reopen."""
        live.row.state = State.OPEN
        live.row.resolved_at = None
        live.row.closed_at = None
        live.clocks.reopen(at=at)
        self.record("request_reopened", live, by_id, at, **why)

    def _cancel(self, live: Live, by_id: int | None, at: datetime, **why: Any) -> None:
        """As turns.cancel."""
        live.row.state = State.CANCELLED
        live.row.waiting_until = None
        live.row.unanswered_since = None
        live.clocks.cancel(at=at)
        self.record("request_cancelled", live, by_id, at, **why)

    def _finish(self, live: Live) -> Finish:
        """As travelling._finish."""
        row = live.row
        return finish_of(
            by_itself=live.finishes_by_itself,
            needs=[part_state(child.row.state, is_dropped=False) for child, blocks in live.children if blocks],
            owed=Owed(
                has_unanswered_words=row.unanswered_since is not None and row.last_message_at != row.opened_at,
                has_own_promises=live.clocks.has_open_promises,
                has_open_steps=any(step.done_at is None for step in live.steps.values()),
            ),
        )

    def _tell_of(self, subject: Live, reader: Live, verb: str, by_id: int | None, at: datetime, **data: Any) -> None:
        """As travelling._tell_of."""
        self.record(
            verb,
            reader,
            by_id,
            at,
            also=(subject_of(subject.row.pk),),
            request=subject.row.pk,
            reference=subject.row.reference,
            **data,
            department=subject.row.provider_id,
        )

    def record(
        self, verb: str, live: Live, by_id: int | None, at: datetime, *, also: tuple[str, ...] = (), **data: Any
    ) -> None:
        """As facts.tell."""
        self.told.facts.append(FactToCome(fact_of(verb, live.row, by=by_id, at=at, also=also, **data)))

    def record_promise(self, verb: str, live: Live, place: int, event: Event, at: datetime, **data: Any) -> None:
        """As promises.actions record them: about the request, the clock (its key comes later), the customer."""
        about = (live.clocks.subject, thing("party", live.row.customer_id))
        fact = FactToRecord(verb=verb, by=event.by_id, at=at, about=about, data={"words": event.text.strip(), **data})
        self.told.facts.append(FactToCome(fact, (live.clocks.subject, place)))
