"""STARTTLS with a certificate that is renewed while we run, and LMTP with an answer for each recipient."""

import os
import smtplib
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from django.test import override_settings

from clientela.inbox.models import RawMessage
from clientela.inbox.receiver import certificates
from clientela.inbox.receiver.certificates import Certificate
from tests.doors.inbox.receiving import CARE, DOMAIN, Open, Peer, receiver
from tests.mail_servers.parts import certificate as make_certificate
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)

MAIL = b"From: zofia@example.test\r\nSubject: pralka\r\n\r\nDzien dobry\r\n"


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN=DOMAIN):
        yield


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return made(tmp_path)


def made(folder: Path, name: str = "localhost") -> Certificate:
    """A new certificate in this folder, in place of the one that lay there."""
    for path in folder.glob("*.pem"):
        path.unlink()
    new = make_certificate(folder, host=name)
    return Certificate(new.path, new.key_path)


def trusting(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate.chain))


def test_a_mail_comes_in_through_tls(shop: Shop, certificate: Certificate) -> None:
    with receiver(certificate=certificate) as opened, smtplib.SMTP(*opened.smtp, timeout=10) as client:
        client.ehlo()
        assert "starttls" in client.esmtp_features
        client.starttls(context=trusting(certificate))
        assert isinstance(client.sock, ssl.SSLSocket)
        assert client.sock.version() in {"TLSv1.2", "TLSv1.3"}
        client.ehlo()
        assert "starttls" not in client.esmtp_features
        assert "auth" not in client.esmtp_features
        assert client.sendmail("zofia@example.test", [CARE], MAIL) == {}
        assert client.docmd("STARTTLS") == (503, b"5.5.1 We speak TLS already")
    assert (bytes(RawMessage.objects.get().content), RawMessage.objects.get().peer) == (MAIL, "127.0.0.1")


def test_nothing_said_before_tls_counts_inside_it(shop: Shop, certificate: Certificate) -> None:
    with receiver(certificate=certificate) as opened:
        with smtplib.SMTP(*opened.smtp, timeout=10) as client:
            client.ehlo()
            client.mail("vera@casa-lavora.test")
            client.starttls(context=trusting(certificate))
            assert client.docmd("RCPT", f"TO:<{CARE}>") == (503, b"5.5.1 Error: send HELO first")
        with Peer(opened.smtp) as peer:
            peer.hear()
            peer.say("EHLO zofia.test")
            peer.send("STARTTLS\r\nMAIL FROM:<vera@casa-lavora.test>\r\n")
            assert peer.hear() == "503 5.5.1 Wait for our answer before you go on"
            assert peer.hear() == ""


def test_a_handshake_that_fails_harms_nobody(
    shop: Shop, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    with receiver(certificate=certificate) as opened:
        with Peer(opened.smtp) as peer:
            peer.hear()
            peer.say("EHLO zofia.test")
            assert peer.say("STARTTLS").startswith("220 ")
            peer.send("this is no handshake\r\n")
            while peer.hear():
                pass
        with smtplib.SMTP(*opened.smtp, timeout=10) as client:
            assert client.sendmail("zofia@example.test", [CARE], MAIL) == {}
        assert opened.house.peers.connections.total() <= 1
    # One line: whoever scans our ports does not fill the log.
    assert [one.message.partition(":")[0] for one in caplog.records if one.levelname != "INFO"] == [
        "127.0.0.1 and we did not agree on TLS"
    ]
    assert "Traceback" not in caplog.text


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_of_tls_are_refused(shop: Shop, certificate: Certificate) -> None:
    old = trusting(certificate)
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with receiver(certificate=certificate) as opened, smtplib.SMTP(*opened.smtp, timeout=10) as client:
        with pytest.raises(ssl.SSLError):
            client.starttls(context=old)
        client.close()


def test_a_renewed_certificate_is_used_without_a_restart(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "LOOK_EVERY_SECONDS", 0.0)
    certificate = made(tmp_path, "old.casa-lavora.test")
    with receiver(certificate=certificate) as opened:
        assert _name_shown(opened, certificate) == "old.casa-lavora.test"
        made(tmp_path, "new.casa-lavora.test")
        assert _name_shown(opened, certificate) == "new.casa-lavora.test"
        trusted = certificate.chain.read_bytes()
        certificate.chain.write_text("half of a cert", encoding="ascii")
        os.utime(certificate.chain, (1, 1))
        context = ssl.create_default_context(cadata=trusted.decode())
        assert _name_shown(opened, context) == "new.casa-lavora.test"


@pytest.mark.parametrize("fault", ["missing", "locked", "garbage"])
def test_without_a_usable_certificate_mail_still_comes_in(
    shop: Shop, tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = made(tmp_path)
    if fault == "missing":
        broken.key.unlink()
    elif fault == "locked":
        key = serialization.load_pem_private_key(broken.key.read_bytes(), None)
        lock = serialization.BestAvailableEncryption(b"secret")
        kind = serialization.PrivateFormat.PKCS8
        broken.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, lock))
    elif fault == "garbage":
        broken.chain.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n", encoding="ascii")
    with receiver(certificate=broken) as opened, smtplib.SMTP(*opened.smtp, timeout=10) as client:
        client.ehlo()
        assert "starttls" not in client.esmtp_features
        assert client.sendmail("zofia@example.test", [CARE], MAIL) == {}
    assert "cannot be used, and STARTTLS is not offered" in caplog.text


