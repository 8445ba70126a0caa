"""What the reader of a mailbox writes down: what it took in, what it moved, how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from clientela.inbox.actions.storing import IncomingMail, store_raw_messages
from clientela.inbox.models import Mailbox, MailToMove, RawMessage
from clientela.kernel.secrets import lock_secret

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
# So often may reading break at one and the same mail before that mail is left aside.
MOST_TRIES_AT_ONE_MAIL = 4
LONGEST_DETAIL = 500


class MailboxChangedError(Exception):
    """The mailbox was changed, paused or removed while it was being read; its reader begins anew."""


@dataclass(frozen=True)
class FetchedMail:
    """A mail as the server gave it; of one over our limit only the head, and then `whole_bytes` is its real size.

    `is_readable` is false for what is no mail we can read, or too large; it goes to the folder for unreadable ones.
    `content` is None if the server could not give it at all.
    """

    uid: int
    content: bytes | None = field(repr=False)
    is_readable: bool = True
    is_old: bool = False  # it lay there before we came: no letter thanks for it
    whole_bytes: int | None = None


def begin_life(*, mailbox_id: int, settings_version: int, uid_validity: int) -> Mailbox:
    """Return the mailbox, ready to be read in the folder's present life.

    A folder that was made anew counts its mails from the beginning: then everything in it is looked at again, and what
    we have already is known by its hash. Raises MailboxChangedError.
    """
    with transaction.atomic():
        row = _locked(mailbox_id, settings_version)
        if row.uid_validity != uid_validity:
            row.uid_validity, row.taken_uid, row.stuck_uid, row.stuck_count = uid_validity, 0, 0, 0
            row.save(update_fields=["uid_validity", "taken_uid", "stuck_uid", "stuck_count"])
            row.to_move.all().delete()
    return row


def take_from_mailbox(
    *, at: datetime, mailbox_id: int, settings_version: int, mails: Sequence[FetchedMail], up_to_uid: int
) -> int:
    """Store what was fetched, and that everything up to `up_to_uid` was looked at: all of it or nothing.

    Only once this has returned may anything be moved on the server. The lock on the mailbox's row makes that a mail is
    taken once, also if two readers are at it. Returns how many were stored; one whose bytes came out of this mailbox
    before is not stored again. Raises MailboxChangedError.
    """
    with transaction.atomic():
        row = _locked(mailbox_id, settings_version)
        new = [mail for mail in mails if mail.uid > row.taken_uid]
        stored = _store(row, new, at=at)
        MailToMove.objects.bulk_create(
            [
                MailToMove(mailbox=row, uid=mail.uid, is_readable=mail.is_readable, raw_id=stored.get(mail.uid))
                for mail in new
            ]
        )
        row.taken_uid = max(row.taken_uid, up_to_uid)
        row.taken_count += len(stored)
        row.unreadable_count += sum(not mail.is_readable for mail in new)
        row.stuck_uid, row.stuck_count = 0, 0
        if stored:
            row.taken_at = at
        row.save(update_fields=["taken_uid", "taken_count", "unreadable_count", "stuck_uid", "stuck_count", "taken_at"])
    return len(stored)


def note_moved(*, mailbox_id: int, uids: Sequence[int]) -> None:
    """These mails no longer lie where they came to."""
    MailToMove.objects.filter(mailbox_id=mailbox_id, uid__in=uids).delete()


def note_looked(*, at: datetime, mailbox_id: int, settings_version: int, is_told_at_once: bool) -> None:
    """The mailbox was looked into, and all is well."""
    Mailbox.objects.filter(pk=mailbox_id, settings_version=settings_version).update(
        looked_at=at,
        is_told_at_once=is_told_at_once,
        trouble="",
        trouble_detail="",
        trouble_since_at=None,
        failed_count=0,
        next_look_at=None,
    )


def note_trouble(
    *, at: datetime, mailbox_id: int, settings_version: int, trouble: str, detail: str, is_read: bool = False
) -> timedelta:
    """Write down what is wrong, and return how long to wait: twice as long each time, up to ten minutes.

    `is_read`: mail is taken in all the same, so this is no failure to wait after.
    """
    with transaction.atomic():
        row = Mailbox.objects.select_for_update().filter(pk=mailbox_id, settings_version=settings_version).first()
        if row is None:
            return FIRST_PAUSE
        row.trouble_since_at = row.trouble_since_at if row.trouble == trouble else at
        row.trouble, row.trouble_detail = trouble, detail.replace("\x00", "")[:LONGEST_DETAIL]
        doubled = 1 << min(row.failed_count, 10)
        pause = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
        if is_read:
            row.looked_at = at
        else:
            row.failed_count += 1
            row.next_look_at = at + pause
        row.save(
            update_fields=["trouble", "trouble_detail", "trouble_since_at", "looked_at", "failed_count", "next_look_at"]
        )
    return pause


def note_stuck(*, mailbox_id: int, settings_version: int, uid: int) -> bool:
    """Reading broke at this mail. Return whether it broke there too often, so that the mail must be left aside."""
    with transaction.atomic():
        row = _locked(mailbox_id, settings_version)
        row.stuck_count = row.stuck_count + 1 if row.stuck_uid == uid else 1
        row.stuck_uid = uid
        row.save(update_fields=["stuck_uid", "stuck_count"])
    return row.stuck_count >= MOST_TRIES_AT_ONE_MAIL


def keep_refresh_token(*, mailbox_id: int, settings_version: int, refresh_token: str) -> None:
    """The provider gave a new refresh token; the old one may be worth nothing from now on."""
    Mailbox.objects.filter(pk=mailbox_id, settings_version=settings_version).update(
        refresh_token_locked=lock_secret(refresh_token)
    )


def _store(row: Mailbox, mails: Sequence[FetchedMail], *, at: datetime) -> dict[int, int]:
    """Store the mails that did not come out of this mailbox before; return their rows' ids by UID."""
    hashes = {mail.uid: sha256(mail.content).hexdigest() for mail in mails if mail.content is not None}
    known = set(
        RawMessage.objects.filter(
            sha256__in=hashes.values(), came_by=RawMessage.CameBy.IMAP, envelope_to=[row.address]
        ).values_list("sha256", flat=True)
    )
    wanted: dict[str, FetchedMail] = {}
    for mail in mails:
        if mail.content is not None and hashes[mail.uid] not in known:
            wanted.setdefault(hashes[mail.uid], mail)
    new = list(wanted.values())
    ids = store_raw_messages(
        [
            IncomingMail(
                received_at=at,
                came_by=RawMessage.CameBy.IMAP,
                content=mail.content or b"",
                envelope_to=(row.address,),
                is_taken_over=mail.is_old,
            )
            for mail in new
        ]
    )
    for raw_id, mail in zip(ids, new, strict=True):
        if mail.whole_bytes is not None:
            RawMessage.objects.filter(pk=raw_id).update(size_bytes=mail.whole_bytes)
    return dict(zip((mail.uid for mail in new), ids, strict=True))


def _locked(mailbox_id: int, settings_version: int) -> Mailbox:
    row = (
        Mailbox.objects.select_for_update()
        .filter(pk=mailbox_id, settings_version=settings_version, paused_at=None)
        .first()
    )
    if row is None:
        raise MailboxChangedError
    return row
