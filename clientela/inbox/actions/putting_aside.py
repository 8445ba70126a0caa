"""Telling the sender of a message that was put aside that a person will look at it: nobody is left without answer."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, transaction

from clientela.directory import queries as directory
from clientela.directory.actions import NobodyBehindAddressError, WrongValueError, welcome_correspondent
from clientela.inbox import letters
from clientela.inbox.actions.todos import Todo
from clientela.inbox.models import RawMessage
from clientela.inbox.queries.addresses import MailPlace, default_mail_place, places_of_addresses
from clientela.inbox.queries.answering import answers_lately
from clientela.inbox.reading.mail import ReadMail
from clientela.inbox.rules.answering import may_be_answered

logger = logging.getLogger(__name__)


def tell_sender_of(todo: Todo, *, at: datetime) -> bool:
    """Tell the sender of a mail that was decided about; see `tell_sender`."""
    return todo.decision.is_answered and tell_sender(todo.stored.raw, todo.mail, at=at, request_id=todo.request_id)


def tell_sender(raw: RawMessage, mail: ReadMail | None, *, at: datetime, request_id: int | None = None) -> bool:
    """Tell the sender of a message, once, that a person will look at it. Whether a letter was written.

    `mail` None: it could not be read, and only who handed it over is known. `request_id`: the request that it is about.
    Machines get no letter, nor does anybody who has had many lately, nor anybody about a request on which many went out
    (a machine may write under a new name each time), nor an address of ours: a letter to ourselves would come back to
    be put aside. Whatever goes wrong here, the message is put aside all the same.
    """
    address = (mail.address if mail is not None else "") or raw.envelope_from
    if not address or raw.is_taken_over or (mail is not None and mail.kind.kind != "person"):
        return False
    try:
        with transaction.atomic():
            return _told(raw, mail, address, at=at, request_id=request_id)
    except (NobodyBehindAddressError, WrongValueError):
        return False
    except DatabaseError:
        raise
    except Exception:
        logger.exception("The sender of message %s could not be told that it was put aside.", raw.pk)
        return False


def _told(raw: RawMessage, mail: ReadMail | None, address: str, *, at: datetime, request_id: int | None) -> bool:
    place = _place(raw, mail)
    is_ours = address.rpartition("@")[2].lower() == settings.MAIL_DOMAIN.lower()
    if place is None or (is_ours and directory.person_of_address(address) is None):
        return False
    if directory.department_of_address(address) is not None:
        return False
    lately = answers_lately(addresses={address}, request_ids=[] if request_id is None else [request_id], at=at)
    if not may_be_answered(lately.of(address=address, request_id=request_id), at=at):
        return False
    person_id = welcome_correspondent(
        at=at,
        address=address,
        name=mail.read.from_name if mail is not None else "",
        language=place.department.language,
        zone=place.department.zone,
    )
    aside = letters.PutAside(
        raw_id=raw.pk,
        received_at=raw.received_at,
        address=address,
        subject=mail.read.subject if mail is not None else "",
        mail_id=mail.mail_id if mail is not None else "",
        request_id=request_id,
    )
    letters.send_put_aside(person_id=person_id, department_id=place.department_id, aside=aside, at=at)
    raw.details = {**raw.details, "sender_was_told": True}
    return True


def _place(raw: RawMessage, mail: ReadMail | None) -> MailPlace | None:
    written = tuple(raw.envelope_to) if mail is None else mail.recipients
    found = places_of_addresses(written)
    return next((found[address] for address in written if address in found), None) or default_mail_place()
