"""What an S/MIME part signs without encrypting it is read; everything else is left alone."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

from clientela.inbox.reading.protection import protection_of
from clientela.inbox.reading.read import read_message
from clientela.inbox.reading.smime import signed_content

WORDS = b"Content-Type: text/plain; charset=utf-8\r\n\r\nJoi e bine, \xc8\x99efu.\r\n"


def signed(content: bytes) -> bytes:
    """`content` signed as mail programs do that put it inside the signature."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ana Pop")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365))
        .sign(key, SHA256())
    )
    builder = PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, SHA256())
    return builder.sign(Encoding.DER, [PKCS7Options.Binary])


def in_pieces(content: bytes) -> bytes:
    """The same with lengths that end by a mark and the content cut in two, as others write it."""

    def endless(tag: int, inner: bytes) -> bytes:
        return bytes([tag, 0x80]) + inner + b"\0\0"

    def octets(piece: bytes) -> bytes:
        return bytes([0x04, len(piece)]) + piece

    data = bytes.fromhex("06092a864886f70d010701")
    content = endless(0xA0, endless(0x24, octets(content[:20]) + octets(content[20:])))
    inner = endless(0x30, b"\x02\x01\x01" + endless(0x31, b"") + endless(0x30, data + content))
    return endless(0x30, bytes.fromhex("06092a864886f70d010702") + endless(0xA0, inner))


@pytest.mark.parametrize("packed", [signed(WORDS), in_pieces(WORDS)], ids=["DER", "BER in pieces"])
def test_signed_words_are_read_and_the_signed_part_is_kept(packed: bytes) -> None:
    assert signed_content(packed) == WORDS
    message = read_message(
        b"From: ana@lumen.test\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(packed)
    )
    assert message.text == "Joi e bine, șefu."
    assert [(one.name, one.content) for one in message.attachments] == [("smime.p7m", packed)]
    assert protection_of(message) == "smime_signed"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"words",
        in_pieces(WORDS)[:60],
        signed(WORDS)[:60],
        in_pieces(WORDS).replace(bytes.fromhex("010702"), bytes.fromhex("010703")),
        b"\x30\x80" * 1_000,
        in_pieces(WORDS)[:15] + b"\x30\x80" * 50_000,
    ],
    # A signature is seldom twice of one length: named by what they hold, the cases would differ from worker to worker.
    ids=[
        "nothing",
        "one byte",
        "open",
        "endless",
        "words",
        "cut pieces",
        "cut",
        "encrypted",
        "nested",
        "nested in pieces",
    ],
)
def test_what_is_encrypted_or_broken_gives_nothing(data: bytes) -> None:
    assert signed_content(data) is None


def test_signed_mails_inside_signed_mails_end() -> None:
    packed = WORDS
    for _level in range(12):
        head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: base64\n\n"
        packed = head + base64.encodebytes(signed(packed))
    assert read_message(b"From: ana@lumen.test\n" + packed).text == ""
