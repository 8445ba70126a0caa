"""Trying a mailbox once, for a person who waits for the answer: log in, look at the folders, change no mail."""

from dataclasses import dataclass
from typing import NoReturn

from imapclient.exceptions import IMAPClientError

from clientela.inbox.mailboxes.connecting import BROKEN, connected, open_folders
from clientela.inbox.mailboxes.getting_in import Keys
from clientela.inbox.mailboxes.trouble import MailboxError, Trouble, trouble_of
from clientela.inbox.models import Mailbox
from clientela.kernel.policies import HiddenError

ANSWER_SECONDS = 15.0


@dataclass(frozen=True)
class Tried:
    """How a trial ended. `trouble` is "" when all is well; else `detail` is what the other side said."""

    trouble: str = ""
    detail: str = ""
    waiting_count: int = 0  # mails that lie in the folder
    is_told_at_once: bool = False
    can_move: bool = False


def try_mailbox(mailbox_id: int) -> Tried:
    """Log in to a mailbox as its reader would. Makes the folders for done and unreadable mail if they are missing."""
    row = Mailbox.objects.filter(pk=mailbox_id).first()
    if row is None:
        raise HiddenError(f"There is no mailbox {mailbox_id}.")
    try:
        return _tried(row)
    except (MailboxError, *BROKEN) as error:
        known = trouble_of(error)
        return Tried(trouble=known.trouble, detail=known.detail)


def _tried(row: Mailbox) -> Tried:
    with connected(Keys().way_into(row), answer_seconds=ANSWER_SECONDS) as client:
        folders = open_folders(client, folder=row.folder, done=row.done_folder, unreadable=row.unreadable_folder)
        if folders.is_read_only:
            _cannot_move("READ-ONLY")
        try:
            waiting = len(client.search(["UNDELETED"]))
        except IMAPClientError as error:
            raise trouble_of(error) from error
        return Tried(
            waiting_count=waiting,
            is_told_at_once=client.has_capability("IDLE"),
            can_move=client.has_capability("MOVE") or client.has_capability("UIDPLUS"),
        )


def _cannot_move(detail: str) -> NoReturn:
    raise MailboxError(Trouble.CANNOT_MOVE, detail)
