"""Mailboxes that we read: defining, changing, pausing and removing them. The reader is told at each commit."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.inbox.mailboxes.connecting import is_this_machine
from clientela.inbox.mailboxes.tokens import is_safe_token_url
from clientela.inbox.models import Mailbox
from clientela.inbox.policies import may_look_after_mailboxes
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require
from clientela.kernel.secrets import lock_secret

# Who reads mailboxes listens here. The payload is the mailbox that is to be looked at now, or "" for a change.
MAILBOXES_CHANNEL = "clientela_mailboxes"
HIGHEST_PORT = 65535
DONE_FOLDER = "Clientela done"
UNREADABLE_FOLDER = "Clientela unreadable"
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\"]+")
_SERVER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:_-]{0,253}[A-Za-z0-9])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KEPT_AS_GIVEN = (
    "address", "server", "port", "security", "certificate", "user_name", "log_in", "token_url", "client_id", "scope",
    "folder", "done_folder", "unreadable_folder",
)  # fmt: skip


class WrongMailboxError(Exception):
    """A mailbox cannot be like that. `field` is the name of what is wrong, the message says why, with the remedy."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field_name
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class MailboxSettings:
    """All that is set about a mailbox. A secret that is None stays as it is kept."""

    address: str
    server: str
    port: int
    user_name: str
    security: str = "tls"
    certificate: str = ""
    log_in: str = "password"
    password: str | None = field(default=None, repr=False)
    token_url: str = ""
    client_id: str = ""
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str = ""
    folder: str = "INBOX"
    done_folder: str = DONE_FOLDER
    unreadable_folder: str = UNREADABLE_FOLDER


@transaction.atomic
def define_mailbox(*, by: Viewer, at: datetime, settings: MailboxSettings, takes_what_is_there: bool = False) -> int:
    """Read another mailbox from now on, and return its id.

    What lies in it already is left alone unless `takes_what_is_there`. Raises WrongMailboxError.
    """
    require(may_look_after_mailboxes(by))
    row = Mailbox(created_at=at, since_at=None if takes_what_is_there else at)
    _fill(row, settings)
    _keep(row)
    record(verb="mailbox_defined", by=by.person_id, at=at, about=[thing("mailbox", row.pk)], address=row.address)
    _tell()
    return row.pk


@transaction.atomic
def change_mailbox(*, by: Viewer, at: datetime, mailbox_id: int, settings: MailboxSettings) -> None:
    """Change how a mailbox is read. Raises WrongMailboxError.

    Another server, user or folder is read from now on; as a whole if what lay there was to be taken in as well.
    """
    require(may_look_after_mailboxes(by))
    row = _locked(mailbox_id)
    before = {name: getattr(row, name) for name in _KEPT_AS_GIVEN}
    _fill(row, settings)
    changed = sorted(name for name, value in before.items() if getattr(row, name) != value)
    if {"server", "user_name", "folder"} & set(changed):
        # Another place has another count of its mails: what was read of the old one says nothing about it.
        row.uid_validity, row.taken_uid, row.stuck_uid, row.stuck_count = None, 0, 0, 0
        row.since_at = None if row.since_at is None else at
        row.to_move.all().delete()
    row.settings_version += 1
    _forget_trouble(row)
    _keep(row)
    record(verb="mailbox_changed", by=by.person_id, at=at, about=[thing("mailbox", row.pk)], fields=changed)
    _tell()


@transaction.atomic
def pause_mailbox(*, by: Viewer, at: datetime, mailbox_id: int) -> None:
    """Read it no more, until `go_on_with_mailbox`. Nothing in it is touched."""
    require(may_look_after_mailboxes(by))
    row = _locked(mailbox_id)
    if row.paused_at is None:
        row.paused_at = at
        row.settings_version += 1
        row.save(update_fields=["paused_at", "settings_version"])
        record(verb="mailbox_paused", by=by.person_id, at=at, about=[thing("mailbox", row.pk)])
        _tell()


@transaction.atomic
def go_on_with_mailbox(*, by: Viewer, at: datetime, mailbox_id: int) -> None:
    """Read it again, from where it was left."""
    require(may_look_after_mailboxes(by))
    row = _locked(mailbox_id)
    if row.paused_at is not None:
        row.paused_at = None
        row.settings_version += 1
        _forget_trouble(row)
        row.save()
        record(verb="mailbox_resumed", by=by.person_id, at=at, about=[thing("mailbox", row.pk)])
        _tell()


