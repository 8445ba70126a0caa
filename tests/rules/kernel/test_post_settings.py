"""The settings of outgoing mail: a wrong value stops the start and names itself."""

from pathlib import Path

import pytest

from clientela.kernel.environment import WrongSettingError, read_environment


def refused(home: Path, **values: str) -> str:
    """What a start with these settings says."""
    with pytest.raises(WrongSettingError) as refusal:
        read_environment({"CLIENTELA_HOME": str(home), **values})
    return str(refusal.value)


def test_without_settings_letters_are_not_signed_and_a_domain_gets_two_a_second(tmp_path: Path) -> None:
    settings = read_environment({"CLIENTELA_HOME": str(tmp_path)})
    assert (settings.dkim_key, settings.dkim_selector, settings.domain_letters_a_minute) == (None, "clientela", 120)


def test_a_key_and_its_name_are_taken(tmp_path: Path) -> None:
    key = tmp_path / "dkim.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----\n…\n")
    values = {"CLIENTELA_DKIM_KEY": f" {key} ", "CLIENTELA_DKIM_SELECTOR": "Mail2026.eu"}
    settings = read_environment({"CLIENTELA_HOME": str(tmp_path), **values})
    assert (settings.dkim_key, settings.dkim_selector) == (key, "mail2026.eu")


def test_a_key_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"
    assert refused(tmp_path, CLIENTELA_DKIM_KEY=str(missing)) == (
        f"CLIENTELA_DKIM_KEY is «{missing}», and that file cannot be read: No such file or directory."
    )


@pytest.mark.parametrize("content", ["", "-----BEGIN PUBLIC KEY-----\n"])
def test_a_file_that_holds_no_private_key_is_said_at_the_start(tmp_path: Path, content: str) -> None:
    other = tmp_path / "other.pem"
    other.write_text(content)
    assert refused(tmp_path, CLIENTELA_DKIM_KEY=str(other)) == (
        f"CLIENTELA_DKIM_KEY is «{other}», which is not a file with a private key (PEM), given from / on."
    )


@pytest.mark.parametrize("selector", ["a b", "-a", "a-", "a..b", "ă", "a._domainkey"])
def test_a_selector_that_dns_does_not_take_is_refused(tmp_path: Path, selector: str) -> None:
    assert refused(tmp_path, CLIENTELA_DKIM_SELECTOR=selector) == (
        f"CLIENTELA_DKIM_SELECTOR is «{selector}», which is not a name in DNS such as clientela or mail2026."
    )


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1000001"])
def test_a_limit_that_is_no_number_of_letters_is_refused(tmp_path: Path, limit: str) -> None:
    assert refused(tmp_path, CLIENTELA_DOMAIN_LETTERS_A_MINUTE=limit) == (
        f"CLIENTELA_DOMAIN_LETTERS_A_MINUTE is «{limit}»; it must be a whole number from 1 to 1000000."
    )
