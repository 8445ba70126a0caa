"""A real SMTP server (aiosmtpd, in a thread) that can be told to refuse, to hang up or to wait at any step."""

import asyncio
import threading
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

HANG_UP = "hang up"
WAIT = "wait"
STEPS = ("mail", "rcpt", "text", "end")


class ScriptedMailServer:
    """Does at a step as `script` says: "mail", "rcpt", "text" (at its first bytes), "end" (after the final dot).

    That is an answer ("450 later"), HANG_UP, or WAIT until the `go_on` event. `letters` holds every text whose final
    dot arrived, also of those whose sender got no answer; `reached` has an event for each step.
    """

    def __init__(self) -> None:
        self.script: dict[str, str] = {}
        self.script_of_letter: dict[int, dict[str, str]] = {}
        self.refused: dict[str, str] = {}
        self.lines_opened = 0
        self.letters: list[bytes] = []
        self.recipients: list[str] = []
        self.letters_begun = 0
        self.go_on = threading.Event()
        self.reached = {step: threading.Event() for step in STEPS}
        self._protocols: list[_Smtp] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self.go_on.set()
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def hang_up_on_everybody(self) -> None:
        """Close every line that is open, without a word."""

        async def close() -> None:
            for protocol in self._protocols:
                if protocol.transport is not None:
                    protocol.transport.abort()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._protocol, "127.0.0.1", 0)

    def _protocol(self) -> "_Smtp":
        self.lines_opened += 1
        self._protocols.append(_Smtp(_Handler(self), hostname="mail.example.test", data_size_limit=None))
        return self._protocols[-1]

    async def _hang_up(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def at(self, step: str, transport: asyncio.Transport) -> str:
        """What to answer at this step, "" for the usual; hangs up or waits if the script says so."""
        self.reached[step].set()
        order = self.script_of_letter.get(self.letters_begun, self.script).get(step, "")
        if order == HANG_UP:
            transport.abort()
            await asyncio.sleep(3600)  # until the connection's task is cancelled with it
        if order == WAIT:
            await asyncio.to_thread(self.go_on.wait)
            return ""
        return order


class _Handler:
    def __init__(self, server: ScriptedMailServer) -> None:
        self.server = server

    # aiosmtpd calls these by name and by place.

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.server.letters_begun += 1
        envelope.mail_from = address
        return await self.server.at("mail", server.transport) or "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.server.refused.get(address) or await self.server.at("rcpt", server.transport) or "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        self.server.letters.append(envelope.original_content)
        self.server.recipients.extend(envelope.rcpt_tos)
        return await self.server.at("end", server.transport) or "250 Queued as 4711"


class _Smtp(SMTP):
    async def smtp_DATA(self, arg: str) -> Any:  # noqa: N802 - aiosmtpd's name
        if self.event_handler.server.script.get("text"):
            await self.push("354 Go ahead")
            await self._reader.readexactly(1)
            await self.push(await self.event_handler.server.at("text", self.transport))
            self.transport.close()
            return None
        return await super().smtp_DATA(arg)
