"""Logins of employees."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.actions.checking import AddressTakenError, WrongValueError, locked_party, usable_email
from clientela.directory.models import Account, Membership, Party
from clientela.directory.policies import Viewer, may_change_password, may_manage_directory
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require


class NotAnEmployeeError(Exception):
    """Only people who work here, or will soon, have an account; customers get in by a link in a letter."""


class HasAccountError(Exception):
    """The person already has an account."""


class LastAdministratorError(Exception):
    """Nobody would be left who can open accounts."""


@transaction.atomic
def open_account(
    *,
    by: Viewer,
    at: datetime,
    person_id: int,
    email: str,
    password: str,
    password_hash: str = "",
    is_administrator: bool = False,
    is_owner: bool = False,
) -> int:
    """Give an employee a login and return the account's id.

    Hashing is slow on purpose. Whoever opens many accounts with one password that everybody knows hands over its hash,
    made once by `make_password`, in `password_hash`.

    Raises HiddenError, NotAllowedError, NotAnEmployeeError, HasAccountError, WrongValueError, AddressTakenError.
    """
    party, _seen = locked_party(by, person_id, at=at, kind=Party.Kind.PERSON)
    require(may_manage_directory(by))
    today = rules.day_in_zone(at, party.zone)
    works_here = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), person_id=person_id)
    if not works_here.exists():
        raise NotAnEmployeeError(_("%(name)s works in no department.") % {"name": party.name})
    address = rules.email_key(usable_email(email))
    if Account.objects.filter(person_id=person_id).exists():
        raise HasAccountError(_("%(name)s already has an account.") % {"name": party.name})
    account = Account(person_id=person_id, email=address, is_administrator=is_administrator, is_owner=is_owner)
    _check_password(password, account)
    account.password = password_hash or make_password(password)
    with refusals_as({"one_account_an_address": AddressTakenError(address)}):
        account.save(force_insert=True)
    record(
        verb="account_opened",
        by=by.person_id,
        at=at,
        about=[thing("party", person_id)],
        is_administrator=is_administrator,
        is_owner=is_owner,
    )
    return account.pk


@transaction.atomic
def change_password(*, by: Viewer, at: datetime, person_id: int, password: str) -> None:
    """Set a new password. Every other session of the person ends with it, as Django binds sessions to the password.

    Raises HiddenError, NotAllowedError, WrongValueError.
    """
    account = _locked_account(by, person_id, at=at)
    require(may_change_password(by, person_id))
    _check_password(password, account)
    Account.objects.filter(id=account.pk).update(password=make_password(password))
    record(verb="password_changed", by=by.person_id, at=at, about=[thing("party", person_id)])


@transaction.atomic
def change_rights(*, by: Viewer, at: datetime, person_id: int, is_administrator: bool, is_owner: bool) -> None:
    """Say whether the person is an administrator and an owner.

    Raises HiddenError, NotAllowedError, LastAdministratorError.
    """
    account, others_remain = _locked_with_administrators(by, person_id, at=at)
    require(may_manage_directory(by))
    if (account.is_administrator, account.is_owner) == (is_administrator, is_owner):
        return
    if not is_administrator:
        _require_others(account, others_remain=others_remain)
    Account.objects.filter(id=account.pk).update(is_administrator=is_administrator, is_owner=is_owner)
    about = [thing("party", person_id)]
    record(
        verb="rights_changed",
        by=by.person_id,
        at=at,
        about=about,
        is_administrator=is_administrator,
        is_owner=is_owner,
    )


@transaction.atomic
def close_account(*, by: Viewer, at: datetime, person_id: int) -> None:
    """Let the person log in no more, from this moment on. Closing twice changes nothing.

    Raises HiddenError, NotAllowedError, LastAdministratorError.
    """
    account, others_remain = _locked_with_administrators(by, person_id, at=at)
    require(may_manage_directory(by))
    if not account.is_active:
        return
    _require_others(account, others_remain=others_remain)
    Account.objects.filter(id=account.pk).update(is_active=False)
    record(verb="account_closed", by=by.person_id, at=at, about=[thing("party", person_id)])


def _locked_account(by: Viewer, person_id: int, *, at: datetime) -> Account:
    locked_party(by, person_id, at=at, kind=Party.Kind.PERSON)
    account = Account.objects.select_for_update().filter(person_id=person_id).first()
    if account is None:
        raise HiddenError(f"Person {person_id} has no account.")
    return account


def _locked_with_administrators(by: Viewer, person_id: int, *, at: datetime) -> tuple[Account, bool]:
    """The person's account, locked, and whether an active administrator remains without it.

    Two administrators may take each other's rights away at once. So all administrators are locked, in key order: the
    second one waits, and then finds nobody else.
    """
    locked_party(by, person_id, at=at, kind=Party.Kind.PERSON)
    administrators = list(
        Account.objects.select_for_update().filter(is_administrator=True, is_active=True).order_by("id")
    )
    account = _locked_account(by, person_id, at=at)
    return account, any(other.pk != account.pk for other in administrators)


def _require_others(account: Account, *, others_remain: bool) -> None:
    if account.is_administrator and account.is_active and not others_remain:
        raise LastAdministratorError(_("This is the last administrator. Name another one first."))


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise WrongValueError("password", " ".join(error.messages)) from error
