"""Is a mail signed or encrypted, and in which of the two ways? We hold no key: the parts are kept and named."""

import re
from typing import Literal

from clientela.inbox.reading.headers import parameters
from clientela.inbox.reading.read import ReadMessage

Protection = Literal["smime_signed", "smime_encrypted", "pgp_signed", "pgp_encrypted"]

LONGEST_READ = 100_000

_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_SMIME_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
_PGP_WORDS = re.compile(r"^-----BEGIN PGP (SIGNED )?MESSAGE-----$", re.MULTILINE)
# The object identifiers of PKCS #7 at the beginning of the data: 1.2.840.113549.1.7.2 signed, .3 enveloped.
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


def protection_of(message: ReadMessage) -> Protection | None:
    """How the mail is protected, by its media types first and by its words where PGP was written into them."""
    media_type, of_type = parameters(message.header("content-type") or "")
    protocol = of_type.get("protocol", "").lower()
    kinds = {one.media_type for one in message.attachments}
    if media_type == "multipart/encrypted" or "application/pgp-encrypted" in kinds:
        return "pgp_encrypted"
    opaque = next((one for one in message.attachments if one.media_type in _SMIME), None)
    if media_type in _SMIME or opaque is not None:
        content = opaque.content if opaque else b""
        is_signed = of_type.get("smime-type", "").lower() == "signed-data" or _SIGNED_DATA in content[:64]
        return "smime_signed" if is_signed else "smime_encrypted"
    if kinds & _SMIME_SIGNATURES or protocol in _SMIME_SIGNATURES:
        return "smime_signed"
    if "application/pgp-signature" in kinds or protocol == "application/pgp-signature":
        return "pgp_signed"
    written = _PGP_WORDS.search(message.text[:LONGEST_READ])
    if written:
        return "pgp_signed" if written[1] else "pgp_encrypted"
    return None
