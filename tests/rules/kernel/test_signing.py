"""Our marks in Message-IDs and reply addresses: an answer finds its request, and nobody another's by guessing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.crypto import salted_hmac

from clientela.kernel.signing import (
    GOOD_FOR,
    STRETCH,
    is_our_message_id,
    reply_address,
    request_of_message_id,
    request_of_reply_address,
    signed_message_id,
)

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NEW_KEY = "another key, of another installation, long enough"
# Written by the version of before the keys rotated, with the secret key below.
OLD_KEY = "the key of these old letters, long enough"
OLD_MESSAGE_ID = "r-7kx2-4.reply-812.o2avuf5d7hpfanjphb6try77@clientela.test"


@pytest.fixture(autouse=True)
def _domain(settings: Any) -> None:
    settings.MAIL_DOMAIN = "clientela.test"


def message_id(reference: str = "R-7KX2-4", key: str = "reply-812", at: datetime = AT) -> str:
    return signed_message_id(request_reference=reference, letter_key=key, at=at)


# --- Message-IDs


def test_a_message_id_leads_back_to_its_request() -> None:
    head, _, domain = message_id().partition("@")
    assert domain == "clientela.test"
    assert head.split(".")[:3] == ["r-7kx2-4", "reply-812", "k228"]
    assert len(message_id()) < 100
    for written in (
        message_id(),
        f"<{message_id()}>",
        f" <{message_id().upper()}>\n",
        message_id().replace("clientela", "old"),
    ):
        assert request_of_message_id(written, at=AT) == "R-7KX2-4"
        assert is_our_message_id(written, at=AT)


def test_the_same_letter_has_the_same_message_id_and_another_another() -> None:
    assert message_id() == message_id()
    assert message_id() != message_id(key="reply-813")


def test_a_letter_about_no_request_leads_nowhere_and_is_ours_all_the_same() -> None:
    welcome = message_id(reference="", key="welcome-7")
    assert welcome.startswith("none.welcome-7.k228.")
    assert request_of_message_id(welcome, at=AT) is None
    assert is_our_message_id(welcome, at=AT)


@pytest.mark.parametrize(
    ("reference", "change"),
    [
        ("R-7KX2-4", lambda written: written.replace("7kx2-4", "qvmy-2")),
        ("R-7KX2-4", lambda written: written.replace("reply-812", "reply-813")),
        ("R-7KX2-4", lambda written: written.replace("r-7kx2-4", "none")),
        ("R-7KX2-4", lambda written: written.replace(".k228.", ".k227.")),
        ("R-7KX2-4", lambda written: written.replace(".k228.", ".k229.")),
        ("R-7KX2-4", lambda written: written.replace(".k228.", ".")),
        ("", lambda written: written.replace("none", "r-7kx2-4")),
        ("", lambda written: written.replace("reply-812", "reply-813")),
    ],
)
def test_a_message_id_that_was_changed_is_not_ours(reference: str, change: Callable[[str], str]) -> None:
    changed = change(message_id(reference=reference))
    assert changed != message_id(reference=reference)
    assert request_of_message_id(changed, at=AT) is None
    assert not is_our_message_id(changed, at=AT)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "CAF+abc@mail.gmail.com",
        "r-7kx2-4.reply-1@clientela.test",
        f"r-7kx2-4.reply-1.{'a' * 24}@clientela.test",
        f"r-7kx2-4.reply-1.k228.{'a' * 24}@clientela.test",
        f"r-7kx2-4.reply-1.k999999.{'a' * 24}@clientela.test",
        f"r-7kx2-4.reply-1.{'a' * 24}",
        "r-7kx2-4..@clientela.test",
        "\ud800@x",
    ],
)
def test_a_strangers_message_id_leads_nowhere(written: str) -> None:
    assert request_of_message_id(written, at=AT) is None
    assert not is_our_message_id(written, at=AT)


@pytest.mark.parametrize("letter_key", ["", "a b", "a.b", "ș", "x" * 61, "a@b", "a\nb"])
def test_a_letter_key_is_of_letters_figures_and_dashes(letter_key: str) -> None:
    with pytest.raises(ValueError, match="cannot be the key of a letter"):
        message_id(key=letter_key)


@pytest.mark.parametrize("reference", ["7KX2-4", "R-7KX2", "R-7KX2-4 ", "request:12"])
def test_a_request_is_named_by_its_reference(reference: str) -> None:
    with pytest.raises(ValueError, match="is not the reference of a request"):
        message_id(reference=reference)


# --- keys that rotate


def test_a_mark_is_good_for_two_years_after_its_stretch_and_not_a_moment_longer() -> None:
    end_of_stretch = datetime(1970, 1, 1, tzinfo=UTC) + 229 * STRETCH
    assert end_of_stretch - STRETCH <= AT < end_of_stretch
    written, address = message_id(), reply_address("care@clientela.test", reference="R-7KX2-4", at=AT)
    last = end_of_stretch + GOOD_FOR
    assert request_of_message_id(written, at=last) == "R-7KX2-4"
    assert request_of_reply_address(address, at=last) == "R-7KX2-4"
    for later in (last + timedelta(microseconds=1), last + timedelta(days=9999)):
        assert request_of_message_id(written, at=later) is None
        assert not is_our_message_id(written, at=later)
        assert request_of_reply_address(address, at=later) is None


def test_each_stretch_has_a_key_of_its_own() -> None:
    signatures = {message_id(at=AT + number * STRETCH).split(".")[3] for number in range(20)}
    assert len(signatures) == 20


def test_a_clock_that_went_ahead_has_signed_all_the_same() -> None:
    assert request_of_message_id(message_id(at=AT + timedelta(days=400)), at=AT) == "R-7KX2-4"


def test_another_installations_key_signs_nothing_here(settings: Any) -> None:
    written, address = message_id(), reply_address("care@clientela.test", reference="R-7KX2-4", at=AT)
    settings.SECRET_KEY = NEW_KEY
    assert request_of_message_id(written, at=AT) is None
    assert request_of_reply_address(address, at=AT) is None


def test_an_old_secret_key_that_is_named_still_opens_what_it_signed(settings: Any) -> None:
    before = settings.SECRET_KEY
    written, address = message_id(), reply_address("care@clientela.test", reference="R-7KX2-4", at=AT)
    settings.SECRET_KEY = NEW_KEY
    settings.SECRET_KEY_FALLBACKS = ["one that was here even before that, long enough", before]
    assert request_of_message_id(written, at=AT) == "R-7KX2-4"
    assert request_of_reply_address(address, at=AT) == "R-7KX2-4"
    assert message_id() != written


def test_message_ids_of_before_the_keys_rotated_stay_readable(settings: Any) -> None:
    settings.SECRET_KEY = OLD_KEY
    assert request_of_message_id(OLD_MESSAGE_ID, at=AT) == "R-7KX2-4"
    assert request_of_message_id(OLD_MESSAGE_ID.replace("812", "813"), at=AT) is None
    settings.SECRET_KEY = NEW_KEY
    assert request_of_message_id(OLD_MESSAGE_ID, at=AT) is None
    settings.SECRET_KEY_FALLBACKS = [OLD_KEY]
    assert request_of_message_id(OLD_MESSAGE_ID, at=AT) == "R-7KX2-4"


def test_no_key_is_the_secret_key_itself(settings: Any) -> None:
    digest = salted_hmac("", "r-7kx2-4.reply-812", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
    assert digest not in message_id()


# --- reply addresses


def test_a_reply_address_leads_back_to_its_request() -> None:
    address = reply_address("care@clientela.test", reference="R-7KX2-4", at=AT)
    local, _, domain = address.partition("@")
    assert local.startswith("care+r-7kx2-4.k228.")
    assert domain == "clientela.test"
    assert len(local) == len("care+r-7kx2-4.k228.") + 16
    for written in (address, f" {address.upper()} ", address.replace("care+", "it+"), address.replace(".test", ".org")):
        assert request_of_reply_address(written, at=AT) == "R-7KX2-4"


def test_a_sub_address_gives_way_to_the_mark() -> None:
    assert reply_address("care+web@clientela.test", reference="R-7KX2-4", at=AT) == reply_address(
        "care@clientela.test", reference="R-7KX2-4", at=AT
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("7kx2-4", "qvmy-2"),
        lambda address: address.replace(".k228.", ".k229."),
        lambda address: address.replace("care+", ""),
        lambda address: address.replace("care+", "care-"),
        lambda address: address.replace("@", "a@"),
        lambda address: address.partition("@")[0],
        lambda address: address.replace("@clientela", " @clientela"),
        lambda address: f"{address},{address}",
    ],
)
def test_a_reply_address_that_was_changed_leads_nowhere(change: Callable[[str], str]) -> None:
    address = reply_address("care@clientela.test", reference="R-7KX2-4", at=AT)
    assert change(address) != address
    assert request_of_reply_address(change(address), at=AT) is None


def test_a_message_ids_signature_is_none_for_an_address() -> None:
    signature = message_id().split(".")[3].partition("@")[0]
    assert request_of_reply_address(f"care+r-7kx2-4.k228.{signature[:16]}@clientela.test", at=AT) is None


@pytest.mark.parametrize(
    "address", ["", "care@clientela.test", "care+web@clientela.test", "care+r-7kx2-4@x", "a\ud800@x"]
)
def test_an_address_without_a_mark_leads_nowhere(address: str) -> None:
    assert request_of_reply_address(address, at=AT) is None


def test_an_address_that_would_grow_too_long_for_mail_stays_as_it_is() -> None:
    longest = "d" * (64 - len("+r-7kx2-4.k228.") - 16)
    marked = reply_address(f"{longest}@clientela.test", reference="R-7KX2-4", at=AT)
    assert len(marked.partition("@")[0]) == 64
    assert request_of_reply_address(marked, at=AT) == "R-7KX2-4"
    assert reply_address(f"{longest}d@clientela.test", reference="R-7KX2-4", at=AT) == f"{longest}d@clientela.test"


@pytest.mark.parametrize("address", ["", "care", "@clientela.test", "care@"])
def test_a_reply_address_is_made_of_an_address(address: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        reply_address(address, reference="R-7KX2-4", at=AT)


@pytest.mark.parametrize("reference", ["", "none", "7KX2-4", "R-7KX2-4\nBcc: x"])
def test_a_reply_address_names_a_request(reference: str) -> None:
    with pytest.raises(ValueError, match="is not the reference of a request"):
        reply_address("care@clientela.test", reference=reference, at=AT)
