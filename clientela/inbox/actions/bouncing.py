"""What a bounce does to our letters: each is marked as come back, and an address that will never work is suppressed.

A report counts only for a letter of ours that it names: by the Message-ID in the head it brings back, or by the signed
address that it came to. Nothing else in it is believed, see `kernel.post.note_bounce`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from clientela.inbox.actions.todos import Todo
from clientela.inbox.reading.bounces import Bounce
from clientela.kernel import post
from clientela.kernel.journal import thing

# Still being tried: nothing has come back yet.
WAITING = "delayed"


def note_bounces(todos: Sequence[Todo], *, at: datetime) -> None:
    """Note which of our letters came back, by these mails. Reports of letters that are still tried note nothing."""
    # Always in one order: two workers with reports of the same letters must not wait for each other.
    for todo in sorted(todos, key=lambda one: next((bounce.message_id for bounce in one.mail.bounces), "")):
        telling = _telling(todo.mail.bounces)
        if telling is None:
            continue
        signed = todo.known.candidates.signed
        if telling.message_id:
            post.note_bounce(
                at=at,
                message_id=telling.message_id,
                status=telling.status,
                reason=telling.reason.value,
                hard=telling.hard,
                words=telling.said,
            )
        elif signed is not None and telling.recipient:
            post.note_bounce_about(
                at=at,
                about=thing("request", signed.id),
                recipient=telling.recipient,
                status=telling.status,
                reason=telling.reason.value,
                hard=telling.hard,
                words=telling.said,
            )


def _telling(bounces: Iterable[Bounce]) -> Bounce | None:
    """Of all recipients of one letter, the one that says most about the address we wrote to; None: none failed yet.

    We write to one address. A report of several is about what stands behind it (a list, a forwarding): as long as one
    of them may take letters again, so may the address.
    """
    failed = [bounce for bounce in bounces if bounce.action != WAITING]
    return next((bounce for bounce in failed if not bounce.hard), failed[0] if failed else None)
