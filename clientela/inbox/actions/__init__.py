"""What can be done with mail that came in."""

from clientela.inbox.actions.addresses import (
    MailAddressError,
    change_mail_address,
    define_mail_address,
    remove_mail_address,
)
from clientela.inbox.actions.batches import BatchFailedError, understand_batch, understand_given
from clientela.inbox.actions.joining import (
    NothingForwardedError,
    join_what_perhaps_belongs,
    keep_apart,
    make_forwarded_sender_customer,
)
from clientela.inbox.actions.rereading import Difference, Reread, reread_all
from clientela.inbox.actions.storing import IncomingMail, store_raw_message, store_raw_messages
from clientela.inbox.actions.todos import Understood
from clientela.inbox.actions.understanding import (
    note_failed_try,
    quarantine_message,
    understand_again,
    understand_message,
)

__all__ = [
    "BatchFailedError",
    "Difference",
    "IncomingMail",
    "MailAddressError",
    "NothingForwardedError",
    "Reread",
    "Understood",
    "change_mail_address",
    "define_mail_address",
    "join_what_perhaps_belongs",
    "keep_apart",
    "make_forwarded_sender_customer",
    "note_failed_try",
    "quarantine_message",
    "remove_mail_address",
    "reread_all",
    "store_raw_message",
    "store_raw_messages",
    "understand_again",
    "understand_batch",
    "understand_given",
    "understand_message",
]
