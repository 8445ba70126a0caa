"""Our signatures hold for those who check them, and for nothing that was changed."""

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_curve_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.kernel.post.dkim import SigningKey, UnusableKeyError, signature_header, signing_key

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RSA = SigningKey(generate_private_key(public_exponent=65537, key_size=2048), "mail2026")
LETTER = (
    b"From: Care <care@casa-lavora.test>\r\n"
    b"To: =?utf-8?b?xZh0ZWZhbg==?= <stefan@example.test>\r\n"
    b"Subject: A long subject\r\n that goes on   in a second line\r\n"
    b"Date: Mon, 02 Mar 2026 09:30:00 +0000\r\n"
    b"Message-ID: <r-7kx2-4.reply-1.abc@casa-lavora.test>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"X-Clientela-Loop: casa-lavora.test\r\n"
    b"\r\n"
    b"Dear  Stefan, \r\n\r\nwe come on Tuesday.\t\r\n\r\n\r\n"
)


def signed(content: bytes = LETTER, key: SigningKey = RSA) -> bytes:
    """The content with its signature before it."""
    return signature_header(content, key=key, domain="casa-lavora.test", at=AT) + content


def holds(content: bytes, key: SigningKey = RSA) -> bool:
    """Whether another program finds that the signature holds."""

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"mail2026._domainkey.casa-lavora.test."
        return key.dns_record.encode("ascii")

    return bool(dkim.verify(content, dnsfunc=look_up))


def test_a_letter_that_was_signed_is_believed() -> None:
    assert holds(signed())
    header = signed().partition(b"\r\nFrom:")[0].decode("ascii")
    assert header.startswith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=casa-lavora.test; s=mail2026;")
    assert f"t={int(AT.timestamp())};" in header
    assert max(len(line) for line in header.split("\r\n")) < 200


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Tuesday", b"Wednesday"),
        (b"care@casa-lavora.test>", b"boss@casa-lavora.test>"),
        (b"Subject: A long", b"Subject: A short"),
        (b"\r\nDate:", b"\r\nSubject: A second one\r\nDate:"),
        (b"\r\nFrom: Care", b"\r\nFrom: Evil <evil@example.test>\r\nFrom: Care"),
        (b"\r\nDate:", b"\r\nReply-To: evil@example.test\r\nDate:"),
        (b"\r\n\r\n\r\n", b"\r\n\r\nAnd pay here.\r\n"),
    ],
)
def test_a_letter_that_was_changed_is_not(before: bytes, after: bytes) -> None:
    assert signed().count(before) >= 1
    assert not holds(signed().replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Dear  Stefan, \r\n", b"Dear Stefan,\r\n"),
        (b"\r\n that goes on   in", b" that goes on in"),
        (b"\r\n\r\n\r\n", b"\r\n"),
        (b"Subject:", b"SUBJECT: \t"),
        (b"\r\nX-Clientela-Loop: casa-lavora.test", b"\r\nX-Spam: no"),
        (b"\r\nFrom: Care", b"\r\nReceived: from a.test by b.test\r\nFrom: Care"),
    ],
)
def test_white_space_and_what_others_write_above_it_may_change_on_the_way(before: bytes, after: bytes) -> None:
    assert signed().count(before) >= 1
    assert holds(signed().replace(before, after, 1))


@settings(max_examples=60)
@given(body=st.binary(max_size=300), subject=st.text(alphabet="ab \t:;=", max_size=40))
def test_any_letter_that_was_signed_is_believed(body: bytes, subject: str) -> None:
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", body) + b"\r\n"  # as every mail ends
    head = f"From: care@casa-lavora.test\r\nSubject: {subject}\r\n\r\n".encode("ascii")
    assert holds(signed(head + lines))


def test_an_empty_letter_is_believed() -> None:
    assert holds(signed(b"From: care@casa-lavora.test\r\n\r\n"))
    assert holds(signed(b"From: care@casa-lavora.test\r\n\r\n\r\n\r\n"))


def test_the_key_of_the_standard_says_what_the_standard_says() -> None:
    # RFC 8463, appendix A: the secret, and the public half that stands in DNS.
    secret = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(secret), "brisbane")
    assert key.dns_record == "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    assert key.algorithm == "ed25519-sha256"


def test_a_short_key_signs_what_a_long_one_signs() -> None:
    """The same bytes are signed by both kinds, and those by RSA are checked by another program above."""
    said: dict[str, bytes] = {}

    class Listening(SigningKey):
        def sign(self, said_now: bytes) -> bytes:
            said[self.algorithm] = said_now
            return super().sign(said_now)

    secret = Ed25519PrivateKey.generate()
    short, long = Listening(secret, "mail2026"), Listening(RSA.key, "mail2026")
    header = signed(key=short)
    signed(key=long)
    assert said["ed25519-sha256"].replace(b"ed25519", b"rsa") == said["rsa-sha256"]
    signature = re.search(rb"b=([A-Za-z0-9+/=\s]+)\r\nFrom", header)
    assert signature is not None
    digest = dkim.hashlib.sha256(said["ed25519-sha256"]).digest()
    secret.public_key().verify(base64.b64decode(re.sub(rb"\s", b"", signature[1])), digest)
    with pytest.raises(InvalidSignature):
        secret.public_key().verify(base64.b64decode(re.sub(rb"\s", b"", signature[1])), digest[::-1])


def written(folder: Path, key: object, *, password: bytes | None = None) -> Path:
    """A file with a private key."""
    locked = NoEncryption() if password is None else BestAvailableEncryption(password)
    path = folder / "dkim.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))  # type: ignore[attr-defined]
    return path


def test_a_key_is_read_from_its_file_and_read_again_when_it_changed(tmp_path: Path) -> None:
    first = signing_key(written(tmp_path, RSA.key), selector="mail2026")
    assert first.dns_record == RSA.dns_record
    second = signing_key(written(tmp_path, Ed25519PrivateKey.generate()), selector="mail2026")
    assert second.algorithm == "ed25519-sha256"


def test_a_file_that_holds_no_usable_key_says_why(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    with pytest.raises(UnusableKeyError, match="cannot be read: No such file"):
        signing_key(nothing, selector="a")
    nothing.write_text("-----BEGIN PRIVATE KEY-----\nnot a key\n-----END PRIVATE KEY-----\n")
    with pytest.raises(UnusableKeyError, match="holds no private key without a password"):
        signing_key(nothing, selector="a")
    with pytest.raises(UnusableKeyError, match="holds no private key without a password"):
        signing_key(written(tmp_path, RSA.key, password=b"secret"), selector="a")
    with pytest.raises(UnusableKeyError, match="RSA key of at least 1024 bits, or Ed25519"):
        signing_key(written(tmp_path, generate_curve_key(SECP256R1())), selector="a")
