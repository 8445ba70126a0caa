"""The mail receiver: a real SMTP server, and an LMTP one for a mail server of ours.

It says 250 only after the bytes are safely stored, and never loses one. It keeps no state of its own but what it
counts of its peers: any number of them may run against one database.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clientela.project.settings")
django.setup()

from clientela.inbox.receiver.certificates import Certificate  # noqa: E402 - what follows needs Django set up
from clientela.inbox.receiver.conversation import Conversation, LocalConversation  # noqa: E402 - the same
from clientela.inbox.receiver.house import House  # noqa: E402 - the same
from clientela.inbox.receiver.limits import Limits  # noqa: E402 - the same
from clientela.inbox.rules.peers import LOOPBACK  # noqa: E402 - the same
from clientela.kernel.environment import Environment, read_environment  # noqa: E402 - the same

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 4.0
WAITING_TO_BE_HEARD = 200  # connections that the system holds until we come to them


def house_of(environment: Environment) -> House:
    """Return the receiver that the settings describe."""
    certificate = None
    if environment.tls_certificate is not None and environment.tls_key is not None:
        certificate = Certificate(environment.tls_certificate, environment.tls_key)
    limits = Limits(message_bytes=environment.message_limit_bytes, relays=(*LOOPBACK, *environment.mail_relays))
    return House(name=environment.mail_domain, limits=limits, certificate=certificate)


@asynccontextmanager
async def open_doors(
    house: House, *, smtp: tuple[str, int], lmtp: tuple[str, int] | Path | None = None
) -> AsyncIterator[list[asyncio.Server]]:
    """Receive mail at these places, hosts with ports or a socket, until the block ends; then finish what is going on.

    Raises OSError for a place that cannot be listened at.
    """
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(partial(Conversation, house), *smtp, backlog=WAITING_TO_BE_HEARD)]
    logger.info("Mail is received at %s, port %s.", *smtp)
    try:
        if isinstance(lmtp, Path):
            servers.append(await loop.create_unix_server(partial(LocalConversation, house), lmtp))
            _let_the_group_in(lmtp)
            logger.info("Mail is received by LMTP at %s.", lmtp)
        elif lmtp is not None:
            servers.append(await loop.create_server(partial(LocalConversation, house), *lmtp))
            logger.info("Mail is received by LMTP at %s, port %s.", *lmtp)
        yield servers
    finally:
        for server in servers:
            server.close()
        await house.close(patience_seconds=PATIENCE_SECONDS)


def _let_the_group_in(socket: Path) -> None:
    # The mail server is another user of this machine: make it a member of our group.
    socket.chmod(0o660)


async def serve(environment: Environment) -> None:
    """Receive mail until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    lmtp: tuple[str, int] | Path | None = None
    if isinstance(environment.lmtp, Path):
        lmtp = environment.lmtp
    elif environment.lmtp is not None:
        lmtp = (environment.listen, environment.lmtp)
    smtp = (environment.listen, environment.smtp_port)
    async with open_doors(house_of(environment), smtp=smtp, lmtp=lmtp):
        await end.wait()


def main() -> None:
    """Run the receiver at the places that the settings name; end with status 1 and a sentence where it cannot."""
    try:
        asyncio.run(serve(read_environment()))
    except OSError as error:
        logger.error("Mail cannot be received: %s.", error.strerror or error)  # noqa: TRY400 - whoever chose the place needs no traceback
        sys.exit(1)
