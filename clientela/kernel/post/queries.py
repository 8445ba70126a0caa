"""Looking at the outbox: which letters stand where, and what became of one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from clientela.kernel.journal import facts_about, thing
from clientela.kernel.models import DomainPace, Letter, LetterAttempt, SuppressedAddress
from clientela.kernel.post.drafts import LetterAttachment

LetterState = Literal["waiting", "held", "kept", "sent", "bounced", "failed", "perhaps"]
# Attempts by their outcome (LetterAttempt.Outcome), and what else happens to a letter.
StepKind = str
MOST_FACTS = 100

_STATES: Mapping[str, Q] = {
    "all": Q(),
    "waiting": Q(due_at__isnull=False),
    "held": ~Q(hold_reason=""),
    "kept": Q(kept_at__isnull=False),
    "sent": Q(sent_at__isnull=False, bounced_at=None),
    "bounced": Q(bounced_at__isnull=False),
    "failed": Q(failed_at__isnull=False),
    "perhaps": Q(perhaps_sent_at__isnull=False),
}


@dataclass(frozen=True)
class LetterRow:
    """A letter in a list. `reason` says why it is held or came back, or the mail server's last words when not sent.

    `by_party_id` wrote it, None: the house itself. `is_settled`: somebody has seen to its trouble.
    """

    id: int
    kind: str
    priority: int
    by_party_id: int | None
    to_party_id: int | None
    to_name: str
    to_address: str
    subject: str
    language: str
    state: LetterState
    reason: str
    written_at: datetime
    due_at: datetime | None
    about: tuple[str, ...]
    bounce_reason: str = ""  # one of the classes of bounces, when it came back
    bounce_is_hard: bool = False
    is_settled: bool = False


@dataclass(frozen=True)
class LettersPage:
    """Letters, newest first; `next_before` asks for the next page, None at the end."""

    letters: tuple[LetterRow, ...]
    next_before: tuple[datetime, int] | None


@dataclass(frozen=True)
class AttemptSeen:
    """One try to hand a letter over: `outcome` is one of LetterAttempt.Outcome, `answer` the mail server's words."""

    at: datetime
    outcome: str
    answer: str


@dataclass(frozen=True)
class LetterStep:
    """One moment of a letter's fate.

    `kind`: "written", "held", "hours" (the reader's quiet hours end), the outcome of an attempt, "bounced",
    "sent_again", "settled", or "next_try". `words` are somebody's: the mail server's, or why it was held.
    """

    at: datetime
    kind: StepKind
    words: str = ""
    by_party_id: int | None = None
    is_to_come: bool = False


@dataclass(frozen=True)
class DomainSeen:
    """A domain that is asked to wait for: it put off so many letters in a row, the last with these words."""

    domain: str
    put_off_count: int
    paused_until: datetime
    words: str


@dataclass(frozen=True)
class LetterSeen:
    """A letter with everything about it; `attempts` and `time_line` from the first to the last.

    `slow_domain`: why a letter that is due still waits; None if it does not. `suppressed_id`: its address is, there.
    """

    row: LetterRow
    from_name: str
    from_address: str
    text: str
    html: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    headers: Mapping[str, str]
    attachments: tuple[LetterAttachment, ...]
    attempts: tuple[AttemptSeen, ...]
    can_be_sent_again: bool
    time_line: tuple[LetterStep, ...] = ()
    slow_domain: DomainSeen | None = None
    suppressed_id: int | None = None


