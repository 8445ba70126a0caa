"""The mail receiver: a real SMTP server. It says 250 only after the bytes are safely stored, and never loses one.

It keeps no state of its own: any number of them may run against one database.
"""

import asyncio
import logging
import os
import signal
from functools import partial

import django
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error, connection

from clientela.kernel.clock import now
from clientela.kernel.environment import read_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clientela.project.settings")
django.setup()

from clientela.directory.queries import department_of_address  # noqa: E402 - models can be imported only after setup
from clientela.inbox.actions import store_raw_message  # noqa: E402 - the same

logger = logging.getLogger(__name__)

IDLE_SECONDS = 120


class Receiver:
    """What the SMTP server asks at each step of a delivery."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take mail for our departments only: nobody sends through us to somebody else."""
        try:
            is_ours = await asyncio.to_thread(_leads_to_a_department, address)
        except Error:
            logger.exception("The database did not answer about %s.", address)
            return "451 4.3.0 We cannot look up this address just now, please try again"
        if not is_ours:
            return "550 5.1.1 There is nobody here by this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's names
        """Store the message byte for byte, and only then say that we have it."""
        content = envelope.original_content or b""
        try:
            await asyncio.to_thread(_store, content, envelope.mail_from or "", list(envelope.rcpt_tos))
        except Error:
            logger.exception("A message could not be stored.")
            return "451 4.3.0 We cannot store the message just now, please try again"
        return "250 2.0.0 We have it"


def _leads_to_a_department(address: str) -> bool:
    try:
        return department_of_address(address) is not None
    finally:
        connection.close()  # each thread gives its connection back, or a burst would use up the database's


def _store(content: bytes, envelope_from: str, envelope_to: list[str]) -> None:
    try:
        store_raw_message(
            at=now(), came_by="smtp", content=content, envelope_from=envelope_from, envelope_to=envelope_to
        )
    finally:
        connection.close()


def smtp_server(*, limit_bytes: int) -> SMTP:
    """Return the server's side of one connection. The limit is announced (SIZE) and enforced."""
    return SMTP(
        Receiver(),
        data_size_limit=limit_bytes,
        hostname=settings.MAIL_DOMAIN,
        ident="Clientela",
        enable_SMTPUTF8=True,
        timeout=IDLE_SECONDS,
    )


async def serve(*, host: str, port: int) -> None:
    """Receive mail until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    server = await loop.create_server(partial(smtp_server, limit_bytes=settings.MESSAGE_LIMIT_BYTES), host, port)
    async with server:
        logger.info("Mail is received at %s, port %s.", host, port)
        await end.wait()


def main() -> None:
    """Run the receiver at the port that the settings name."""
    environment = read_environment()
    asyncio.run(serve(host=environment.listen, port=environment.smtp_port))


if __name__ == "__main__":
    main()
