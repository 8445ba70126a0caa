"""The settings by which mail comes in: read, and refused with a sentence that names them."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from clientela.kernel.environment import Environment, WrongSettingError, read_environment


def environment(home: Path, **given: str) -> Environment:
    return read_environment(
        {"CLIENTELA_HOME": str(home), **{f"CLIENTELA_{name}": value for name, value in given.items()}}
    )


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    read = environment(tmp_path)
    assert (read.lmtp, read.tls_certificate, read.tls_key, read.mail_relays) == (None, None, None, ())


def test_lmtp_is_at_a_port_or_a_socket(tmp_path: Path) -> None:
    assert environment(tmp_path, LMTP_PORT="24").lmtp == 24
    assert environment(tmp_path, LMTP_PORT=f"{tmp_path}/lmtp").lmtp == tmp_path / "lmtp"


def test_a_certificate_comes_with_its_key(tmp_path: Path) -> None:
    for name in ("chain.pem", "key.pem"):
        (tmp_path / name).touch()
    read = environment(tmp_path, TLS_CERTIFICATE=f"{tmp_path}/chain.pem", TLS_KEY=f"{tmp_path}/key.pem")
    assert (read.tls_certificate, read.tls_key) == (tmp_path / "chain.pem", tmp_path / "key.pem")


def test_relays_are_addresses_and_networks(tmp_path: Path) -> None:
    read = environment(tmp_path, MAIL_RELAYS=" 10.0.0.5, 10.1.0.0/24,, 2001:db8::/32")
    assert read.mail_relays == (ip_network("10.0.0.5/32"), ip_network("10.1.0.0/24"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"LMTP_PORT": "0"}, "CLIENTELA_LMTP_PORT is «0»; it must be a whole number from 1 to 65535."),
        ({"LMTP_PORT": "lmtp"}, "CLIENTELA_LMTP_PORT is «lmtp»; it must be a whole number from 1 to 65535."),
        (
            {"LMTP_PORT": "/not/there/lmtp"},
            (
                "CLIENTELA_LMTP_PORT is «/not/there/lmtp», and no socket can be made there. "
                "Give a port, or a path in a folder that exists."
            ),
        ),
        ({"TLS_CERTIFICATE": "HERE"}, "CLIENTELA_TLS_KEY is missing: a certificate and its key are given together."),
        ({"TLS_KEY": "HERE"}, "CLIENTELA_TLS_CERTIFICATE is missing: a certificate and its key are given together."),
        (
            {"TLS_CERTIFICATE": "HERE", "TLS_KEY": "/not/there"},
            "CLIENTELA_TLS_KEY is «/not/there», which is not a file that this user can read. Give its path from / on.",
        ),
        (
            {"TLS_CERTIFICATE": "chain.pem", "TLS_KEY": "HERE"},
            (
                "CLIENTELA_TLS_CERTIFICATE is «chain.pem», which is not a file that this user can read. "
                "Give its path from / on."
            ),
        ),
        (
            {"MAIL_RELAYS": "mx.example.org"},
            (
                "CLIENTELA_MAIL_RELAYS holds something that is no address or network such as 10.0.0.5 or 10.0.0.0/24: "
                "'mx.example.org' does not appear to be an IPv4 or IPv6 network."
            ),
        ),
        (
            {"MAIL_RELAYS": "10.0.0.5/24"},
            (
                "CLIENTELA_MAIL_RELAYS holds something that is no address or network such as 10.0.0.5 or 10.0.0.0/24: "
                "10.0.0.5/24 has host bits set."
            ),
        ),
    ],
)
def test_a_wrong_one_is_named_with_its_remedy(tmp_path: Path, given: dict[str, str], sentence: str) -> None:
    here = tmp_path / "file.pem"
    here.touch()
    with pytest.raises(WrongSettingError) as refused:
        environment(tmp_path, **{name: value.replace("HERE", str(here)) for name, value in given.items()})
    assert str(refused.value) == sentence
