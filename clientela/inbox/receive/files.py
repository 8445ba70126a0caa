"""Mail that lies in files is taken in: stored first, then understood, in chunks, so that a run can be broken off.

Nothing is remembered between two runs but the mails themselves: what is stored already is known by its hash. Killed at
any point and started again, a run passes quickly over what it has done and goes on.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from clientela.inbox.actions import (
    IncomingMail,
    Understood,
    quarantine_message,
    store_raw_messages,
    understand_message,
)
from clientela.inbox.actions.batches import BatchFailedError, understand_given
from clientela.inbox.actions.understanding import house
from clientela.inbox.models import RawMessage
from clientela.inbox.queries.stored import StoredOutcome, outcome_of_message, outcomes_of_hashes
from clientela.inbox.reading.files import RawSource, messages_in
from clientela.inbox.reading.mail import Envelope, ReadMail, read_mail
from clientela.inbox.reading.read import UnreadableMessage
from clientela.kernel.clock import now

logger = logging.getLogger(__name__)

CHUNK_MAILS = 100
CHUNK_BYTES = 8_000_000
# Another process may just be understanding a mail that we found stored.
WAIT_SECONDS = 30.0
STEP_SECONDS = 0.1


def take_in_files(
    path: Path,
    *,
    is_old: bool = False,
    is_read_again: bool = False,
    on_read: Callable[[int], None] = lambda _size: None,
) -> Iterator[tuple[str, Understood]]:
    """Take in every mail at `path`, and give its name and what came of it, in order. Raises `UnreadableSource`.

    `is_old`: an old mailbox is taken over, and no letter thanks for its mails. `is_read_again`: what was stored before
    is read again, so that all that it says can be told. `on_read` hears how many bytes were done.
    """
    for chunk in _chunks(messages_in(path)):
        taken = _take_in_chunk([source for source in chunk if source.problem is None], is_old=is_old)
        for source in chunk:
            if source.problem is not None:
                yield source.name, Understood(outcome=RawMessage.Outcome.QUARANTINED, reason=source.problem)
                continue
            understood = taken[source.name]
            if is_read_again and understood.mail is None:
                understood = _read_again(understood, source.raw)
            on_read(len(source.raw))
            yield source.name, understood


def take_in(content: bytes, *, came_by: str) -> Understood:
    """Store one mail and understand it at once."""
    (raw_id,) = store_raw_messages([IncomingMail(received_at=now(), came_by=came_by, content=content)])
    return _understood(raw_id, is_new=True)


def _chunks(sources: Iterator[RawSource]) -> Iterator[list[RawSource]]:
    chunk: list[RawSource] = []
    size = 0
    for source in sources:
        if chunk and (len(chunk) >= CHUNK_MAILS or size + len(source.raw) > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(source)
        size += len(source.raw)
    if chunk:
        yield chunk


def _take_in_chunk(sources: Sequence[RawSource], *, is_old: bool) -> dict[str, Understood]:
    """Store the mails of a chunk that are not stored yet, all in one transaction, and understand each."""
    hashes = {source.name: sha256(source.raw).hexdigest() for source in sources}
    known = outcomes_of_hashes(set(hashes.values()))
    first: dict[str, RawSource] = {}
    for source in sources:
        if hashes[source.name] not in known:
            first.setdefault(hashes[source.name], source)
    ids = store_raw_messages(
        [
            IncomingMail(received_at=now(), came_by=RawMessage.CameBy.FILE, content=source.raw, is_taken_over=is_old)
            for source in first.values()
        ]
    )
    new = dict(zip(first, ids, strict=True))
    together = _understood_together([*ids, *(one.raw_id for one in known.values() if not one.outcome)])
    taken: dict[str, Understood] = {}
    told: dict[str, Understood] = {}
    for source in sources:
        name = hashes[source.name]
        if name in told:
            # The same bytes lie twice among the files of one run.
            taken[source.name] = _again(told[name])
            continue
        raw_id = new[name] if name in new else known[name].raw_id
        if raw_id in together:
            told[name] = together[raw_id]
        elif name in new:
            told[name] = _understood(raw_id, is_new=True)
        else:
            told[name] = _stored_before(known[name])
        taken[source.name] = told[name]
    return taken


def _understood_together(raw_ids: Sequence[int]) -> dict[int, Understood]:
    """Understand what can be understood together; of a batch that fails nothing, so that each is tried by itself."""
    try:
        return understand_given(at=now(), raw_ids=raw_ids)
    except BatchFailedError as error:
        logger.warning("%s Each is understood by itself: %s", error, error.__cause__)
        return {}


def _stored_before(stored: StoredOutcome) -> Understood:
    """What was stored and never understood, because a run was broken off there, is understood now."""
    if not stored.outcome:
        return _understood(stored.raw_id, is_new=False)
    return Understood(
        outcome=RawMessage.Outcome.DUPLICATE,
        reason=_put_aside_before(stored) or _("The same message was received before."),
        request=stored.reference,
        from_address=stored.from_address,
        subject=stored.subject,
    )


def _put_aside_before(stored: StoredOutcome) -> str:
    if stored.outcome != RawMessage.Outcome.QUARANTINED:
        return ""
    words = _("It was received before and put aside: %(reason)s It can be tried again in Settings, Mail.")
    return words % {"reason": stored.reason}


def _again(understood: Understood) -> Understood:
    return Understood(
        outcome=RawMessage.Outcome.DUPLICATE,
        reason=_("The same message was received before."),
        request=understood.request,
        from_address=understood.from_address,
        subject=understood.subject,
        language=understood.language,
        text=understood.text,
        attachments=understood.attachments,
        mail=understood.mail,
    )


def _understood(raw_id: int, *, is_new: bool) -> Understood:
    try:
        understood = understand_message(at=now(), raw_id=raw_id)
    except Exception as error:  # noqa: BLE001 - a fault of ours puts this mail aside, and the others go on
        return quarantine_message(at=now(), raw_id=raw_id, reason=f"{type(error).__name__}: {error}")
    return understood or _understood_elsewhere(raw_id, is_new=is_new)


def _understood_elsewhere(raw_id: int, *, is_new: bool) -> Understood:
    """Wait until the worker that is at it has understood it, and say what came of it there."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        stored = outcome_of_message(raw_id)
        if stored.outcome:
            if not is_new:
                return _stored_before(stored)
            return Understood(
                outcome=stored.outcome,
                reason=stored.reason,
                request=stored.reference,
                from_address=stored.from_address,
                subject=stored.subject,
            )
        time.sleep(STEP_SECONDS)
    return Understood(outcome=RawMessage.Outcome.DUPLICATE, reason=_("Another process is taking in this message."))


def _read_again(understood: Understood, content: bytes) -> Understood:
    mail = _read(content)
    if mail is None:
        return understood
    return Understood(
        outcome=understood.outcome,
        reason=understood.reason,
        request=understood.request,
        from_address=mail.address,
        subject=mail.read.subject,
        language=understood.language,
        text=mail.said,
        attachments=mail.read.attachments,
        mail=mail,
    )


def _read(content: bytes) -> ReadMail | None:
    try:
        return read_mail(content, envelope=Envelope(), house=house())
    except UnreadableMessage:
        return None
