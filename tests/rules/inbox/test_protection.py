"""Signed and encrypted mails are kept, their parts named, and they are told apart."""

import base64

import pytest

from clientela.inbox.reading.protection import protection_of
from clientela.inbox.reading.read import ReadMessage
from tests.rules.inbox.letters import written

SIGNED = bytes.fromhex("3080 06092a864886f70d010702a0803080".replace(" ", ""))
ENVELOPED = bytes.fromhex("3080 06092a864886f70d010703a0803080".replace(" ", ""))


def in_parts(kind: str, *parts: str) -> ReadMessage:
    """A mail of these parts."""
    body = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return written("From: ana@lumen.test", f"Content-Type: {kind}; boundary=b", body=f"{body}--b--\r\n")


def opaque(of_type: str, content: bytes) -> ReadMessage:
    """A mail that is one S/MIME part."""
    return written(
        "From: ana@lumen.test",
        f"Content-Type: application/pkcs7-mime{of_type}",
        "Content-Transfer-Encoding: base64",
        body=base64.encodebytes(content).decode(),
    )


WORDS = "Content-Type: text/plain\r\n\r\nThursday."


@pytest.mark.parametrize(
    ("message", "protection", "names", "text"),
    [
        (
            in_parts(
                'multipart/signed; protocol="application/pkcs7-signature"',
                WORDS,
                "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA",
            ),
            "smime_signed",
            ["smime.p7s"],
            "Thursday.",
        ),
        (
            in_parts(
                'multipart/signed; protocol="application/pgp-signature"',
                WORDS,
                "Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----",
            ),
            "pgp_signed",
            ["signature.asc"],
            "Thursday.",
        ),
        (
            in_parts(
                'multipart/encrypted; protocol="application/pgp-encrypted"',
                "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
                'Content-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n-----BEGIN PGP MESSAGE-----',
            ),
            "pgp_encrypted",
            ["version.asc", "encrypted.asc"],
            "",
        ),
        (opaque("; smime-type=enveloped-data; name=smime.p7m", ENVELOPED), "smime_encrypted", ["smime.p7m"], ""),
        (opaque("", ENVELOPED), "smime_encrypted", ["smime.p7m"], ""),
        (opaque("", SIGNED), "smime_signed", ["smime.p7m"], ""),
        (
            written(
                "From: ana@lumen.test", body="-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----"
            ),
            "pgp_encrypted",
            [],
            "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----",
        ),
        (
            written("From: ana@lumen.test", body="-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nThursday."),
            "pgp_signed",
            [],
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThursday.",
        ),
        (in_parts("multipart/mixed", WORDS), None, [], "Thursday."),
        (written("From: ana@lumen.test", body="I sign with PGP MESSAGE"), None, [], "I sign with PGP MESSAGE"),
    ],
)
def test_what_protects_a_mail_is_told_and_its_parts_are_kept(
    message: ReadMessage, protection: str | None, names: list[str], text: str
) -> None:
    assert protection_of(message) == protection
    assert [one.name for one in message.attachments] == names
    assert message.text == text