def test_lmtp_answers_for_each_recipient(shop: Shop) -> None:
    with receiver() as opened, Peer(opened.lmtp) as peer:
        peer.begin(CARE, "it@casa-lavora.test", "hr@casa-lavora.test", hello="LHLO mx.test")
        peer.send(MAIL + b".\r\nNOOP\r\n")
        raw_id = RawMessage.objects.get().pk if peer.hear() else 0
        assert [peer.hear() for _ in range(3)] == [f"250 2.0.0 We have it as number {raw_id}"] * 2 + ["250 2.0.0 OK"]
    raw = RawMessage.objects.get()
    assert (raw.came_by, bytes(raw.content)) == ("lmtp", MAIL)
    assert raw.envelope_to == [CARE, "it@casa-lavora.test", "hr@casa-lavora.test"]


def test_lmtp_refuses_for_each_recipient_too(shop: Shop) -> None:
    with receiver() as opened, Peer(opened.lmtp) as peer:
        peer.begin(CARE, "it@casa-lavora.test", hello="LHLO mx.test")
        peer.send(b"Subject: a\nb: c\r\n\r\n.\r\n")
        assert [peer.hear() for _ in range(2)] == ["550 5.5.2 Lines of the header must end by CR LF"] * 2


def test_lmtp_comes_through_a_socket_that_only_our_group_reaches(shop: Shop, tmp_path: Path) -> None:
    place = tmp_path / "lmtp"
    for _ in range(2):  # the second finds the socket that the first has left
        with receiver(lmtp_socket=place) as opened, Peer(place) as peer:
            assert stat.S_IMODE(place.stat().st_mode) == 0o660
            peer.begin(hello="LHLO mx.test")
            assert peer.say("Subject: a\r\n\r\n.").startswith("250 2.0.0 ")
            assert opened.house.peers.connections == {"": 1}
    assert set(RawMessage.objects.values_list("came_by", "peer")) == {("lmtp", "")}


@pytest.mark.parametrize("greeting", ["EHLO mx.test", "HELO mx.test"])
def test_lmtp_is_not_smtp(shop: Shop, greeting: str) -> None:
    with receiver() as opened:
        with Peer(opened.lmtp) as peer:
            peer.hear()
            assert peer.say(greeting) == "500 5.5.1 This is LMTP; say LHLO"
        with Peer(opened.smtp) as peer:
            peer.hear()
            assert peer.say("LHLO mx.test") == '500 5.5.2 Error: command "LHLO" not recognized'


def _name_shown(opened: Open, trusted: Certificate | ssl.SSLContext) -> str:
    context = trusting(trusted) if isinstance(trusted, Certificate) else trusted
    with smtplib.SMTP(*opened.smtp, timeout=10) as client:
        client.starttls(context=context)
        assert isinstance(client.sock, ssl.SSLSocket)
        shown = client.sock.getpeercert(binary_form=True)
    assert shown is not None
    names = x509.load_der_x509_certificate(shown).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)
