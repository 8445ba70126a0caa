"""Speaking SMTP, and knowing at each moment how far the conversation has come.

Django's backend and `smtplib.sendmail` say that something went wrong, not whether the end of the text had been given;
and that is the one thing that decides whether a letter may be sent again.
"""

import re
import select
import smtplib
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings

from clientela.kernel.models import LetterAttempt

Outcome = LetterAttempt.Outcome

CONNECT_SECONDS = 15
ANSWER_SECONDS = 60
ANSWER_TO_THE_END_SECONDS = 300  # a server may scan a large mail before it answers
GOODBYE_SECONDS = 2

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_OK = range(200, 300)
_LATER = range(400, 500)
_NEVER = range(500, 600)
_GO_AHEAD = range(354, 355)


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over. `security` is smtp (none), smtps (from the start) or smtp+starttls."""

    host: str
    port: int
    security: str
    user: str
    password: str


@dataclass(frozen=True)
class Answer:
    """What came of a conversation, and the mail server's words."""

    outcome: LetterAttempt.Outcome
    words: str


class _RefusedError(Exception):
    def __init__(self, code: int, words: str) -> None:
        self.code = code
        super().__init__(words)


def mail_server() -> MailServer | None:
    """The mail server of the settings, or None."""
    if not settings.MAIL_SERVER:
        return None
    parts = urlsplit(settings.MAIL_SERVER)
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        security=parts.scheme,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def give(
    server: MailServer, *, sender: str, recipient: str, content: bytes, before_the_end: Callable[[], None]
) -> Answer:
    """Give one message for one recipient to `server`.

    `before_the_end` is called when all but the final dot has been given. If it raises, the conversation is cut there,
    so the server has nothing, and the exception goes on to the caller. Everything else that can go wrong is in the
    answer: before the final dot UNREACHABLE, BROKEN_OFF, REFUSED_FOR_NOW or REFUSED; after it SENT, REFUSED_FOR_NOW,
    REFUSED or UNKNOWN.
    """
    try:
        smtp = _opened(server)
    except _RefusedError as refusal:
        return Answer(Outcome.REFUSED_FOR_NOW, str(refusal))
    except (OSError, smtplib.SMTPException) as error:
        return Answer(Outcome.UNREACHABLE, _trouble(error))
    end_was_given = False
    try:
        # Closed without QUIT on the way out: in the middle of a text, that would become part of the text.
        with closing(smtp):
            _begin(smtp, sender, recipient)
            smtp.send(_stuffed(content))
            _must_be_silent(smtp)
            before_the_end()
            end_was_given = True
            _wait_at_most(smtp, ANSWER_TO_THE_END_SECONDS)
            smtp.send(b".\r\n")
            answer = _final_answer(*smtp.getreply())
            _say_goodbye(smtp)
            return answer
    except _RefusedError as refusal:
        return Answer(Outcome.REFUSED if refusal.code in _NEVER else Outcome.REFUSED_FOR_NOW, str(refusal))
    except (OSError, smtplib.SMTPException) as error:
        return Answer(Outcome.UNKNOWN if end_was_given else Outcome.BROKEN_OFF, _trouble(error))


def _opened(server: MailServer) -> smtplib.SMTP:
    """Connect, secure and log in. A refusal here is the house's trouble, not the letter's, so it is never for good."""
    tls = ssl.create_default_context() if server.security != "smtp" else None
    ours = settings.MAIL_DOMAIN
    try:
        if server.security == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, ours, timeout=CONNECT_SECONDS, context=tls)
        else:
            smtp = smtplib.SMTP(server.host, server.port, ours, timeout=CONNECT_SECONDS)
    except smtplib.SMTPResponseException as error:
        raise _RefusedError(error.smtp_code, _words(error.smtp_code, error.smtp_error)) from error
    try:
        _wait_at_most(smtp, ANSWER_SECONDS)
        smtp.ehlo_or_helo_if_needed()
        if server.security == "smtp+starttls":
            smtp.starttls(context=tls)
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except smtplib.SMTPResponseException as error:
        smtp.close()
        raise _RefusedError(error.smtp_code, _words(error.smtp_code, error.smtp_error)) from error
    except BaseException:
        smtp.close()
        raise
    return smtp


def _begin(smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
    options = []
    if not (sender + recipient).isascii():
        if not smtp.has_extn("smtputf8"):
            raise _RefusedError(553, "The mail server cannot write to an address with letters like these.")
        options.append("SMTPUTF8")
        smtp.command_encoding = "utf-8"
    steps = (
        (" ".join([f"MAIL FROM:<{sender}>", *options]), _OK),
        (f"RCPT TO:<{recipient}>", _OK),
        ("DATA", _GO_AHEAD),
    )
    for command, wanted in steps:
        code, words = smtp.docmd(command)
        if code not in wanted:
            _say_goodbye(smtp)
            raise _RefusedError(code, _words(code, words))


def _must_be_silent(smtp: smtplib.SMTP) -> None:
    # In the middle of a text the server has nothing to say. If it does, it has hung up or given up: better to notice
    # now, when the letter may still be tried again.
    if smtp.sock and select.select([smtp.sock], [], [], 0)[0]:
        _wait_at_most(smtp, GOODBYE_SECONDS)
        code, words = smtp.getreply()
        raise _RefusedError(code, _words(code, words))


def _final_answer(code: int, words: bytes) -> Answer:
    if code in _OK:
        return Answer(Outcome.SENT, _words(code, words))
    if code in _LATER:
        return Answer(Outcome.REFUSED_FOR_NOW, _words(code, words))
    if code in _NEVER:
        return Answer(Outcome.REFUSED, _words(code, words))
    return Answer(Outcome.UNKNOWN, _words(code, words))


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    # The answer is known; a server that hangs up first changes nothing.
    with suppress(OSError, smtplib.SMTPException):
        _wait_at_most(smtp, GOODBYE_SECONDS)
        smtp.quit()


def _wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock:
        smtp.sock.settimeout(seconds)


def _stuffed(content: bytes) -> bytes:
    text = re.sub(rb"(?m)^\.", b"..", content)
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def _words(code: int, words: bytes | str) -> str:
    readable = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(readable.split())}"


def _trouble(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
