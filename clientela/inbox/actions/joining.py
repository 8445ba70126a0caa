"""What an agent decides that no rule may: where a mail belongs, and whose it is when somebody passed it on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.actions import welcome_correspondent
from clientela.directory.policies import Viewer
from clientela.inbox.models import RawMessage
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError
from clientela.requests import actions as requests
from clientela.requests import queries as asked
from clientela.requests.queries import ServedRequest


class NothingForwardedError(Exception):
    """The mail passes nobody's mail on, or nobody's whose request it could be. The message says which."""


@transaction.atomic
def join_what_perhaps_belongs(*, by: Viewer, at: datetime, raw_id: int, is_same_customer: bool = False) -> None:
    """Say that a mail does belong to the request it named: what it opened is merged into that one.

    Its sender may go on there from now on. Where the two customers differ, `is_same_customer` says that a person has
    made sure they are one: anybody can write a number into a subject. Raises HiddenError if there is nothing to decide
    or the viewer may not see it, NotAllowedError, and what `merge_requests` raises: MergeError for two customers of
    whom nobody said that they are one.
    """
    raw, request = _held(by, raw_id)
    if raw.perhaps_of_id is None:
        raise HiddenError(f"Mail {raw_id} belongs where it is.")
    requests.merge_requests(
        by=by, at=at, request_id=request.id, into_id=raw.perhaps_of_id, is_same_customer=is_same_customer
    )
    _decided(raw, request, "mail_joined", by=by, at=at)


@transaction.atomic
def keep_apart(*, by: Viewer, at: datetime, raw_id: int) -> None:
    """Say that a mail is a matter of its own, whatever it named. Raises HiddenError, NotAllowedError."""
    raw, request = _held(by, raw_id)
    if raw.perhaps_of_id is None:
        raise HiddenError(f"Mail {raw_id} belongs where it is.")
    _decided(raw, request, "mail_kept_apart", by=by, at=at)


@transaction.atomic
def make_forwarded_sender_customer(*, by: Viewer, at: datetime, raw_id: int) -> int:
    """Make who wrote the mail that was passed on the customer of the request it opened; return that person's id.

    They become a customer if nobody knows them yet. Who passed it on may go on with the request by mail. Raises
    HiddenError, NotAllowedError, StateError, NothingForwardedError, WrongValueError, NobodyBehindAddressError.
    """
    raw, request = _held(by, raw_id)
    told = raw.details.get("forwarded_from") or {}
    address = str(told.get("address") or "")
    if not address:
        raise NothingForwardedError(_("The mail does not say from which address the one it passes on was sent."))
    if directory.department_of_address(address) is not None:
        raise NothingForwardedError(_("The mail that it passes on was sent by ourselves."))
    zone = directory.party_cards([request.provider_id])[request.provider_id].zone
    person_id = welcome_correspondent(
        at=at, address=address, name=str(told.get("name") or ""), language=request.language, zone=zone
    )
    acts_for = directory.organisations_of(person_id, at)
    requests.change_customer(
        by=by,
        at=at,
        request_id=request.id,
        customer_id=acts_for[0].id if len(acts_for) == 1 else person_id,
        asker_id=person_id,
    )
    return person_id


def _held(by: Viewer, raw_id: int) -> tuple[RawMessage, ServedRequest]:
    """Hold a mail and look at its request. A mail whose request the viewer may not see does not exist for them."""
    raw = RawMessage.objects.select_for_update().defer("content").filter(pk=raw_id).first()
    if raw is None or raw.request_id is None:
        raise HiddenError(f"There is no mail {raw_id} to decide about.")
    return raw, asked.request_to_serve(by, raw.request_id)


def _decided(raw: RawMessage, request: ServedRequest, verb: str, *, by: Viewer, at: datetime) -> None:
    about = [thing("request", request.id), thing("mail", raw.pk), thing("request", raw.perhaps_of_id or 0)]
    record(verb=verb, by=by.person_id, at=at, about=about)
    raw.perhaps_of_id = None
    raw.save(update_fields=["perhaps_of"])
