"""Letters for the tests of the post."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from clientela.kernel import post
from clientela.kernel.models import Letter
from clientela.kernel.post import LetterDraft

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def draft(**changes: Any) -> LetterDraft:
    """A short answer from Care to Ștefan."""
    usual: dict[str, Any] = {
        "kind": "reply",
        "to_party_id": 7,
        "to_address": "stefan@example.test",
        "to_name": "Ștefan Țuțea",
        "from_address": "care@clientela.test",
        "from_name": "Clientela Care",
        "subject": "Mașina de spălat [R-7KX2-4]",
        "text": "Bună ziua,\n\nVenim marți la ora trei.\n",
        "html": "<p>Bună ziua,</p><p>Venim marți la ora trei.</p>",
        "language": "ro",
        "message_id": "r-7kx2-4.reply-1.abc@clientela.test",
        "about": ("request:12", "party:7"),
    }
    return LetterDraft(**{**usual, **changes})


def posted(*, at: datetime = AT, hold_reason: str = "", not_before: datetime | None = None, **changes: Any) -> int:
    """A letter in the outbox, committed."""
    with transaction.atomic():
        return post.post_letter(draft(**changes), at=at, hold_reason=hold_reason, not_before=not_before)


def attempts(letter_id: int) -> list[tuple[str, str]]:
    """What became of each try: outcome and answer."""
    seen = post.letter_seen(letter_id)
    assert seen is not None
    return [(attempt.outcome, attempt.answer) for attempt in seen.attempts]


def state(letter_id: int) -> str:
    """Where the letter stands."""
    seen = post.letter_seen(letter_id)
    assert seen is not None
    return seen.row.state


def row(letter_id: int) -> Letter:
    """The letter's row."""
    return Letter.objects.get(pk=letter_id)