@transaction.atomic
def look_into_mailbox(*, by: Viewer, mailbox_id: int) -> None:
    """Look for mail now, without waiting for the pause after a failure to end."""
    require(may_look_after_mailboxes(by))
    row = _locked(mailbox_id)
    row.next_look_at = None
    row.save(update_fields=["next_look_at"])
    _tell(str(row.pk))


@transaction.atomic
def remove_mailbox(*, by: Viewer, at: datetime, mailbox_id: int) -> None:
    """Forget a mailbox and its secrets. What was taken in stays with us, and the mailbox itself stays as it is."""
    require(may_look_after_mailboxes(by))
    row = _locked(mailbox_id)
    record(verb="mailbox_removed", by=by.person_id, at=at, about=[thing("mailbox", row.pk)], address=row.address)
    row.delete()
    _tell()


def _locked(mailbox_id: int) -> Mailbox:
    row = Mailbox.objects.select_for_update().filter(pk=mailbox_id).first()
    if row is None:
        raise HiddenError(f"There is no mailbox {mailbox_id}.")
    return row


def _fill(row: Mailbox, given: MailboxSettings) -> None:
    for name in _KEPT_AS_GIVEN:
        value = getattr(given, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.address = row.address.lower()
    if given.password is not None:
        row.password_locked = lock_secret(given.password)
    if given.client_secret is not None:
        row.client_secret_locked = lock_secret(given.client_secret)
    if given.refresh_token is not None:
        row.refresh_token_locked = lock_secret(given.refresh_token)
    for check in (_check_address, _check_server, _check_certificate, _check_log_in, _check_folders):
        check(row)


def _check_address(row: Mailbox) -> None:
    if not _ADDRESS.fullmatch(row.address):
        raise WrongMailboxError("address", _("That is not an e-mail address. It looks like name@example.com."))


def _check_server(row: Mailbox) -> None:
    if not _SERVER.fullmatch(row.server):
        raise WrongMailboxError("server", _("Write only the server's name, for example imap.example.com."))
    if not 1 <= row.port <= HIGHEST_PORT:
        raise WrongMailboxError("port", _("A port is a number from 1 to 65535; IMAP's are 993 and 143."))
    if row.security not in Mailbox.Security.values:
        raise WrongMailboxError("security", _("Choose TLS, or STARTTLS."))
    if row.security == Mailbox.Security.NONE and not is_this_machine(row.server):
        why = _("Without TLS the password could be read on its way. That is possible only to this machine itself.")
        raise WrongMailboxError("security", why)


def _check_certificate(row: Mailbox) -> None:
    if row.certificate:
        try:
            x509.load_pem_x509_certificate(row.certificate.encode("ascii", "replace"))
        except ValueError as error:
            why = _("This is not a certificate in PEM form. It begins with -----BEGIN CERTIFICATE-----.")
            raise WrongMailboxError("certificate", why) from error


def _check_log_in(row: Mailbox) -> None:
    if not row.user_name or _CONTROL.search(row.user_name):
        raise WrongMailboxError("user_name", _("Write the name with which this mailbox logs in."))
    if row.log_in == Mailbox.LogIn.PASSWORD:
        if not row.password_locked:
            raise WrongMailboxError("password", _("Write the mailbox's password."))
        return
    if row.log_in != Mailbox.LogIn.OAUTH2:
        raise WrongMailboxError("log_in", _("Choose a password or OAuth2."))
    if not is_safe_token_url(row.token_url):
        raise WrongMailboxError("token_url", _("Write the address that gives tokens; it begins with https://."))
    if not row.client_id:
        raise WrongMailboxError("client_id", _("Write the client ID that the provider gave you."))
    if not row.refresh_token_locked and not row.client_secret_locked:
        why = _("Write a refresh token; or a client secret, if the application logs in for itself.")
        raise WrongMailboxError("refresh_token", why)


def _check_folders(row: Mailbox) -> None:
    names = ("folder", "done_folder", "unreadable_folder")
    for name in names:
        if not getattr(row, name) or _CONTROL.search(getattr(row, name)):
            raise WrongMailboxError(name, _("Write the name of a folder."))
    if len({getattr(row, name).casefold() for name in names}) < len(names):
        raise WrongMailboxError("done_folder", _("New, done and unreadable mail need three different folders."))


def _keep(row: Mailbox) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise WrongMailboxError("address", _("The mailbox of this address is here already.")) from error


def _forget_trouble(row: Mailbox) -> None:
    row.trouble, row.trouble_detail, row.trouble_since_at = "", "", None
    row.failed_count, row.next_look_at = 0, None


def _tell(about: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [MAILBOXES_CHANNEL, about])
