"""Message-IDs that we signed, so an answer finds its request and nobody finds another's by guessing.

R-7KX2-4's reply number 812 is sent as `r-7kx2-4.reply-812.<signature>@clientela.test`. Any mail program carries it back
in In-Reply-To and References. Read without regard to case, because a few programs change it on the way.
"""

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "clientela.kernel.signing.message_id"
_SIGNATURE_BYTES = 15  # 120 bits, 24 signs of base 32
_KEY = re.compile(r"[a-z0-9-]{1,60}")
_OURS = re.compile(
    r"<?(?P<reference>r-[0-9a-z]+-[0-9a-z]|none)\.(?P<key>[a-z0-9-]{1,60})\.(?P<signature>[a-z2-7]{24})@[^@<>\s]+>?"
)
_NO_REQUEST = "none"


def signed_message_id(*, request_reference: str, letter_key: str) -> str:
    """A Message-ID without angle brackets, for a letter about a request ("R-7KX2-4") or about none ("").

    `letter_key` tells the letters of a request apart: lower-case letters, figures and dashes, at most 60. The same
    reference and key give the same Message-ID, so a letter that is posted twice is seen to be one. Raises ValueError.
    """
    key = letter_key.lower()
    if not _KEY.fullmatch(key):
        raise ValueError(f"«{letter_key}» cannot be the key of a letter: a-z, 0-9 and dashes, at most 60.")
    reference = request_reference.lower() or _NO_REQUEST
    message_id = f"{reference}.{key}.{_signature(reference, key)}@{settings.MAIL_DOMAIN}"
    if not _OURS.fullmatch(message_id):
        raise ValueError(f"«{request_reference}» is not the reference of a request.")
    return message_id


def request_of_message_id(message_id: str) -> str | None:
    """The reference of the request that our letter with this Message-ID was about.

    None if it is not ours, if the signature is wrong, or if the letter was about no request. The domain does not count:
    an installation may have changed it since the letter was sent.
    """
    ours = _OURS.fullmatch(message_id.strip().lower())
    if ours is None or not constant_time_compare(ours["signature"], _signature(ours["reference"], ours["key"])):
        return None
    return None if ours["reference"] == _NO_REQUEST else ours["reference"].upper()


def _signature(reference: str, key: str) -> str:
    digest = salted_hmac(_SALT, f"{reference}.{key}", algorithm="sha256").digest()
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode("ascii").lower()
