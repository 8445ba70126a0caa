"""Giving an address of ours a place: a department, or one service of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.actions import WrongValueError
from clientela.directory.policies import Viewer
from clientela.directory.rules import is_email
from clientela.inbox.models import MailAddress
from clientela.inbox.policies import may_handle_mail
from clientela.inbox.rules.addresses import CATCH_ALL, address_key, is_catch_all, is_domain
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require


class MailAddressError(WrongValueError):
    """An address that cannot be used so. `field` names the argument at fault, `reason` says why and what to do."""


@transaction.atomic
def define_mail_address(
    *, by: Viewer, at: datetime, address: str, department_id: int | None = None, service_key: str = ""
) -> int:
    """From now on take mail at `address`, for a department or for one service of it; return the address's id.

    `*@domain` takes what has no place of its own at that domain; nothing does so unless it is defined. Exactly one of
    `department_id` and `service_key` is given. Raises NotAllowedError, MailAddressError.
    """
    require(may_handle_mail(by))
    key = _usable(address)
    place = _place(department_id, service_key)
    taken = MailAddressError("address", _("%(address)s has a place already. Change that one.") % {"address": key})
    with refusals_as({"inbox_mailaddress_address_key": taken}):
        defined = MailAddress.objects.create(address=key, defined_at=at, **place)
    _record("mail_address_defined", defined, by=by, at=at)
    return defined.pk


@transaction.atomic
def change_mail_address(
    *, by: Viewer, at: datetime, address_id: int, department_id: int | None = None, service_key: str = ""
) -> None:
    """Let an address lead to another place; mail that came before stays where it is.

    Raises NotAllowedError, HiddenError if there is no such address, MailAddressError.
    """
    require(may_handle_mail(by))
    defined = _locked(address_id)
    place = _place(department_id, service_key)
    if all(getattr(defined, name) == value for name, value in place.items()):
        return
    for name, value in place.items():
        setattr(defined, name, value)
    defined.save(update_fields=["department", "service"])
    _record("mail_address_changed", defined, by=by, at=at)


@transaction.atomic
def remove_mail_address(*, by: Viewer, at: datetime, address_id: int) -> None:
    """Take no more mail at this address, unless a department has it by itself or its domain has a catch-all.

    Raises NotAllowedError, HiddenError if there is no such address.
    """
    require(may_handle_mail(by))
    defined = _locked(address_id)
    _record("mail_address_removed", defined, by=by, at=at)
    defined.delete()


def _locked(address_id: int) -> MailAddress:
    defined = MailAddress.objects.select_for_update().filter(pk=address_id).first()
    if defined is None:
        raise HiddenError
    return defined


def _usable(address: str) -> str:
    """Return the address as it is kept."""
    key = address_key(address)
    domain = key.rpartition("@")[2]
    if is_catch_all(key):
        if not is_domain(domain):
            raise MailAddressError(
                "address", _("“%(domain)s” is not a domain, such as example.org.") % {"domain": domain}
            )
        return key
    if CATCH_ALL in key or not is_email(key) or not is_domain(domain):
        raise MailAddressError("address", _("“%(address)s” is not an e-mail address.") % {"address": address.strip()})
    owner = directory.owners_of_addresses([key]).get(key)
    if owner is not None and directory.department_by_id(owner) is None:
        # Else their own mail, sent with this address, would seem to come from ourselves.
        said = _("%(address)s is the address of a person or an organisation. Mail to it is theirs.")
        raise MailAddressError("address", said % {"address": key})
    return key


def _place(department_id: int | None, service_key: str) -> dict[str, int | None]:
    if (department_id is None) == (not service_key):
        raise MailAddressError("place", _("Choose a department or a service to which this address leads."))
    if department_id is not None:
        if directory.department_by_id(department_id) is None:
            raise MailAddressError("place", _("There is no such department."))
        return {"department_id": department_id, "service_id": None}
    try:
        service = catalogue.service_seen(language="en", key=service_key)
    except HiddenError:
        raise MailAddressError("place", _("There is no such service.")) from None
    if service.retired_at is not None:
        raise MailAddressError("place", _("This service is no longer offered. Choose another one."))
    return {"department_id": None, "service_id": service.service_id}


def _record(verb: str, defined: MailAddress, *, by: Viewer, at: datetime) -> None:
    about = [thing("mail_address", defined.pk)]
    if defined.department_id is not None:
        about.append(thing("party", defined.department_id))
    if defined.service_id is not None:
        about.append(thing("service", defined.service_id))
    record(verb=verb, by=by.person_id, at=at, about=about, address=defined.address)
