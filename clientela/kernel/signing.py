"""Marks that we signed, so an answer finds its request and nobody finds another's by guessing.

R-7KX2-4's reply number 812 is sent as `r-7kx2-4.reply-812.k228.<signature>@clientela.test`. Any mail program carries it
back in In-Reply-To and References. For those that do not, its Reply-To is `care+r-7kx2-4.k228.<signature>@…`: the
address itself leads back. Both are read without regard to case, because a few programs change it on the way.

The keys rotate. `k228` names a stretch of thirteen weeks, whose key is derived from the secret key; a mark is good for
two years after its stretch has ended. So one that leaked, in a mailing list's archive perhaps, does not open a door for
ever. When the secret key itself is changed, the old one stays good for marks as long as CLIENTELA_OLD_SECRET_KEYS
names it. Message-IDs of before the keys rotated name no stretch; they are good as long as their secret key is.
"""

import base64
import re
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

STRETCH = timedelta(weeks=13)
GOOD_FOR = timedelta(days=730)  # after the end of its stretch
LONGEST_LOCAL_PART = 64  # RFC 5321, in bytes

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MESSAGE_ID_SALT = "clientela.kernel.signing.message_id"
_ADDRESS_SALT = "clientela.kernel.signing.reply_address"
_MESSAGE_ID_SIGNS = 24  # of base 32: 120 bits
_ADDRESS_SIGNS = 16  # 80 bits: an address must stay short, and every guess costs a mail
_REFERENCE = r"r-[0-9a-z]+-[0-9a-z]"
_KEY = re.compile(r"[a-z0-9-]{1,60}")
_OURS = re.compile(
    rf"<?(?P<reference>{_REFERENCE}|none)\.(?P<key>[a-z0-9-]{{1,60}})\.(?:k(?P<stretch>[0-9]{{1,6}})\.)?"
    rf"(?P<signature>[a-z2-7]{{{_MESSAGE_ID_SIGNS}}})@[^@<>\s]+>?"
)
_OUR_ADDRESS = re.compile(
    rf"[^@\s]*\+(?P<reference>{_REFERENCE})\.k(?P<stretch>[0-9]{{1,6}})"
    rf"\.(?P<signature>[a-z2-7]{{{_ADDRESS_SIGNS}}})@[^@\s]+"
)
_NO_REQUEST = "none"


def signed_message_id(*, request_reference: str, letter_key: str, at: datetime) -> str:
    """A Message-ID without angle brackets, for a letter about a request ("R-7KX2-4") or about none ("").

    `letter_key` tells the letters of a request apart: lower-case letters, figures and dashes, at most 60. `at` is when
    the letter came to be, and not when this is called: the same three give the same Message-ID, so a letter that is
    posted twice is seen to be one. Raises ValueError.
    """
    key = letter_key.lower()
    if not _KEY.fullmatch(key):
        raise ValueError(f"«{letter_key}» cannot be the key of a letter: a-z, 0-9 and dashes, at most 60.")
    reference = request_reference.lower() or _NO_REQUEST
    stretch = _stretch_of(at)
    signature = _signature(_MESSAGE_ID_SALT, stretch, f"{reference}.{key}", secret=settings.SECRET_KEY)
    message_id = f"{reference}.{key}.k{stretch}.{signature[:_MESSAGE_ID_SIGNS]}@{settings.MAIL_DOMAIN}"
    if not _OURS.fullmatch(message_id):
        raise ValueError(f"«{request_reference}» is not the reference of a request.")
    return message_id


def request_of_message_id(message_id: str, *, at: datetime) -> str | None:
    """The reference of the request that our letter with this Message-ID was about.

    None if it is not ours, if the signature is wrong or its key has expired at `at`, or if the letter was about no
    request. The domain does not count: an installation may have changed it since the letter was sent.
    """
    ours = _OURS.fullmatch(message_id.strip().lower())
    if ours is None or ours["reference"] == _NO_REQUEST:
        return None
    said = f"{ours['reference']}.{ours['key']}"
    return ours["reference"].upper() if _is_signed(_MESSAGE_ID_SALT, ours, said, at=at) else None


def is_our_message_id(message_id: str, *, at: datetime) -> bool:
    """Whether we signed this Message-ID, for a letter about a request or about none, with a key still good at `at`."""
    ours = _OURS.fullmatch(message_id.strip().lower())
    return ours is not None and _is_signed(_MESSAGE_ID_SALT, ours, f"{ours['reference']}.{ours['key']}", at=at)


def reply_address(address: str, *, reference: str, at: datetime) -> str:
    """`address` ("care@…") as an answer about the request should be sent to: `care+r-7kx2-4.k228.<signature>@…`.

    `at` is when the letter was written. Where the mark would make the part before the @ longer than mail allows, the
    address comes back as it is, and only the Message-ID leads back. Raises ValueError for a wrong address or reference.
    """
    local, sign, domain = address.rpartition("@")
    if not local or not sign or not domain:
        raise ValueError(f"«{address}» is not an address.")
    stretch, lower = _stretch_of(at), reference.lower()
    signature = _signature(_ADDRESS_SALT, stretch, lower, secret=settings.SECRET_KEY)
    marked = f"{local.partition('+')[0]}+{lower}.k{stretch}.{signature[:_ADDRESS_SIGNS]}"
    if not _OUR_ADDRESS.fullmatch(f"{marked}@{domain}".lower()):
        raise ValueError(f"«{reference}» is not the reference of a request.")
    return address if len(marked.encode()) > LONGEST_LOCAL_PART else f"{marked}@{domain}"


def request_of_reply_address(address: str, *, at: datetime) -> str | None:
    """The reference of the request that a letter with this reply address was about.

    None if it carries no mark of ours, if the signature is wrong, or if its key has expired at `at`. What stands
    before the + and after the @ does not count.
    """
    ours = _OUR_ADDRESS.fullmatch(address.strip().lower())
    if ours is None or not _is_signed(_ADDRESS_SALT, ours, ours["reference"], at=at):
        return None
    return ours["reference"].upper()


def _is_signed(salt: str, ours: re.Match[str], said: str, *, at: datetime) -> bool:
    stretch = None if ours["stretch"] is None else int(ours["stretch"])
    if stretch is not None and _is_over(stretch, at):
        return False
    given = ours["signature"]
    # Every key is tried and none ends the search early: how long it takes tells nothing.
    found = [
        constant_time_compare(given, _signature(salt, stretch, said, secret=secret)[: len(given)])
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return any(found)


def _stretch_of(at: datetime) -> int:
    return max((at - _BEGINNING) // STRETCH, 0)


def _is_over(stretch: int, at: datetime) -> bool:
    # One from the future was signed by us too, before a clock was put right: it is over when it is over.
    return at - _BEGINNING > (stretch + 1) * STRETCH + GOOD_FOR


def _signature(salt: str, stretch: int | None, said: str, *, secret: str) -> str:
    """The signature with the key of that stretch, which is made of the secret; None: as before the keys rotated."""
    own = salt if stretch is None else f"{salt}.{stretch}"
    digest = salted_hmac(own, said, secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:15]).decode("ascii").lower()
