"""Boxes in which the answers of an anonymous round wait for its end: locked, shuffled, of a size that tells nothing.

A box is written whole again with every answer that joins it: opened, the new answer put at a random place, locked
anew with another nonce. Two copies of it that are one answer apart have nothing in common but their lengths, and the
length follows from how many answers are inside, whatever they say. The key comes from the house's secret key, which no
copy of the database holds. Decision 13 says what this does not defend against.
"""

import json
import secrets
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MOST_BYTES: Final = 64 * 1024  # one answer's, as JSON
ROOM_BYTES: Final = 64 * 1024  # in every box, packed, for long answers
SLOT_BYTES: Final = 512  # more with each answer: packed, most need less
MOST_IN_ONE: Final = 64  # answers that one box is meant for
MOST_BOXES: Final = 400

_NONCE_BYTES: Final = 12
_PURPOSE: Final = b"clientela.voice.sealing"
_random: Final = secrets.SystemRandom()


class BoxClosedError(Exception):
    """None of the keys opens the box: the secret key has changed, and the old one is not named any more."""


class AnswerTooLargeError(ValueError):
    """One answer is larger than a box takes."""


def boxes_for(people: int) -> int:
    """Into how many boxes the answers of so many people go, so that many at once need not wait for one another."""
    return min(max(people // MOST_IN_ONE, 1), MOST_BOXES)


def add_to_box(content: bytes, answer: Mapping[str, Any], *, name: str, secret_keys: Sequence[str]) -> bytes:
    """The box with one more answer. `content` is b"" for a new one; `name` tells boxes apart, and is part of the lock.

    Raises AnswerTooLargeError, BoxClosedError.
    """
    if len(_written(answer)) > MOST_BYTES:
        raise AnswerTooLargeError
    answers = open_box(content, name=name, secret_keys=secret_keys) if content else []
    answers.append(dict(answer))
    _random.shuffle(answers)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _lock(secret_keys[0], name).encrypt(nonce, _padded(answers), name.encode())


def open_box(content: bytes, *, name: str, secret_keys: Sequence[str]) -> list[dict[str, Any]]:
    """The answers in the box, in random order. Raises BoxClosedError."""
    for secret_key in secret_keys:
        try:
            opened = _lock(secret_key, name).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], name.encode())
        except InvalidTag:
            continue
        answers: list[dict[str, Any]] = json.loads(zlib.decompressobj().decompress(opened))
        _random.shuffle(answers)
        return answers
    raise BoxClosedError(name)


def shuffled(answers: Sequence[Any]) -> list[Any]:
    """The same in random order; no seed could bring the order back."""
    return _random.sample(list(answers), len(answers))


def _padded(answers: Sequence[Mapping[str, Any]]) -> bytes:
    packed = zlib.compress(_written(answers), level=1)
    room = ROOM_BYTES
    while len(packed) > room + SLOT_BYTES * len(answers):
        room *= 2  # many at once wrote very much: that much the size then tells
    return packed.ljust(room + SLOT_BYTES * len(answers), b"\0")  # what is packed says itself where it ends


def _written(part: Any) -> bytes:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()


def _lock(secret_key: str, name: str) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE + name.encode())
    return AESGCM(derived.derive(secret_key.encode()))
