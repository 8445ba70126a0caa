"""Addresses that nothing is sent to: set and lifted by those who look after the mail."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.directory.rules import is_email
from clientela.inbox.policies import may_handle_mail
from clientela.kernel import post
from clientela.kernel.policies import HiddenError, require


class WrongAddressError(Exception):
    """What was given is not a mail address. The message says so, in the reader's words."""


@transaction.atomic
def suppress_by_hand(*, by: Viewer, at: datetime, address: str, words: str) -> int:
    """Send nothing more to an address, because somebody says so in `words`; return the id of what can be lifted.

    Raises NotAllowedError, WrongAddressError.
    """
    require(may_handle_mail(by))
    if not is_email(address.strip()):
        raise WrongAddressError(_("“%(address)s” is not a mail address.") % {"address": address.strip()})
    return post.suppress_address(address.strip(), at=at, status="", words=words, by=by.person_id)


@transaction.atomic
def lift_suppression(*, by: Viewer, at: datetime, suppressed_id: int, sends_held: bool = False) -> int:
    """Let letters go to an address again; with `sends_held` those that were held for it go now. Return how many.

    Raises NotAllowedError, HiddenError for an address that is not suppressed.
    """
    require(may_handle_mail(by))
    try:
        return post.lift_suppression(suppressed_id, by=by.person_id, at=at, sends_held=sends_held)
    except post.NotSuppressedError:
        raise HiddenError(f"There is no suppressed address {suppressed_id}.") from None
