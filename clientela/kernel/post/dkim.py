"""Signing our letters, so that others can see that they are ours and that nobody changed them (DKIM, RFC 6376, 8463).

White space may change on the way (relaxed), words may not. The headers that say what a letter is are signed once more
than they occur, so nobody can add a second From or Subject to a letter that we signed.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

SIGNED = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-language",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
# Nobody may add one of these to a letter that we signed, also where we wrote none.
SIGNED_ONCE_MORE = ("from", "to", "subject", "date", "reply-to", "content-type")
SHORTEST_RSA_BITS = 1024  # RFC 8301; shorter ones are believed by nobody
BASE64_A_LINE = 70

_SPACES = re.compile(rb"[ \t]+")
_FOLDS = re.compile(rb"\r\n(?=[ \t])")


class UnusableKeyError(Exception):
    """The file holds no key that letters can be signed with. The message says why."""


@dataclass(frozen=True)
class SigningKey:
    """A private key, and under which name others find its public half."""

    key: RSAPrivateKey | Ed25519PrivateKey
    selector: str

    @property
    def algorithm(self) -> str:
        """The algorithm, as a signature names it."""
        return "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"

    @property
    def dns_record(self) -> str:
        """What must stand in DNS as TXT at `<selector>._domainkey.<domain>`."""
        public = self.key.public_key()
        if isinstance(self.key, RSAPrivateKey):
            raw, kind = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "rsa"
        else:
            raw, kind = public.public_bytes(Encoding.Raw, PublicFormat.Raw), "ed25519"
        return f"v=DKIM1; k={kind}; p={base64.b64encode(raw).decode('ascii')}"

    def sign(self, said: bytes) -> bytes:
        """The signature of `said`. Ed25519 signs the hash, as RFC 8463 wants it."""
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(said, PKCS1v15(), SHA256())
        return self.key.sign(sha256(said).digest())


def signing_key(path: Path, *, selector: str) -> SigningKey:
    """The key in a PEM file. Raises UnusableKeyError."""
    try:
        return SigningKey(_loaded(path, path.stat().st_mtime_ns), selector)
    except OSError as error:
        raise UnusableKeyError(f"The key «{path}» cannot be read: {error.strerror}.") from error


def signature_header(content: bytes, *, key: SigningKey, domain: str, at: datetime) -> bytes:
    """The header line, with its line end, to put before `content`: a whole message with CRLF line ends."""
    head, _empty, body = content.partition(b"\r\n\r\n")
    headers = [_header(line) for line in _FOLDS.sub(b"", head).split(b"\r\n") if b":" in line]
    names = _names([name for name, _value in headers])
    fields = (
        f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={domain}; s={key.selector};\r\n t={int(at.timestamp())};\r\n"
        f" h={':'.join(names)};\r\n bh={_base64(sha256(_relaxed_body(body)).digest())};\r\n b="
    )
    said = b"".join(name + b":" + value + b"\r\n" for name, value in _chosen(headers, names))
    _name, unsigned = _header(_FOLDS.sub(b"", b"DKIM-Signature: " + fields.encode("ascii")))
    said += b"dkim-signature:" + unsigned
    return f"DKIM-Signature: {fields}{_folded(_base64(key.sign(said)))}\r\n".encode("ascii")


@lru_cache(maxsize=4)
def _loaded(path: Path, _changed_at_ns: int) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise UnusableKeyError(f"«{path}» holds no private key without a password (PEM).") from error
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, RSAPrivateKey) and key.key_size >= SHORTEST_RSA_BITS:
        return key
    raise UnusableKeyError(f"«{path}» must be an RSA key of at least {SHORTEST_RSA_BITS} bits, or Ed25519.")


def _names(present: Sequence[bytes]) -> list[str]:
    names = [name for name in SIGNED for _one in range(present.count(name.encode("ascii")))]
    return [*names, *SIGNED_ONCE_MORE]


def _chosen(headers: Sequence[tuple[bytes, bytes]], names: Sequence[str]) -> list[tuple[bytes, bytes]]:
    """The headers in the order of `names`; of several with one name the lowest first. One too many stands for none."""
    left = list(headers)
    chosen = []
    for name in names:
        place = next((place for place in reversed(range(len(left))) if left[place][0] == name.encode("ascii")), None)
        if place is not None:
            chosen.append(left.pop(place))
    return chosen


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, _colon, value = line.partition(b":")
    return name.strip().lower(), _SPACES.sub(b" ", value).strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    lines = b"\r\n".join(_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n"))
    end = len(lines)
    while lines.endswith(b"\r\n", 0, end):
        end -= 2
    return lines[:end] + b"\r\n" if end else b""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _folded(text: str) -> str:
    return "\r\n ".join(text[start : start + BASE64_A_LINE] for start in range(0, len(text), BASE64_A_LINE))
