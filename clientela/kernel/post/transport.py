"""Speaking SMTP, and knowing at each moment how far the conversation has come.

Django's backend and `smtplib.sendmail` say that something went wrong, not whether the end of the text had been given;
and that is the one thing that decides whether a letter may be sent again.
"""

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

from clientela.kernel.models import LetterAttempt

Outcome = LetterAttempt.Outcome

CONNECT_SECONDS = 15
ANSWER_SECONDS = 60
ANSWER_TO_THE_END_SECONDS = 300  # a server may scan a large mail before it answers
GOODBYE_SECONDS = 2
LETTERS_A_LINE = 100  # many servers hang up after some hundred; better we do, between two letters
SERVICE_CLOSES = 421  # RFC 5321: the server closes the line whatever it was asked

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
    """What came of a conversation, and the mail server's words.

    `is_the_servers`: the trouble is our mail server's, or the way to it, and the next letter would meet the same;
    otherwise it is about this letter or where it goes.
    """

    outcome: LetterAttempt.Outcome
    words: str
    is_the_servers: bool = False


class _RefusedError(Exception):
    def __init__(self, code: int, words: str, *, is_the_servers: bool = False, is_for_now: bool = False) -> None:
        self.code = code
        self.is_the_servers = is_the_servers
        self.is_for_now = is_for_now
        super().__init__(words)

    def as_answer(self) -> "Answer":
        is_never = self.code in _NEVER and not self.is_for_now
        outcome = Outcome.REFUSED if is_never else Outcome.REFUSED_FOR_NOW
        return Answer(outcome, str(self), is_the_servers=self.is_the_servers)


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


class Line:
    """A line to the mail server that carries one letter after another, and is opened when the first one needs it.

    Use it as a context manager, in one thread. A line that has gone quiet in the meantime is opened anew, because
    before a letter is begun nothing of it can be lost.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._carried = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._hang_up(politely=True)

    def give(self, *, sender: str, recipient: str, content: bytes, before_the_end: Callable[[], None]) -> Answer:
        """Give one message for one recipient to the mail server.

        `before_the_end` is called when all but the final dot has been given. If it raises, the conversation is cut
        there, so the server has nothing, and the exception goes on to the caller. Everything else that can go wrong is
        in the answer: before the final dot UNREACHABLE, BROKEN_OFF, REFUSED_FOR_NOW or REFUSED; after it SENT,
        REFUSED_FOR_NOW, REFUSED or UNKNOWN.
        """
        try:
            smtp = self._begun(sender, recipient)
        except _RefusedError as refusal:
            return refusal.as_answer()
        except (OSError, smtplib.SMTPException) as error:
            was_reached = self._smtp is not None
            self._hang_up(politely=False)
            if was_reached:
                return Answer(Outcome.BROKEN_OFF, _trouble(error))
            return Answer(Outcome.UNREACHABLE, _trouble(error), is_the_servers=True)
        end_was_given = False
        try:
            smtp.send(_stuffed(content))
            _must_be_silent(smtp)
            before_the_end()
            end_was_given = True
            _wait_at_most(smtp, ANSWER_TO_THE_END_SECONDS)
            smtp.send(b".\r\n")
            answer = _final_answer(*smtp.getreply())
        except _RefusedError as refusal:
            self._hang_up(politely=False)  # in the middle of a text, QUIT would become part of the text
            return refusal.as_answer()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up(politely=False)
            return Answer(Outcome.UNKNOWN if end_was_given else Outcome.BROKEN_OFF, _trouble(error))
        except BaseException:
            self._hang_up(politely=False)
            raise
        self._carried += 1
        if answer.outcome == Outcome.UNKNOWN or self._carried >= LETTERS_A_LINE:
            self._hang_up(politely=True)
        else:
            _wait_at_most(smtp, ANSWER_SECONDS)
        return answer

    def _begun(self, sender: str, recipient: str) -> smtplib.SMTP:
        """Begin a letter up to where its text may follow; on an old line that has gone dead, on a new one."""
        is_old = self._smtp is not None
        try:
            return self._begun_once(sender, recipient)
        except (OSError, smtplib.SMTPException):
            if not is_old:
                raise
        except _RefusedError as refusal:
            if not is_old or refusal.code != SERVICE_CLOSES:
                raise
        self._hang_up(politely=False)
        return self._begun_once(sender, recipient)

    def _begun_once(self, sender: str, recipient: str) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp, self._carried = _opened(self._server), 0
        smtp = self._smtp
        try:
            _begin(smtp, sender, recipient)
        except _RefusedError as refusal:
            if refusal.code == SERVICE_CLOSES:
                self._hang_up(politely=False)
            else:
                self._forget_what_was_begun()
            raise
        return smtp

    def _forget_what_was_begun(self) -> None:
        # A server that does not even take RSET gets a new line for the next letter.
        try:
            is_forgotten = self._smtp is not None and self._smtp.docmd("RSET")[0] in _OK
        except (OSError, smtplib.SMTPException):
            is_forgotten = False
        if not is_forgotten:
            self._hang_up(politely=False)

    def _hang_up(self, *, politely: bool) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with closing(smtp):
            if politely:
                _say_goodbye(smtp)


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
        raise _turned_away(error) from error
    try:
        if smtp.sock:
            # Without it the final dot waits 40 ms for the server to say that it has the text.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _wait_at_most(smtp, ANSWER_SECONDS)
        smtp.ehlo_or_helo_if_needed()
        if server.security == "smtp+starttls":
            smtp.starttls(context=tls)
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except smtplib.SMTPResponseException as error:
        smtp.close()
        raise _turned_away(error) from error
    except BaseException:
        smtp.close()
        raise
    return smtp


def _turned_away(error: smtplib.SMTPResponseException) -> _RefusedError:
    words = _words(error.smtp_code, error.smtp_error)
    return _RefusedError(error.smtp_code, words, is_the_servers=True, is_for_now=True)


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
            # Whoever cannot even take a sender's name now will not take the next letter's either.
            is_the_servers = command.startswith("MAIL") and code in _LATER
            raise _RefusedError(code, _words(code, words), is_the_servers=is_the_servers)


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
