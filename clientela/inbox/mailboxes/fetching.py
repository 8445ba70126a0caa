"""Taking in what lies in a mailbox: fetched, stored, and only then moved to its folder."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from clientela.inbox.actions.mailbox_reading import FetchedMail, note_moved, note_stuck, take_from_mailbox
from clientela.inbox.mailboxes.connecting import BROKEN, Folders
from clientela.inbox.mailboxes.trouble import MailboxError, Trouble, trouble_of
from clientela.inbox.models import Mailbox, MailToMove
from clientela.inbox.reading.read import UnreadableMessage, read_message
from clientela.kernel.clock import now

logger = logging.getLogger(__name__)

ASKED_AT_ONCE = 200
MOVED_AT_ONCE = 200
# What one FETCH brings and one transaction stores, at most; a larger mail comes alone.
GROUP_MAILS = 50
GROUP_BYTES = 4_000_000
# The other server's clock is not ours, and it knows no parts of a second.
SLACK = timedelta(minutes=2)


@dataclass(frozen=True)
class Waiting:
    """A mail that lies in the folder: its number there, its size, and when it came to the server."""

    uid: int
    size_bytes: int
    came_at: datetime


@dataclass
class Reader:
    """One reading of a mailbox, as long as a connection lasts. `limit_bytes`: larger mails are not taken whole."""

    client: IMAPClient
    row: Mailbox
    folders: Folders
    limit_bytes: int
    is_careful: bool = False  # one mail at a time, after a reading that broke
    _left: list[int] = field(default_factory=list)  # found, and not yet looked at

    def take_in(self) -> int:
        """Take in some of what is new, the oldest first; return how many mails were looked at, 0 when none is new.

        Raises MailboxChangedError, and whatever the connection raises. A mail at which reading breaks again and again
        is left aside, so that it does not hold up those behind it.
        """
        uids = self._next()
        if not uids:
            return 0
        waiting = self._waiting(uids)
        wanted = [mail for mail in waiting if self._is_wanted(mail)]
        for group in _groups(wanted, alone=self.is_careful, limit_bytes=self.limit_bytes):
            self._keep(self._fetched(group), up_to_uid=group[-1].uid)
        self._keep([], up_to_uid=uids[-1])
        return len(uids)

    def move(self) -> None:
        """Move what was taken in to its folder. Raises MailboxError if the server does not let us."""
        rows = list(MailToMove.objects.filter(mailbox=self.row).order_by("uid").values_list("uid", "is_readable"))
        for target, is_readable in ((self.folders.done, True), (self.folders.unreadable, False)):
            uids = [uid for uid, readable in rows if readable == is_readable]
            for first in range(0, len(uids), MOVED_AT_ONCE):
                some = uids[first : first + MOVED_AT_ONCE]
                try:
                    self._move(some, target)
                except IMAPClientAbortError:
                    raise
                except IMAPClientError as error:
                    raise MailboxError(Trouble.CANNOT_MOVE, trouble_of(error).detail) from error
                note_moved(mailbox_id=self.row.pk, uids=some)

    def _is_wanted(self, mail: Waiting) -> bool:
        return self.row.since_at is None or mail.came_at >= self.row.since_at - SLACK

    def _next(self) -> list[int]:
        """The numbers of the next mails after the last one taken in, in the order of the server's count."""
        if not self._left:
            found = self.client.search(["UID", f"{self.row.taken_uid + 1}:*", "UNDELETED"])
            # "*" is the newest mail there is, also when it is older than the first number.
            self._left = sorted(int(uid) for uid in found if int(uid) > self.row.taken_uid)
        uids, self._left = self._left[:ASKED_AT_ONCE], self._left[ASKED_AT_ONCE:]
        return uids

    def _waiting(self, uids: Sequence[int]) -> list[Waiting]:
        said = self.client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return [Waiting(uid, int(said[uid][b"RFC822.SIZE"]), said[uid][b"INTERNALDATE"]) for uid in sorted(said)]

    def _fetched(self, group: Sequence[Waiting]) -> list[FetchedMail]:
        """Fetch the mails of a group; whoever has been deleted meanwhile is not among them."""
        is_large = group[0].size_bytes > self.limit_bytes
        part = b"BODY[HEADER]" if is_large else b"BODY[]"
        try:
            said = self.client.fetch([mail.uid for mail in group], [part.replace(b"BODY", b"BODY.PEEK")])
        except BROKEN as error:
            if len(group) == 1 and self._is_stuck_at(group[0].uid):
                logger.warning("Mail %s of %s cannot be fetched: %s", group[0].uid, self.row.address, error)
                return [FetchedMail(group[0].uid, None, is_readable=False)]
            raise
        fetched = []
        for mail in group:
            content = said.get(mail.uid, {}).get(part)
            if content is None:
                continue
            fetched.append(
                FetchedMail(
                    mail.uid,
                    content,
                    is_readable=not is_large and _is_readable(content),
                    whole_bytes=mail.size_bytes if is_large else None,
                    is_old=mail.came_at < self.row.created_at - SLACK,
                )
            )
        return fetched

    def _is_stuck_at(self, uid: int) -> bool:
        return note_stuck(mailbox_id=self.row.pk, settings_version=self.row.settings_version, uid=uid)

    def _keep(self, mails: Sequence[FetchedMail], *, up_to_uid: int) -> None:
        take_from_mailbox(
            at=now(),
            mailbox_id=self.row.pk,
            settings_version=self.row.settings_version,
            mails=mails,
            up_to_uid=up_to_uid,
        )
        self.row.taken_uid = max(self.row.taken_uid, up_to_uid)

    def _move(self, uids: Sequence[int], target: str) -> None:
        """Move by MOVE (RFC 6851); else copy, and only when that is done take away what was copied."""
        with suppress(IMAPClientError):
            self.client.add_flags(uids, [SEEN], silent=True)
        if self.client.has_capability("MOVE"):
            self.client.move(uids, target)
            return
        still_there = self.client.search(["UID", ",".join(map(str, uids)), "UNDELETED"])
        if not still_there:
            return
        self.client.copy(still_there, target)
        self.client.add_flags(still_there, [DELETED], silent=True)
        # Without UIDPLUS an EXPUNGE would also take what somebody else has marked; ours stay marked then.
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge(still_there)


def _groups(waiting: Sequence[Waiting], *, alone: bool, limit_bytes: int) -> Iterator[list[Waiting]]:
    """Groups to fetch at once: neither many mails nor many bytes, and one over the limit by itself."""
    group: list[Waiting] = []
    size = 0
    for mail in waiting:
        is_full = len(group) >= GROUP_MAILS or size + mail.size_bytes > GROUP_BYTES
        if group and (alone or is_full or max(size, mail.size_bytes) > limit_bytes):
            yield group
            group, size = [], 0
        group.append(mail)
        size += mail.size_bytes
    if group:
        yield group


def _is_readable(content: bytes) -> bool:
    try:
        read_message(content)
    except UnreadableMessage:
        return False
    except Exception:  # a fault of ours is found out when it is understood; here it only says where the mail goes
        logger.exception("A mail of a mailbox could not be read; it is stored all the same.")
        return False
    return True
