"""How a process apart and the one that started it talk: frames of a kind, a length and a content."""

import struct
from enum import Enum
from typing import Final

HEAD: Final = struct.Struct("<cQ")


class Kind(Enum):
    """What a frame is."""

    PROGRESS = b"P"  # two numbers: done, total
    RESULT = b"R"  # pickled
    FAILED = b"F"  # pickled: the name of the exception, its words, its traceback
    NO_MEMORY = b"M"


PROGRESS: Final = struct.Struct("<qq")


def packed(kind: Kind, content: bytes = b"") -> bytes:
    """Return the bytes that go through the pipe."""
    return HEAD.pack(kind.value, len(content)) + content
