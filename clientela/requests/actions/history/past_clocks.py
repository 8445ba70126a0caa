"""The clocks of one request in a story: what `promises.actions` would have written, kept in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from clientela.promises.actions import PastClock, PastEvent
from clientela.promises.queries import TermsSeen


@dataclass
class _Draft:
    clock: PastClock
    terms: TermsSeen | None  # None for a personal promise
    events: list[PastEvent] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    is_open: bool = True
    is_kept: bool = False


@dataclass
class PastClocks:
    """The clocks of one subject, in the order in which they were started."""

    subject: str
    terms_of: Mapping[int, TermsSeen]
    calendar_of: Mapping[int, int]
    drafts: list[_Draft] = field(default_factory=list)

    def start(self, *, at: datetime, provider_id: int, customer_id: int, terms_id: int, kinds: Sequence[str]) -> None:
        """As start_clocks: the promised kinds, unless one of the kind is open."""
        terms = self.terms_of[terms_id]
        minutes = {
            "first_reply": terms.first_reply_minutes,
            "next_reply": terms.next_reply_minutes,
            "resolution": terms.resolution_minutes,
        }
        already = {draft.clock.kind for draft in self.drafts if draft.is_open}
        for kind in kinds:
            promised = minutes[kind]
            if kind in already or promised is None:
                continue
            clock = PastClock(
                kind=kind,
                subject=self.subject,
                provider_id=provider_id,
                customer_id=customer_id,
                calendar_version_id=self.calendar_of[provider_id],
                started_at=at,
                terms_version_id=terms.version_id,
                target_seconds=promised * 60,
            )
            self.drafts.append(_Draft(clock, terms))

    def pause(self, *, at: datetime, state: str) -> None:
        """As pause_clocks."""
        for draft in self.drafts:
            if draft.is_open and draft.terms and not draft.waiting and state in draft.terms.pauses_while:
                draft.waiting = {state}
                draft.events.append(PastEvent(at, "pause", {"reason": state}))

    def resume(self, *, at: datetime) -> None:
        """As resume_clocks."""
        for draft in self.drafts:
            if draft.is_open and draft.waiting:
                draft.waiting = set()
                draft.events.append(PastEvent(at, "resume"))

    def keep(self, *, at: datetime, kinds: Collection[str]) -> None:
        """As keep_clocks."""
        for draft in self.drafts:
            if draft.is_open and draft.clock.kind in kinds:
                _keep(draft, at)

    def cancel(self, *, at: datetime) -> None:
        """As cancel_clocks."""
        for draft in self.drafts:
            if draft.is_open:
                _cancel(draft, at)

    def reopen(self, *, at: datetime) -> None:
        """As reopen_clocks: the newest resolution, by its terms."""
        newest = next((draft for draft in reversed(self.drafts) if draft.clock.kind == "resolution"), None)
        if newest is None or newest.is_open or not newest.is_kept or newest.terms is None:
            return
        newest.events.append(PastEvent(at, "reopen", {"on_reopen": newest.terms.on_reopen}))
        if newest.terms.on_reopen != "never":
            newest.is_open, newest.is_kept = True, False

    def move_to(self, *, at: datetime, provider_id: int) -> None:
        """As move_clocks_to: the old department's open clocks end, the new one's start afresh, waiting as they did."""
        handed = [draft for draft in self.drafts if draft.is_open and draft.terms]
        waiting = {draft.clock.kind: set(draft.waiting) for draft in handed}
        for draft in handed:
            _cancel(draft, at)
        if not handed or handed[0].terms is None:
            return
        first = handed[0]
        started = len(self.drafts)
        self.start(
            at=at,
            provider_id=provider_id,
            customer_id=first.clock.customer_id,
            terms_id=handed[0].terms.id,
            kinds=[draft.clock.kind for draft in handed],
        )
        for draft in self.drafts[started:]:
            for reason in sorted(waiting[draft.clock.kind]):
                draft.waiting.add(reason)
                draft.events.append(PastEvent(at, "pause", {"reason": reason}))

    def promise(
        self, *, at: datetime, provider_id: int, customer_id: int, by_id: int, words: str, due_at: datetime
    ) -> int:
        """As make_promise; the answer is the place among the drafts."""
        clock = PastClock(
            kind="personal",
            subject=self.subject,
            provider_id=provider_id,
            customer_id=customer_id,
            calendar_version_id=self.calendar_of[provider_id],
            started_at=at,
            fixed_due_at=due_at,
            promised_by_id=by_id,
            words=words,
        )
        self.drafts.append(_Draft(clock, None))
        return len(self.drafts) - 1

    @property
    def has_open_promises(self) -> bool:
        """Whether somebody's personal promise is not kept yet."""
        return any(draft.is_open and draft.clock.kind == "personal" for draft in self.drafts)

    def open_promise(self, words: str) -> int:
        """The place of the open personal promise with these words. Raises LookupError if there is none."""
        for place, draft in enumerate(self.drafts):
            if draft.is_open and draft.clock.kind == "personal" and draft.clock.words == words:
                return place
        raise LookupError(f"No promise “{words}” is open on {self.subject}.")

    def keep_promise(self, place: int, *, at: datetime) -> None:
        """As keep_promise."""
        _keep(self.drafts[place], at)

    def move_promise(self, place: int, *, at: datetime, due_at: datetime) -> None:
        """As move_promise."""
        self.drafts[place].events.append(PastEvent(at, "move", {"due_at": due_at.isoformat()}))

    def written(self) -> list[PastClock]:
        """The clocks with their events, for write_clock_history."""
        return [replace(draft.clock, events=tuple(draft.events)) for draft in self.drafts]


def _keep(draft: _Draft, at: datetime) -> None:
    draft.events.append(PastEvent(at, "keep"))
    draft.is_open, draft.is_kept, draft.waiting = False, True, set()


def _cancel(draft: _Draft, at: datetime) -> None:
    draft.events.append(PastEvent(at, "cancel"))
    draft.is_open, draft.waiting = False, set()