def letters_page(
    *,
    state: LetterState | Literal["all"] = "all",
    kind: str = "",
    search: str = "",
    about: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> LettersPage:
    """Letters that stand at `state`, newest first, older than `before`: (written_at, id) of the last one seen.

    `kind` is a letter's kind, `about` a thing it concerns ("request:12"). `search` is a whole address, "@" and a
    domain, or a part of the reader's name or the subject.
    """
    letters = Letter.objects.filter(_STATES[state])
    if kind:
        letters = letters.filter(kind=kind)
    if about:
        letters = letters.filter(about__contains=[about])
    if search.strip():
        letters = _matching(letters, search.strip())
    if before is not None:
        written_at, last_id = before
        letters = letters.filter(Q(written_at__lt=written_at) | Q(written_at=written_at, pk__lt=last_id))
    rows = _rows(letters, limit + 1)
    shown = rows[:limit]
    more = len(rows) > limit
    return LettersPage(tuple(shown), (shown[-1].written_at, shown[-1].id) if more else None)


def letters_about(thing: str, *, limit: int = 200) -> list[LetterRow]:
    """The letters about `thing` ("request:12"), newest first."""
    return _rows(Letter.objects.filter(about__contains=[thing]), limit)


def letters_in_trouble(
    *, by_party_id: int | None = None, about: Collection[str] = (), limit: int = 50
) -> list[LetterRow]:
    """Letters that did not arrive and that nobody has seen to yet, newest first: failed, came back, perhaps sent.

    With `by_party_id` those that this party wrote, with `about` ("request:12") those about one of these things.
    """
    letters = Letter.objects.filter(
        Q(failed_at__isnull=False) | Q(bounced_at__isnull=False) | Q(perhaps_sent_at__isnull=False),
        trouble_settled_at=None,
    )
    if by_party_id is not None:
        letters = letters.filter(by_party_id=by_party_id)
    if about:
        letters = letters.filter(about__overlap=list(about))
    return _rows(letters, limit)


def letter_seen(letter_id: int) -> LetterSeen | None:
    """One letter with its attempts and its fate, None if there is no such letter. Five statements."""
    letter = _with_last_answer(Letter.objects.filter(pk=letter_id)).first()
    if letter is None:
        return None
    attempts = tuple(
        AttemptSeen(one.at, one.outcome, one.answer)
        for one in LetterAttempt.objects.filter(letter_id=letter_id).order_by("pk")
    )
    suppressed_id = (
        SuppressedAddress.objects.filter(address=letter.to_address.lower(), lifted_at=None)
        .values_list("pk", flat=True)
        .first()
    )
    row = _row(letter)
    return LetterSeen(
        row=row,
        from_name=letter.from_name,
        from_address=letter.from_address,
        text=letter.text,
        html=letter.html,
        message_id=letter.message_id,
        in_reply_to=letter.in_reply_to,
        references=tuple(letter.references.split()),
        headers=letter.headers,
        attachments=tuple(
            LetterAttachment(file["name"], file["media_type"], file["sha256"], file["bytes"])
            for file in letter.attachments
        ),
        attempts=attempts,
        can_be_sent_again=suppressed_id is None
        and (row.state in {"failed", "kept", "perhaps", "bounced"} or letter.is_held_by_address),
        time_line=_time_line(letter, attempts),
        slow_domain=_slow_domain(letter),
        suppressed_id=suppressed_id,
    )


def _matching(letters: QuerySet[Letter], search: str) -> QuerySet[Letter]:
    if search.startswith("@"):
        return letters.filter(to_address__iendswith=search)
    if "@" in search:
        return letters.annotate(address_key=Lower("to_address")).filter(address_key=search.lower())
    return letters.filter(Q(to_name__icontains=search) | Q(subject__icontains=search))


def _time_line(letter: Letter, attempts: Sequence[AttemptSeen]) -> tuple[LetterStep, ...]:
    steps = [LetterStep(letter.written_at, "written", by_party_id=letter.by_party_id)]
    steps += [LetterStep(one.at, one.outcome, one.answer) for one in attempts]
    kinds = {
        "letter_held": "held",
        "letter_bounced": "bounced",
        "letter_sent_again": "sent_again",
        "letter_trouble_settled": "settled",
    }
    for fact in facts_about(thing("letter", letter.pk), limit=MOST_FACTS):
        if fact.verb in kinds:
            words = str(fact.data.get("reason") or fact.data.get("words") or "")
            steps.append(LetterStep(fact.at, kinds[fact.verb], words, by_party_id=fact.by))
    order = {"written": 0, "held": 1}
    steps.sort(key=lambda step: (step.at, order.get(step.kind, 2)))
    if letter.due_at is not None:
        waits_for_hours = letter.not_before is not None and letter.due_at == letter.not_before
        steps.append(LetterStep(letter.due_at, "hours" if waits_for_hours else "next_try", is_to_come=True))
    return tuple(steps)


def _slow_domain(letter: Letter) -> DomainSeen | None:
    if letter.due_at is None:
        return None
    pace = DomainPace.objects.filter(domain=letter.to_domain, paused_until__gte=letter.due_at).first()
    if pace is None or pace.paused_until is None:
        return None
    return DomainSeen(pace.domain, pace.put_off_count, pace.paused_until, pace.words)


def _with_last_answer(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    last = LetterAttempt.objects.filter(letter=OuterRef("pk")).order_by("-pk").values("answer")[:1]
    return letters.annotate(last_answer=Coalesce(Subquery(last), Value("")))


def _rows(letters: QuerySet[Letter], limit: int) -> list[LetterRow]:
    # A list shows no texts, and they may be long.
    found = _with_last_answer(letters).defer("text", "html", "headers", "attachments", "references")
    return [_row(letter) for letter in found.order_by("-written_at", "-pk")[:limit]]


def _row(letter: Letter) -> LetterRow:
    state = _state_of(letter)
    return LetterRow(
        id=letter.pk,
        kind=letter.kind,
        priority=letter.priority,
        by_party_id=letter.by_party_id,
        to_party_id=letter.to_party_id,
        to_name=letter.to_name,
        to_address=letter.to_address,
        subject=letter.subject,
        language=letter.language,
        state=state,
        reason=_reason_of(letter, state),
        written_at=letter.written_at,
        due_at=letter.due_at,
        about=tuple(letter.about),
        bounce_reason=letter.bounce_reason,
        bounce_is_hard=letter.bounce_is_hard,
        is_settled=letter.trouble_settled_at is not None,
    )


def _reason_of(letter: Letter, state: LetterState) -> str:
    if state == "sent":
        return ""
    if state == "bounced":
        return letter.bounce_words or letter.bounce_status
    return letter.hold_reason or str(letter.last_answer)  # type: ignore[attr-defined]  # annotated


def _state_of(letter: Letter) -> LetterState:
    moments: Sequence[tuple[LetterState, object]] = (
        ("held", letter.hold_reason),
        ("waiting", letter.due_at),
        ("bounced", letter.bounced_at),
        ("kept", letter.kept_at),
        ("sent", letter.sent_at),
        ("failed", letter.failed_at),
        ("perhaps", letter.perhaps_sent_at),
    )
    return next(state for state, moment in moments if moment)
