"""Understanding stored messages in batches: what one mail costs alone is shared by hundreds.

A batch is one transaction. It takes the messages that no other worker holds, reads them, and acts on them in waves: two
mails that may touch each other (the same mail again, two answers to one letter) are never in the same wave, so each
sees what came of those before it, as if they had been understood one by one. A copy of a mail that another worker is at
is not waited for, but left for the next batch.

Whatever goes wrong, the whole batch is undone, and the caller understands its messages one by one (see `jobs`): so the
one at fault is found and put aside, and the others are not held up.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from clientela.inbox.actions.acting import act_on_many
from clientela.inbox.actions.todos import Todo, Understood
from clientela.inbox.actions.understanding import note_reading, put_aside_unread, read_stored, turn_of, write_down
from clientela.inbox.models import RawMessage
from clientela.inbox.queries.known import StoredMail, known_about
from clientela.inbox.reading.read import UnreadableMessage
from clientela.inbox.rules.deciding import decide
from clientela.inbox.rules.waves import waves_of
from clientela.kernel.identifiers import references_in

MAILS_A_BATCH = 200
BYTES_A_BATCH = 16 * 1024 * 1024
REFERENCE = "R-"  # so begins the reference in a mark of ours, see `kernel.signing`
# Whoever takes in files understands each mail at once, one by one; what was left lying is taken along after a minute.
LEFT_BEHIND = timedelta(minutes=1)


class BatchFailedError(Exception):
    """A batch was undone: one of the messages `raw_ids` is at fault, or the database is. The cause is chained."""

    def __init__(self, raw_ids: Sequence[int]) -> None:
        super().__init__(f"A batch of {len(raw_ids)} messages could not be understood together.")
        self.raw_ids = tuple(raw_ids)


def understand_batch(
    *,
    at: datetime,
    limit: int = MAILS_A_BATCH,
    before: datetime | None = None,
    on_taken: Callable[[Sequence[int]], None] = lambda _raw_ids: None,
    is_enough: Callable[[], bool] = lambda: False,
) -> int:
    """Understand the stored messages that wait longest, at most `limit`, and return how many were.

    Only those that nobody has tried yet: what failed once is tried alone. `before`: only those stored by then.
    `on_taken` hears which were taken, before anything is done with them; `is_enough` is asked after each one that was
    read, and ends the batch there. Zero means that none waits, or that other workers are at them. Raises
    BatchFailedError.
    """
    taken: list[int] = []
    try:
        with transaction.atomic():
            taken = _taken(at=at, limit=limit, before=before)
            on_taken(taken)
            return len(_understand_all(taken, is_enough, at=at)) if taken else 0
    except Exception as error:
        if not taken:
            raise
        raise BatchFailedError(taken) from error


def understand_given(*, at: datetime, raw_ids: Sequence[int]) -> dict[int, Understood]:
    """Understand these stored messages together, and return what came of each, by its id.

    Those that were understood already, or that another worker is at, are left out. Raises BatchFailedError.
    """
    free = RawMessage.objects.filter(pk__in=raw_ids, understood_at__isnull=True).order_by("received_at", "pk")
    try:
        with transaction.atomic():
            taken = list(free.select_for_update(skip_locked=True).values_list("pk", flat=True))
            return _understand_all(taken, lambda: False, at=at) if taken else {}
    except Exception as error:
        raise BatchFailedError(raw_ids) from error


def _taken(*, at: datetime, limit: int, before: datetime | None) -> list[int]:
    """Hold the rows of the messages of a batch. Others pass by them; together they are not too large for the memory."""
    rows = RawMessage.objects.filter(understood_at__isnull=True, tried_count=0)
    if before is not None:
        rows = rows.filter(received_at__lte=before)
    just_given = Q(came_by=RawMessage.CameBy.FILE, received_at__gt=at - LEFT_BEHIND)
    free = rows.exclude(just_given).select_for_update(skip_locked=True).order_by("received_at", "pk")
    taken: list[int] = []
    size = 0
    for number, size_bytes in free.values_list("pk", "size_bytes")[:limit]:
        size += size_bytes
        if taken and size > BYTES_A_BATCH:
            break
        taken.append(number)
    return taken


def _understand_all(raw_ids: Sequence[int], is_enough: Callable[[], bool], *, at: datetime) -> dict[int, Understood]:
    stored, unread = [], []
    for raw in RawMessage.objects.filter(pk__in=raw_ids).order_by("received_at", "pk"):
        try:
            mail = read_stored(raw)
        except UnreadableMessage as error:
            unread.append((raw, put_aside_unread(raw, error, at=at)))
        else:
            note_reading(raw, mail)
            stored.append(StoredMail(raw, mail))
        if is_enough():
            break
    write_down(unread, at=at)
    done = {raw.pk: what for raw, what in unread}
    ours = _whose_turn_it_is(stored)
    for wave in waves_of(ours, _touched):
        known = known_about(wave, at=at)
        acted = act_on_many([Todo(one, it, decide(one.mail, it)) for one, it in zip(wave, known, strict=True)], at=at)
        # Before the next wave, which may ask whether the same mail was understood before.
        write_down([(one.raw, what) for one, what in zip(wave, acted, strict=True)], at=at)
        done |= {one.raw.pk: what for one, what in zip(wave, acted, strict=True)}
    return done


def _whose_turn_it_is(stored: Sequence[StoredMail]) -> list[StoredMail]:
    """Leave out the mails of which another worker is just understanding a copy that came by another way.

    The lock is the one of `understanding.take_turn`, but not waited for: who waits while holding other mails could
    stand in another's way, and that one in ours.
    """
    turns = {turn_of(one.mail, one.raw) for one in stored}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT turn, pg_try_advisory_xact_lock(hashtextextended(turn, 0)) FROM unnest(%s::text[]) AS turn",
            [sorted(turns)],
        )
        ours = {turn for turn, is_ours in cursor.fetchall() if is_ours}
    return [one for one in stored if turn_of(one.mail, one.raw) in ours]


def _touched(one: StoredMail) -> set[Hashable]:
    """Name what a mail touches: its bytes, its Message-ID, those it answers, and the requests it names, truly or not.

    Not its sender: what is known of a batch counts how often one sender is answered (see `queries.known`).
    """
    mail = one.mail
    names = {("mail", name) for name in (mail.mail_id, *mail.answered) if name}
    written = (*mail.answered, *(address.partition("+")[2] for address in mail.recipients))
    marked = {word.partition(".")[0].upper() for word in written if word[:2].upper() == REFERENCE}
    requests = {("request", reference) for reference in (*marked, *references_in(mail.read.subject))}
    return {("hash", one.raw.sha256), *names, *requests}
