"""One connection: SMTP, or LMTP, from the greeting to QUIT.

aiosmtpd knows the commands. Ours are the places where it trusts its peer more than we do: how a message is read off
the wire, what an address looks like, who may stay how long, and that no answer tells of our inside.
"""

import asyncio
import logging
import re
from collections import defaultdict
from typing import Any, Final

from aiosmtpd.smtp import SMTP, TLSSetupException, syntax

from clientela.inbox.actions import IncomingMail
from clientela.inbox.receiver.checking import refusal_of, without_doubled_dots
from clientela.inbox.receiver.house import House
from clientela.inbox.receiver.transfer import Transfer
from clientela.kernel.clock import now

logger = logging.getLogger(__name__)

LONGEST_COMMAND_BYTES = 2048
# How much is read before it is looked at. Not a limit to the lines of a message: real mail has lines of any length.
READ_BYTES = 64 * 1024
NOBODY = "<>"  # MAIL FROM:<>, as aiosmtpd needs it: not empty
# What a peer may say on one connection besides what brings mail: more is no mail server.
OFTEN: Final = {"*": 20, "NOOP": 200, "RSET": 20_000, "MAIL": 20_000, "RCPT": 100_000, "DATA": 20_000, "QUIT": 20}

_PATH = re.compile(r'<((?:"(?:\\.|[^"\\])*"|[^"<>\s])*)>(?:\s+(.*))?', re.DOTALL)
_PLAIN = re.compile(r'((?:"(?:\\.|[^"\\])*"|[^"<>\s])+)(?:\s+(.*))?', re.DOTALL)
_ROUTE = re.compile(r"@[^:]*:")
_CODES = {
    "221": "2.0.0",
    "250": "2.0.0",
    "252": "2.5.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "555": "5.5.4",
}
_HAS_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3} ")


