"""Looking at the outbox: which letters stand where, and what became of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from clientela.kernel.models import Letter, LetterAttempt
from clientela.kernel.post.drafts import LetterAttachment

LetterState = Literal["waiting", "held", "kept", "sent", "failed", "perhaps"]

_STATES: Mapping[str, Q] = {
    "all": Q(),
    "waiting": Q(due_at__isnull=False),
    "held": ~Q(hold_reason=""),
    "kept": Q(kept_at__isnull=False),
    "sent": Q(sent_at__isnull=False),
    "failed": Q(failed_at__isnull=False),
    "perhaps": Q(perhaps_sent_at__isnull=False),
}


@dataclass(frozen=True)
class LetterRow:
    """A letter in a list. `reason` says why it is held, or the mail server's last words when it is not sent."""

    id: int
    kind: str
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
class LetterSeen:
    """A letter with everything about it; `attempts` from the first to the last."""

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


def letters_page(
    *, state: LetterState | Literal["all"] = "all", before: tuple[datetime, int] | None = None, limit: int = 50
) -> LettersPage:
    """Letters that stand at `state`, newest first, older than `before`: (written_at, id) of the last one seen."""
    letters = Letter.objects.filter(_STATES[state])
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


def letter_seen(letter_id: int) -> LetterSeen | None:
    """One letter with its attempts, None if there is no such letter."""
    letter = _with_last_answer(Letter.objects.filter(pk=letter_id)).first()
    if letter is None:
        return None
    attempts = LetterAttempt.objects.filter(letter_id=letter_id).order_by("pk")
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
        attempts=tuple(AttemptSeen(one.at, one.outcome, one.answer) for one in attempts),
        can_be_sent_again=row.state in {"failed", "kept", "perhaps"},
    )


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
        to_party_id=letter.to_party_id,
        to_name=letter.to_name,
        to_address=letter.to_address,
        subject=letter.subject,
        language=letter.language,
        state=state,
        reason="" if state == "sent" else letter.hold_reason or letter.last_answer,  # type: ignore[attr-defined]
        written_at=letter.written_at,
        due_at=letter.due_at,
        about=tuple(letter.about),
    )


def _state_of(letter: Letter) -> LetterState:
    moments: Sequence[tuple[LetterState, object]] = (
        ("held", letter.hold_reason),
        ("waiting", letter.due_at),
        ("kept", letter.kept_at),
        ("sent", letter.sent_at),
        ("failed", letter.failed_at),
        ("perhaps", letter.perhaps_sent_at),
    )
    return next(state for state, moment in moments if moment)
