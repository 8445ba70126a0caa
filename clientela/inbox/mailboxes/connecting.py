"""A connection to a mailbox: TLS, log-in, and the folders that must be there."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from imaplib import IMAP4

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError

from clientela.inbox.mailboxes.trouble import MailboxError, Trouble, trouble_of

CONNECT_SECONDS = 15.0
ANSWER_SECONDS = 60.0
LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
BROKEN = (IMAPClientError, IMAP4.error, OSError, ValueError)


@dataclass(frozen=True)
class WayIn:
    """All that is needed to get into a mailbox. The secret is a password, or an access token with `is_token`."""

    server: str
    port: int
    security: str  # tls, starttls or none
    user_name: str
    secret: str = field(repr=False)
    is_token: bool = False
    certificate: str = ""


@dataclass(frozen=True)
class Folders:
    """The folders as this server writes their names, and the life of the one that is read."""

    inbox: str
    done: str
    unreadable: str
    uid_validity: int
    next_uid: int
    is_read_only: bool


def is_this_machine(server: str) -> bool:
    """Whether the server is this machine itself, to which a password may go unlocked."""
    if server.lower() in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(server.strip("[]")).is_loopback
    except ValueError:
        return False


@contextmanager
def connected(way: WayIn, *, answer_seconds: float = ANSWER_SECONDS) -> Iterator[IMAPClient]:
    """Connect and log in for the length of a block; leave without a word when that no longer works.

    Raises MailboxError, whose trouble says at which step; inside the block exceptions stay as they are.
    """
    client = _client(way, answer_seconds)
    try:
        _enter(client, way)
        yield client
    finally:
        with suppress(*BROKEN):
            client.logout()
        with suppress(*BROKEN):
            client.shutdown()


def open_folders(client: IMAPClient, *, folder: str, done: str, unreadable: str) -> Folders:
    """Open the folder that is read; make the two others if they are not there. Raises MailboxError."""
    done, unreadable = (_named(client, name) for name in (done, unreadable))
    try:
        for name in (done, unreadable):
            if not client.folder_exists(name):
                client.create_folder(name)
                with suppress(IMAPClientError):
                    client.subscribe_folder(name)
    except IMAPClientError as error:
        raise MailboxError(Trouble.CANNOT_MOVE, trouble_of(error).detail) from error
    try:
        opened = client.select_folder(folder)
    except IMAPClientError as error:
        raise MailboxError(Trouble.NO_FOLDER, trouble_of(error).detail) from error
    return Folders(
        inbox=folder,
        done=done,
        unreadable=unreadable,
        uid_validity=int(opened[b"UIDVALIDITY"]),
        next_uid=int(opened.get(b"UIDNEXT", 0)),
        is_read_only=b"READ-ONLY" in opened,
    )


def _client(way: WayIn, answer_seconds: float) -> IMAPClient:
    if way.security == "none" and not is_this_machine(way.server):
        raise MailboxError(Trouble.NO_TLS, way.server)
    try:
        return IMAPClient(
            way.server,
            port=way.port,
            ssl=way.security == "tls",
            ssl_context=_tls(way) if way.security == "tls" else None,
            timeout=SocketTimeout(CONNECT_SECONDS, answer_seconds),
        )
    except IMAP4.error as error:
        raise MailboxError(Trouble.NOT_IMAP, trouble_of(error).detail) from error
    except TimeoutError as error:
        raise MailboxError(Trouble.UNREACHABLE, str(error)) from error
    except (OSError, ValueError) as error:
        raise trouble_of(error) from error


def _enter(client: IMAPClient, way: WayIn) -> None:
    try:
        if way.security == "starttls":
            # A server that does not offer it raises here: a password is never said aloud instead.
            client.starttls(_tls(way))
    except CapabilityError as error:
        raise MailboxError(Trouble.NO_TLS, str(error)) from error
    except BROKEN as error:
        raise trouble_of(error) from error
    try:
        if way.is_token:
            client.oauth2_login(way.user_name, way.secret)
        elif way.secret.isascii() and way.user_name.isascii() and not client.has_capability("LOGINDISABLED"):
            client.login(way.user_name, way.secret)
        else:
            # LOGIN cannot say letters beyond ASCII.
            client.plain_login(way.user_name, way.secret)
    except BROKEN as error:
        raise trouble_of(error) from error


def _tls(way: WayIn) -> ssl.SSLContext:
    """The usual authorities, and the certificate that was given for this mailbox."""
    context = ssl.create_default_context()
    if way.certificate:
        try:
            context.load_verify_locations(cadata=way.certificate)
        except (ssl.SSLError, ValueError) as error:
            raise MailboxError(Trouble.CERTIFICATE, str(error)) from error
    return context


def _named(client: IMAPClient, name: str) -> str:
    """The name of a folder of ours below the server's prefix for personal folders, such as "INBOX."."""
    if not client.has_capability("NAMESPACE"):
        return name
    personal = client.namespace().personal
    prefix = personal[0][0] if personal else ""
    return name if not prefix or name.startswith(prefix) else f"{prefix}{name}"
