"""`clientela doctor mail`: each link is broken on purpose, and the doctor says which it is and how to mend it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM, socket

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import override_settings
from typer.testing import CliRunner

from clientela.command.doctor import app
from clientela.command.doctor.inside import inside_links
from clientela.command.doctor.links import Link, State
from clientela.command.doctor.names import Names, name_links
from clientela.command.doctor.servers import lmtp_links, mail_server_links, mailbox_links, receiver_links
from clientela.command.doctor.settings import certificate_links, setting_links
from clientela.inbox.actions import quarantine_message, store_raw_message
from clientela.kernel.clock import now
from clientela.kernel.environment import Environment, read_environment
from clientela.kernel.post.dkim import signing_key
from tests.doors.inbox.mailbox_parts import mailbox_on
from tests.doors.inbox.receiving import receiver
from tests.mail_servers.dovecot import dovecot
from tests.mail_servers.parts import certificate, free_port
from tests.shop import Shop, shop  # noqa: F401 - the cast at work

DOMAIN = "casa-lavora.test"
CARE = "care@casa-lavora.test"


def environment(home: Path, **values: str) -> Environment:
    return read_environment({"CLIENTELA_HOME": str(home), "CLIENTELA_MAIL_DOMAIN": DOMAIN, **values})


def state_of(links: list[Link], name: str) -> State:
    (found,) = [link.state for link in links if link.name == name]
    return found


def the(links: list[Link], name: str) -> Link:
    (found,) = [link for link in links if link.name == name]
    return found


def settings_in(home: Path, **values: str) -> list[Link]:
    return list(setting_links(environment(home, **values), has_known_passwords=False))


def settings_with_the_cast(home: Path, **values: str) -> list[Link]:
    return list(setting_links(environment(home, **values), has_known_passwords=True))


def test_links_to_this_machine_are_broken_once_letters_leave_the_house(tmp_path: Path) -> None:
    assert state_of(settings_in(tmp_path), "Address of the pages") is State.WEAK
    found = the(settings_in(tmp_path, CLIENTELA_MAIL_SERVER="smtp://mail.example.org"), "Address of the pages")
    assert found.state is State.BROKEN
    assert found.found == "Links in letters lead to http://127.0.0.1:8000, which only this machine can open."
    assert found.remedy == "Set CLIENTELA_PUBLIC_URL to the address that people have in their browser."


def test_a_page_address_that_the_pages_refuse_is_broken(tmp_path: Path) -> None:
    given = {"CLIENTELA_PUBLIC_URL": "https://help.lavora.eu"}
    found = the(settings_in(tmp_path, **given), "Address of the pages")
    assert (found.state, found.remedy) == (State.BROKEN, "Add help.lavora.eu to CLIENTELA_ALLOWED_HOSTS.")
    given["CLIENTELA_ALLOWED_HOSTS"] = "help.lavora.eu"
    assert state_of(settings_in(tmp_path, **given), "Address of the pages") is State.FINE


def test_the_demonstration_open_to_others_is_broken(tmp_path: Path) -> None:
    names = [link.name for link in settings_with_the_cast(tmp_path)]
    assert "Demonstration" not in names
    open_to_all = settings_with_the_cast(tmp_path, CLIENTELA_LISTEN="10.0.0.5")
    assert state_of(open_to_all, "Demonstration") is State.BROKEN
    names = [link.name for link in settings_in(tmp_path, CLIENTELA_LISTEN="10.0.0.5")]
    assert "Demonstration" not in names


def test_a_domain_of_nobody_and_developers_pages_are_said(tmp_path: Path) -> None:
    found = settings_in(tmp_path, CLIENTELA_MAIL_SERVER="smtp://mail.example.org", CLIENTELA_DEBUG="yes")
    assert state_of(found, "Mail domain") is State.BROKEN
    assert state_of(found, "Developers' pages") is State.BROKEN
    assert state_of(settings_in(tmp_path, CLIENTELA_MAIL_DOMAIN="lavora.eu"), "Mail domain") is State.FINE


@pytest.mark.parametrize(("days", "state"), [(-1, State.BROKEN), (7, State.WEAK), (60, State.FINE)])
def test_a_certificate_is_looked_at_before_it_runs_out(tmp_path: Path, days: int, state: State) -> None:
    ours = certificate(tmp_path, days=days)
    given = {"CLIENTELA_TLS_CERTIFICATE": str(ours.path), "CLIENTELA_TLS_KEY": str(ours.key_path)}
    (found,) = certificate_links(environment(tmp_path, **given), at=datetime.now(UTC))
    assert found.state is state


def test_a_certificate_with_the_key_of_another_is_broken(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = certificate(tmp_path / "one"), certificate(tmp_path / "other")
    given = {"CLIENTELA_TLS_CERTIFICATE": str(one.path), "CLIENTELA_TLS_KEY": str(other.key_path)}
    (found,) = certificate_links(environment(tmp_path, **given), at=datetime.now(UTC))
    assert found.state is State.BROKEN
    assert "cannot be used with the key" in found.found


def test_a_receiver_that_does_not_run_is_broken_and_says_where(tmp_path: Path) -> None:
    port = free_port()
    (found,) = receiver_links(environment(tmp_path, CLIENTELA_SMTP_PORT=str(port)), [CARE])
    assert (found.state, found.found) == (
        State.BROKEN,
        f"Nobody receives mail at 127.0.0.1, port {port}: Connection refused.",
    )


@pytest.mark.django_db(transaction=True)
def test_the_receiver_is_asked_for_every_address_and_for_a_stranger(shop: Shop, tmp_path: Path) -> None:  # noqa: F811
    with override_settings(MAIL_DOMAIN=DOMAIN), receiver() as opened:
        ours = environment(tmp_path, CLIENTELA_SMTP_PORT=str(opened.smtp[1]))
        found = list(receiver_links(ours, [CARE, "nobody-here@casa-lavora.test"]))
        assert [link.state for link in found] == [State.FINE, State.BROKEN]
        assert "nobody-here@casa-lavora.test (5.1.1" in the(found, "Our addresses").found
        assert [link.state for link in receiver_links(ours, [CARE])] == [State.FINE, State.FINE]


def test_without_lmtp_nothing_is_said_of_it_and_one_that_does_not_run_is_broken(tmp_path: Path) -> None:
    assert list(lmtp_links(environment(tmp_path), [CARE])) == []
    port, socket_path = free_port(), tmp_path / "lmtp"
    for value, place, why in (
        (str(port), f"127.0.0.1, port {port}", "Connection refused"),
        (str(socket_path), str(socket_path), "No such file or directory"),
    ):
        (found,) = lmtp_links(environment(tmp_path, CLIENTELA_LMTP_PORT=value), [CARE])
        assert (found.name, found.state) == ("The receiver by LMTP", State.BROKEN)
        assert found.found == f"Nobody receives mail by LMTP at {place}: {why}."
        assert found.remedy.startswith("Start `clientela run` with CLIENTELA_LMTP_PORT set")


def test_smtp_where_lmtp_is_set_is_broken(shop: Shop, tmp_path: Path) -> None:  # noqa: F811
    with override_settings(MAIL_DOMAIN=DOMAIN), receiver() as opened:
        (found,) = lmtp_links(environment(tmp_path, CLIENTELA_LMTP_PORT=str(opened.smtp[1])), [CARE])
    assert found.state is State.BROKEN
    assert "Nobody receives mail by LMTP" in found.found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("socket_name", ["", "lmtp"])
def test_lmtp_is_asked_for_every_address_and_for_a_stranger(shop: Shop, tmp_path: Path, socket_name: str) -> None:  # noqa: F811
    path = tmp_path / socket_name if socket_name else None
    with override_settings(MAIL_DOMAIN=DOMAIN), receiver(lmtp_socket=path) as opened:
        ours = environment(tmp_path, CLIENTELA_LMTP_PORT=str(path or opened.lmtp[1]))
        found = list(lmtp_links(ours, [CARE]))
        assert [(link.name, link.state) for link in found] == [
            ("The receiver by LMTP", State.FINE),
            ("Our addresses by LMTP", State.FINE),
        ]
        refused = list(lmtp_links(ours, [CARE, "nobody-here@casa-lavora.test"]))
        assert state_of(refused, "Our addresses by LMTP") is State.BROKEN
        assert "nobody-here@casa-lavora.test" in the(refused, "Our addresses by LMTP").found


def test_the_port_that_run_chose_is_asked(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "running.json").write_text(json.dumps({"pid": 1, "smtp_port": port}))
    (found,) = receiver_links(environment(tmp_path, CLIENTELA_SMTP_PORT="2525"), [CARE])
    assert f"port {port}" in found.found


def test_a_mail_server_that_is_away_is_broken_and_one_that_is_not_set_untried() -> None:
    with override_settings(MAIL_SERVER=""):
        assert [link.state for link in mail_server_links()] == [State.UNTRIED]
    port = free_port()
    with override_settings(MAIL_SERVER=f"smtp://127.0.0.1:{port}"):
        (found,) = mail_server_links()
    assert found.state is State.BROKEN
    assert found.remedy == "Check host and port in CLIENTELA_MAIL_SERVER, and that a firewall lets us out to it."


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_offers_no_tls_where_it_is_asked_for_is_broken(shop: Shop) -> None:  # noqa: F811
    with override_settings(MAIL_DOMAIN=DOMAIN), receiver() as opened:
        with override_settings(MAIL_SERVER=f"smtp+starttls://127.0.0.1:{opened.smtp[1]}"):
            (found,) = mail_server_links()
        assert found.state is State.BROKEN
        assert found.remedy.startswith("Use smtps:// for port 465")
        with override_settings(MAIL_SERVER=f"smtp://127.0.0.1:{opened.smtp[1]}"):
            assert [link.state for link in mail_server_links()] == [State.FINE]
        with override_settings(MAIL_SERVER=f"smtp://care:x@127.0.0.1:{opened.smtp[1]}"):
            (found,) = mail_server_links()
        assert found.remedy.startswith("Check user and password in CLIENTELA_MAIL_SERVER")


@pytest.mark.django_db(transaction=True)
def test_each_mailbox_is_logged_in_to() -> None:
    assert [link.state for link in mailbox_links()] == [State.UNTRIED]
    with dovecot(["care", "it"]) as server:
        mailbox_on(server)
        mailbox_on(server, address="it@casa-lavora.test", user_name="it", password="wrong")
        found = list(mailbox_links())
    assert [(link.name, link.state) for link in found] == [
        ("Mailbox care@casa-lavora.test", State.WEAK),
        ("Mailbox it@casa-lavora.test", State.BROKEN),
    ]
    assert found[0].found == "We get in, but it was never read."
    assert found[1].found == "The server does not let us in. ([AUTHENTICATIONFAILED] Authentication failed.)"


def test_no_worker_mail_that_waits_and_mail_put_aside_are_said(shop: Shop, tmp_path: Path) -> None:  # noqa: F811
    at = now()
    aside = store_raw_message(at=at, came_by="smtp", content=b"x")
    quarantine_message(at=at, raw_id=aside, reason="A fault of ours.")
    store_raw_message(at=at - timedelta(minutes=4), came_by="smtp", content=b"y")
    store_raw_message(at=at, came_by="smtp", content=b"z")
    with override_settings(MAIL_DOMAIN=DOMAIN):
        found = list(inside_links(environment(tmp_path), at=at))
    assert state_of(found, "The worker") is State.BROKEN
    waits = the(found, "Mail is understood")
    assert waits.state is State.BROKEN
    assert waits.found.startswith("1 mails wait to be understood, the oldest since")
    aside_link = the(found, "Mail put aside")
    assert (aside_link.state, "A fault of ours." in aside_link.found) == (State.WEAK, True)
    assert state_of(found, "The clock") is State.FINE
    apart = list(inside_links(environment(tmp_path), at=at + timedelta(minutes=1)))
    assert state_of(apart, "The clock") is State.BROKEN


def test_the_whole_chain_is_told_in_json_and_its_status(shop: Shop, tmp_path: Path) -> None:  # noqa: F811
    result = CliRunner().invoke(
        app, ["mail", "--offline", "--json"], env={"CLIENTELA_HOME": str(tmp_path), "CLIENTELA_SMTP_PORT": "1"}
    )
    rows = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [row["state"] for row in rows if row["link"] == "The receiver"] == ["broken"]
    assert all(sorted(row) == ["found", "link", "remedy", "state"] for row in rows)
    assert all(row["remedy"] for row in rows if row["state"] in {"broken", "weak"})
    assert "DNS" not in {row["link"] for row in rows}
    told = CliRunner().invoke(app, ["mail", "--offline"], env={"CLIENTELA_HOME": str(tmp_path)})
    assert "BROKEN  The receiver: Nobody receives mail at 127.0.0.1" in told.stdout
    assert "        → Start `clientela run`." in told.stdout


@contextmanager
def name_server(records: dict[tuple[str, str], list[str]]) -> Iterator[Names]:
    """A real name server on loopback, which knows these records and nothing else."""
    with socket(AF_INET, SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                asked, peer = door.recvfrom(4096)
                if not asked:
                    return
                question = dns.message.from_wire(asked)
                answer = dns.message.make_response(question)
                answer.flags |= dns.flags.RA
                name = question.question[0].name
                kind = dns.rdatatype.to_text(question.question[0].rdtype)
                found = records.get((name.to_text(omit_final_dot=True), kind), [])
                if found:
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
                else:
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                door.sendto(answer.to_wire(), peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = door.getsockname()[1]
        yield Names(resolver)
        with socket(AF_INET, SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", resolver.port))
        thread.join(5)


def dkim_key(folder: Path) -> Path:
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "dkim.pem").write_bytes(key)
    return folder / "dkim.pem"


def test_nothing_in_dns_is_said_record_by_record(tmp_path: Path) -> None:
    ours = environment(tmp_path, CLIENTELA_MAIL_DOMAIN="lavora.eu", CLIENTELA_DKIM_KEY=str(dkim_key(tmp_path)))
    with name_server({}) as names:
        found = list(name_links(ours, names))
    assert [link.state for link in found] == [State.BROKEN, State.WEAK, State.BROKEN, State.WEAK]
    assert found[2].remedy.startswith("Have a TXT record made there: v=DKIM1; k=ed25519; p=")


def test_records_that_fit_are_fine_and_another_key_is_broken(tmp_path: Path) -> None:
    path = dkim_key(tmp_path)
    ours = environment(tmp_path, CLIENTELA_MAIL_DOMAIN="lavora.eu", CLIENTELA_DKIM_KEY=str(path))
    record = signing_key(path, selector="clientela").dns_record
    records = {
        ("lavora.eu", "MX"): ["10 mx.lavora.eu."],
        ("lavora.eu", "TXT"): ['"v=spf1 mx -all"', '"other=1"'],
        ("clientela._domainkey.lavora.eu", "TXT"): [f'"{record[:30]}" "{record[30:]}"'],
        ("_dmarc.lavora.eu", "TXT"): ['"v=DMARC1; p=none"'],
    }
    with name_server(records) as names:
        found = list(name_links(ours, names))
        assert [link.state for link in found] == [State.FINE] * 4
        assert found[0].found == "Mail for lavora.eu goes to mx.lavora.eu."
        records[("clientela._domainkey.lavora.eu", "TXT")] = ['"v=DKIM1; k=ed25519; p=AAAA"']
        records[("lavora.eu", "TXT")] = ['"v=spf1 mx -all"', '"v=spf1 +all"']
        records[("lavora.eu", "MX")] = ["0 ."]
        found = list(name_links(ours, names))
    assert [link.state for link in found] == [State.BROKEN, State.BROKEN, State.BROKEN, State.FINE]


def test_a_domain_that_nobody_can_own_is_not_asked_about(tmp_path: Path) -> None:
    assert [link.state for link in name_links(environment(tmp_path), Names())] == [State.UNTRIED]
