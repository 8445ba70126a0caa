"""What all conversations of one receiver share: its limits, who is connected, and the ways into the database."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from clientela.inbox.actions import IncomingMail
from clientela.inbox.receiver.asking import lead_somewhere, leave_the_database, store_gathered
from clientela.inbox.receiver.certificates import Certificate
from clientela.inbox.receiver.gathering import Gathering
from clientela.inbox.receiver.limits import Limits, Peers

logger = logging.getLogger(__name__)

MOST_STORED_TOGETHER = 256
MOST_BYTES_STORED_TOGETHER = 16 * 1024 * 1024
MOST_LOOKED_UP_TOGETHER = 256
MOST_REMEMBERED = 10_000
REMEMBERED_SECONDS = 5.0


class Leaving(Protocol):
    """A conversation that can be asked to end."""

    def leave(self) -> None:
        """End when what is being received now has been answered."""


@dataclass(slots=True)
class House:
    """One receiver. Moments are seconds of the event loop's clock."""

    name: str  # the host name in the greeting
    limits: Limits
    certificate: Certificate | None = None
    remembered_seconds: float = REMEMBERED_SECONDS
    peers: Peers = field(init=False)
    conversations: set[Leaving] = field(default_factory=set)
    bytes_held: int = 0  # of messages that are being received or stored
    is_closing: bool = False
    _one_has_left: asyncio.Event = field(default_factory=asyncio.Event)
    _store: Gathering[IncomingMail, int | None] = field(init=False)
    _places: Gathering[str, bool | None] = field(init=False)
    _known: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.peers = Peers(self.limits)
        self._store = Gathering(
            store_gathered,
            most=MOST_STORED_TOGETHER,
            weight=lambda item: len(item.content),
            heaviest=MOST_BYTES_STORED_TOGETHER,
            leave=leave_the_database,
        )
        self._places = Gathering(lead_somewhere, most=MOST_LOOKED_UP_TOGETHER, leave=leave_the_database)

    def forget(self, conversation: Leaving) -> None:
        """A conversation has ended."""
        self.conversations.discard(conversation)
        self._one_has_left.set()

    async def store(self, item: IncomingMail) -> int | None:
        """Store a message; return its id once it is safe, None if it could not be made so in time."""
        try:
            async with asyncio.timeout(self.limits.store_seconds):
                return await self._store.ask(item)
        except TimeoutError:
            logger.warning("The database took too long to store a message.")
            return None

    async def leads_somewhere(self, address: str, at: float) -> bool | None:
        """Whether we take mail for an address, as of some seconds ago; None: the database does not answer."""
        until, answer = self._known.get(address, (0.0, False))
        if at < until:
            return answer
        found = await self._places.ask(address)
        if found is not None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[address] = (at + self.remembered_seconds, found)
        return found

    def has_room_for(self, size_bytes: int) -> bool:
        """Whether so many bytes more can be received at once."""
        return self.bytes_held + size_bytes <= max(self.limits.bytes_at_once, self.limits.message_bytes)

    async def close(self, *, patience_seconds: float) -> None:
        """Ask all conversations to end, wait for what is just being received, and store what came."""
        self.is_closing = True
        for conversation in [*self.conversations]:
            conversation.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                while self.conversations:
                    self._one_has_left.clear()
                    await self._one_has_left.wait()
        await self._store.close()
        await self._places.close()