class Conversation(SMTP):
    """An SMTP connection. `house` is what it shares with the others."""

    line_length_limit = READ_BYTES
    command_size_limit = LONGEST_COMMAND_BYTES
    command_size_limits = defaultdict(lambda: LONGEST_COMMAND_BYTES)
    came_by = "smtp"

    def __init__(self, house: House) -> None:
        self.house = house
        self._peer = ""
        self._is_counted = False
        self._is_refused = False
        self._is_receiving = False
        self._unknown_count = 0
        loop = asyncio.get_running_loop()
        super().__init__(
            self,
            data_size_limit=house.limits.message_bytes,
            hostname=house.name,
            ident="Clientela",
            enable_SMTPUTF8=True,
            timeout=house.limits.idle_seconds,
            tls_context=None if house.certificate is None else house.certificate.context(loop.time()),
            command_call_limit=OFTEN,
            loop=loop,
        )

    # --- coming and going

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or go on inside TLS, or refuse a peer that has too many connections."""
        if not self._is_counted:
            where = transport.get_extra_info("peername")
            self._peer = where[0] if isinstance(where, tuple) else ""
            refusal = "421 4.3.2 We are closing, please try again" if self.house.is_closing else ""
            refusal = refusal or self.house.peers.admit(self._peer)
            if refusal:
                self._is_refused = True
                _write(transport, refusal)
                transport.close()
                return
            self._is_counted = True
            self.house.conversations.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End; aiosmtpd calls this twice after a TLS handshake that failed."""
        if self._is_counted:
            self._is_counted = False
            self.house.forget(self)
            self.house.peers.leave(self._peer)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """End when the peer closes its side."""
        return None if self._is_refused or not self._is_counted else super().eof_received()

    def leave(self) -> None:
        """End when what is being received now has been answered."""
        if not self._is_receiving and self.transport is not None:
            _write(self.transport, "421 4.3.2 We are closing, please try again")
            self.transport.close()

    def _reset_timeout(self, duration: float | None = None) -> None:
        limits = self.house.limits
        usual = limits.busy_idle_seconds if self.house.peers.are_many else limits.idle_seconds
        super()._reset_timeout(duration or usual)

    def _timeout_cb(self) -> None:
        if self.transport is not None:
            ends = "; a message ends by CR LF . CR LF" if self._is_receiving else ""
            _write(self.transport, f"421 4.4.2 You said nothing for too long{ends}")
            self.transport.close()

    # --- answers

    async def push(self, status: str | bytes) -> None:
        """Send an answer; one in words of aiosmtpd gets the code of RFC 3463 that belongs to it."""
        answer = _with_code(status).encode("utf-8", "replace") if isinstance(status, str) else status
        await super().push(answer)
        if answer.startswith(b"421"):  # which says that we leave
            self._close()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    async def handle_exception(self, error: Exception) -> str:
        """Ask to try again after a fault of ours, and keep to ourselves what it was."""
        if isinstance(error, TLSSetupException):
            logger.warning("%s and we did not agree on TLS: %s", self._peer, error.__cause__)
            return "421 4.7.0 We did not agree on TLS"
        logger.error("A conversation with %s broke.", self._peer or "a socket", exc_info=error)
        return "451 4.3.0 Something went wrong here, please try again"

    async def handle_HELO(self, _server: SMTP, _session: Any, _envelope: Any, name: str) -> bytes:  # noqa: N802 - aiosmtpd's names
        """Greet back."""
        assert self.session is not None  # noqa: S101 - aiosmtpd makes it with the connection
        self.session.host_name = name
        return f"250 {self.hostname}".encode()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, _session: Any, _envelope: Any, name: str, offers: list[str]
    ) -> list[bytes]:
        """Greet back, with what we offer; nobody logs in here, also not with TLS."""
        assert self.session is not None  # noqa: S101 - aiosmtpd makes it with the connection
        self.session.host_name = name
        said = [offer[4:] for offer in offers if offer[4:8] not in {"AUTH", "HELP"}]
        said += ["PIPELINING", "ENHANCEDSTATUSCODES", "HELP"]
        lines = [f"250-{one}" for one in said[:-1]] + [f"250 {said[-1]}"]
        return ["\r\n".join(lines).encode()]

    async def smtp_AUTH(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's names
        """Nobody logs in here: we take mail for our own addresses only."""
        await self.push("502 5.5.1 There is nothing to log in to")

    async def smtp_EXPN(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's names
        """Tell nobody who we are."""
        await self.push("502 5.5.1 We do not tell who is behind an address")

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's names
        """Go on inside TLS, once, and with nothing said in the clear that would be taken as said inside."""
        if self.tls_context is None:
            await self.push("502 5.5.1 We have no certificate for TLS")
        elif self._tls_protocol is not None:
            await self.push("503 5.5.1 We speak TLS already")
        elif self._reader._buffer:  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio does not tell otherwise
            await self.push("503 5.5.1 Wait for our answer before you go on")
            self._close()
        else:
            await super().smtp_STARTTLS(arg)

    # --- envelope

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Read `<address> parameters`; (None, None) for what is no address. "<>" stays as it is: nobody."""
        words = (arg or "").strip()
        found = _PATH.fullmatch(words) or _PLAIN.fullmatch(words)
        if found is None:
            return None, None
        address = _ROUTE.sub("", found[1], count=1) if found[1].startswith("@") else found[1]
        return address or NOBODY, found[2] or ""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Begin a message, unless this peer has sent enough for now, or there is no room for one more."""
        if self.house.is_closing:
            return "421 4.3.2 We are closing, please try again"
        if not self.house.peers.may_send(self._peer, self.loop.time()):
            return "451 4.7.1 You have sent many messages in the last minute, please try again"
        size = next((int(option[5:]) for option in options if option.startswith("SIZE=")), 0)
        if not self.house.has_room_for(size):
            return "452 4.3.1 We are receiving too much just now, please try again"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take mail for our own addresses only: nobody sends through us to somebody else."""
        if len(envelope.rcpt_tos) >= self.house.limits.recipients_a_message:
            return "452 4.5.3 That is as many as one message can go to; send it again to the others"
        leads = await self.house.leads_somewhere(address, self.loop.time())
        if leads is None:
            return "451 4.3.0 We cannot look up this address just now, please try again"
        if not leads:
            return self._unknown()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    def _unknown(self) -> str:
        self._unknown_count += 1
        peers = self.house.peers
        may_go_on = self._unknown_count <= self.house.limits.unknown_addresses_a_connection
        if peers.may_guess(self._peer, self.loop.time()) and (may_go_on or not peers.is_limited(self._peer)):
            return "550 5.1.1 There is nobody here by this address"
        return "421 4.7.0 You have tried too many addresses that nobody has"

    # --- the message

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's names
        """Take a message: read it off the wire, store it byte for byte, and only then say that we have it.

        aiosmtpd reads line by line, refuses lines that real mail has, and lets a message last no longer than a pause.
        """
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Say first for whom it is")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        transfer = Transfer(self._reader, self.house)
        self._is_receiving = True
        try:
            wire = await transfer.read(go_on=self._reset_timeout)
            answer = wire if isinstance(wire, str) else await self._taken(wire)
        finally:
            self._is_receiving = False
            transfer.close()
        answers = self._answer_count(len(self.envelope.rcpt_tos))
        self.envelope = self._create_envelope()
        await self.push("\r\n".join([answer] * answers))
        if self.house.is_closing:
            self.leave()

    async def _taken(self, wire: bytes) -> str:
        """Store the message, and return our answer."""
        refusal = refusal_of(wire, limits=self.house.limits)
        if refusal:
            logger.warning("A message from %s is refused: %s", self._peer or "a socket", refusal)
            return refusal
        assert self.envelope is not None  # noqa: S101 - looked at before
        sender = self.envelope.mail_from or ""
        item = IncomingMail(
            received_at=now(),
            came_by=self.came_by,
            content=without_doubled_dots(wire),
            envelope_from="" if sender == NOBODY else sender,
            envelope_to=tuple(self.envelope.rcpt_tos),
            peer=self._peer,
        )
        # Its own time: the peer has said all it had to say.
        self._reset_timeout(self.house.limits.store_seconds * 2)
        number = await self.house.store(item)
        self._reset_timeout()
        if number is None:
            return "451 4.3.0 We cannot store the message just now, please try again"
        return f"250 2.0.0 We have it as number {number}"

    def _answer_count(self, _recipients: int) -> int:
        return 1


class LocalConversation(Conversation):
    """An LMTP connection (RFC 2033), from a mail server of ours: after a message, an answer for each recipient."""

    came_by = "lmtp"

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, name: str) -> None:  # noqa: N802 - aiosmtpd's names
        """Greet back."""
        await super().smtp_EHLO(name)

    async def smtp_HELO(self, _name: str) -> None:  # noqa: N802 - aiosmtpd's names
        """Tell an SMTP client that it is at the wrong door."""
        await self.push("500 5.5.1 This is LMTP; say LHLO")

    async def smtp_EHLO(self, _name: str) -> None:  # noqa: N802 - aiosmtpd's names
        """Tell an SMTP client that it is at the wrong door."""
        await self.push("500 5.5.1 This is LMTP; say LHLO")

    def _answer_count(self, recipients: int) -> int:
        return recipients


def _with_code(status: str) -> str:
    code, sign, words = status[:3], status[3:4], status[4:]
    if sign != " " or code not in _CODES or _HAS_CODE.match(words):
        return status
    return f"{code} {_CODES[code]} {words}"


def _write(transport: asyncio.BaseTransport, answer: str) -> None:
    if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
        transport.write(f"{answer}\r\n".encode())
