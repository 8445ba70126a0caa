"""One message on its way over the wire, from DATA to the final dot."""

import asyncio
from collections.abc import Callable

from clientela.inbox.receiver.house import House

END_OF_DATA = b"\r\n.\r\n"
FINAL_DOT = b".\r\n"
# One that is over the limit is read on to its end, where its sender listens for our answer; but not for ever.
MOST_READ_IN_VAIN = 4


class Transfer:
    """A message that is being received. What it holds in memory counts among the house's bytes until `close`."""

    def __init__(self, reader: asyncio.StreamReader, house: House) -> None:
        self._reader = reader
        self._house = house
        self._pieces: list[bytes] = []
        self._held_bytes = 0

    async def read(self, *, go_on: Callable[[], None]) -> bytes | str:
        """Read to the end; return the bytes, or the answer that refuses them.

        The bytes: from a CR LF before the first line to the one before the final dot, dots still doubled. `go_on` is
        called whenever the peer has said enough to get its usual time again.
        """
        clock = asyncio.get_running_loop()
        began_at, size, refusal = clock.time(), 0, ""
        # So that the end is found also where it is the very first line. A stream reader has no other way to put back.
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]  # noqa: SLF001
        while True:
            go_on()
            piece, is_last = await self._piece()
            size += len(piece)
            refusal = refusal or self._refusal(size, len(piece))
            if refusal:
                self.close()
            else:
                self._pieces.append(piece)
                self._held_bytes += len(piece)
                self._house.bytes_held += len(piece)
            if is_last:
                return refusal or b"".join(self._pieces).removesuffix(FINAL_DOT)
            limits = self._house.limits
            if size > limits.message_bytes * MOST_READ_IN_VAIN:
                return "421 4.3.4 That is far more than we take"
            if clock.time() - began_at > limits.transfer_seconds + size / limits.slowest_bytes_a_second:
                return "421 4.4.2 That is too slow, please try again"

    def close(self) -> None:
        """Let go of what was read."""
        self._pieces.clear()
        self._house.bytes_held -= self._held_bytes
        self._held_bytes = 0

    async def _piece(self) -> tuple[bytes, bool]:
        """Read on: to the end, or as much as is sure to lie before it."""
        try:
            return await self._reader.readuntil(END_OF_DATA), True
        except asyncio.LimitOverrunError as overrun:
            return await self._reader.readexactly(overrun.consumed), False

    def _refusal(self, size: int, piece: int) -> str:
        if size - len(END_OF_DATA) > self._house.limits.message_bytes:
            return f"552 5.3.4 We take messages of up to {self._house.limits.message_bytes} bytes"
        if not self._house.has_room_for(piece):
            return "452 4.3.1 We are receiving too much just now, please try again"
        return ""
