"""What can be wrong with a mailbox: a code that is kept, and the words that say it with the remedy."""

import re
import socket
import ssl
from enum import StrEnum

from django.utils.translation import gettext as _
from imapclient.exceptions import IMAPClientAbortError, LoginError


class Trouble(StrEnum):
    """What stands in the way, from the outside in."""

    UNKNOWN_SERVER = "unknown_server"
    UNREACHABLE = "unreachable"
    NO_TLS = "no_tls"
    CERTIFICATE = "certificate"
    NOT_IMAP = "not_imap"
    SECRET_CLOSED = "secret_closed"  # noqa: S105 - a code
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a code
    TOKEN_UNREACHABLE = "token_unreachable"  # noqa: S105 - a code
    WRONG_LOGIN = "wrong_login"
    NO_FOLDER = "no_folder"
    CANNOT_MOVE = "cannot_move"
    BROKEN_OFF = "broken_off"
    REFUSED = "refused"
    OURS = "ours"


_SHOWN_BYTES = re.compile(r"b['\"](.*)['\"]", re.DOTALL)
# The first that fits holds; the narrower kinds of an error stand before the wider ones.
_MEANINGS: tuple[tuple[type[Exception], Trouble], ...] = (
    (ssl.SSLCertVerificationError, Trouble.CERTIFICATE),
    (ssl.SSLError, Trouble.NO_TLS),
    (socket.gaierror, Trouble.UNKNOWN_SERVER),
    (LoginError, Trouble.WRONG_LOGIN),
    (ConnectionRefusedError, Trouble.UNREACHABLE),
    (IMAPClientAbortError, Trouble.BROKEN_OFF),
    (ConnectionError, Trouble.BROKEN_OFF),
    (TimeoutError, Trouble.BROKEN_OFF),
    (OSError, Trouble.UNREACHABLE),
)


class MailboxError(Exception):
    """A mailbox cannot be read. `detail` is what the other side said, for the administrator; it holds no secrets."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}" if detail else str(trouble))
        self.trouble = trouble
        self.detail = detail


def trouble_of(error: Exception) -> MailboxError:
    """Name what an exception of the connection means."""
    if isinstance(error, MailboxError):
        return error
    words = _plain(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        words = error.verify_message or words
    elif isinstance(error, OSError):
        words = error.strerror or words
    meant = (trouble for kind, trouble in _MEANINGS if isinstance(error, kind))
    return MailboxError(next(meant, Trouble.REFUSED), words)


def trouble_words(trouble: str) -> tuple[str, str]:
    """Say what is wrong and how to mend it, in the reader's language; a code of another version is said as it is."""
    return _words().get(trouble, (trouble, ""))


def _words() -> dict[str, tuple[str, str]]:
    return {
        Trouble.UNKNOWN_SERVER: (
            _("There is no server of this name."),
            _("Check the name of the server for spelling. Your mail provider's help calls it the IMAP server."),
        ),
        Trouble.UNREACHABLE: (
            _("The server does not answer."),
            _("Check the port (993 with TLS, 143 with STARTTLS), and that a firewall lets us out to it."),
        ),
        Trouble.NO_TLS: (
            _("The server does not speak TLS here."),
            _("Port 993 goes with TLS from the start, port 143 with STARTTLS. Check that the two fit."),
        ),
        Trouble.CERTIFICATE: (
            _("The server's certificate is not valid for this name."),
            _(
                "Write the server's name as its certificate has it. "
                "If the server vouches for itself, paste its certificate."
            ),
        ),
        Trouble.NOT_IMAP: (
            _("What answers there is not an IMAP server."),
            _("Check the server and the port: 993 or 143. Others belong to other services."),
        ),
        Trouble.SECRET_CLOSED: (
            _("What we keep to log in cannot be opened with the present secret key."),
            _("Write the password or the tokens anew, or put the key of before into CLIENTELA_OLD_SECRET_KEYS."),
        ),
        Trouble.TOKEN_REFUSED: (
            _("The provider gives us no token any more."),
            _("Give consent again and write the new refresh token here; check the client and its secret too."),
        ),
        Trouble.TOKEN_UNREACHABLE: (
            _("The address that gives tokens does not answer."),
            _("Check the token address, and that a firewall lets us out to it."),
        ),
        Trouble.WRONG_LOGIN: (
            _("The server does not let us in."),
            _("Check the user name and the password. Some providers want an app password, or OAuth2 instead."),
        ),
        Trouble.NO_FOLDER: (
            _("There is no such folder."),
            _("Write the folder's name as the mail program shows it. The one for new mail is usually INBOX."),
        ),
        Trouble.CANNOT_MOVE: (
            _("Mail is taken in, but the server does not let us move it to its folder."),
            _("Let this user change the mailbox. Until then nothing is lost, and nothing is taken twice."),
        ),
        Trouble.BROKEN_OFF: (
            _("The connection broke off."),
            _("We try again by ourselves, with growing pauses. If it stays so, ask who runs the mail server."),
        ),
        Trouble.REFUSED: (
            _("The server refused what we asked."),
            _("What it said is below. We try again by ourselves; if it stays so, ask who runs the mail server."),
        ),
        Trouble.OURS: (
            _("Something went wrong on our side."),
            _("We try again by ourselves. If it stays so, the log of the mailboxes says more."),
        ),
    }


def _plain(error: Exception) -> str:
    """What the other side said, on one line and not too long."""
    first = error.args[0] if error.args else ""
    words = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    shown_bytes = _SHOWN_BYTES.fullmatch(words)  # the library turned the server's bytes into words like this
    return " ".join((shown_bytes[1] if shown_bytes else words).split())[:300]
