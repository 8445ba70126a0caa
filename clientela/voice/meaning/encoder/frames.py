"""How the encoder's process and who started it talk: frames of a kind, a length and a content."""

import struct
from dataclasses import dataclass
from enum import Enum

HEAD = struct.Struct("<cI")
# No frame of ours comes near; a longer one is not ours.
LONGEST = 1 << 24


class Kind(Enum):
    """What a frame is."""

    READY = b"R"
    MISSING = b"M"
    DAMAGED = b"D"
    TEXTS = b"T"
    VECTORS = b"V"
    FAILED = b"F"


@dataclass(frozen=True)
class Frame:
    """One message. `content`: a JSON list of texts, a sentence in UTF-8, or the vectors."""

    kind: Kind
    content: bytes = b""

    def packed(self) -> bytes:
        """Return the bytes that go through the pipe."""
        return HEAD.pack(self.kind.value, len(self.content)) + self.content


def head_of(data: bytes) -> tuple[Kind, int]:
    """Return the kind of a frame and how long its content is. ValueError: this is no frame of ours."""
    kind, length = HEAD.unpack(data)
    if length > LONGEST:
        raise ValueError(f"a frame of {length:,} bytes")
    return Kind(kind), length
