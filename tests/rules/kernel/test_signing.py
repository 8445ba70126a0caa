"""Our Message-IDs: an answer finds its request, and nobody gets into another's by guessing."""

import pytest

from clientela.kernel.signing import request_of_message_id, signed_message_id


@pytest.fixture(autouse=True)
def _domain(settings: object) -> None:
    settings.MAIL_DOMAIN = "clientela.test"


def test_a_message_id_leads_back_to_its_request() -> None:
    message_id = signed_message_id(request_reference="R-7KX2-4", letter_key="reply-812")
    head, _, domain = message_id.partition("@")
    assert domain == "clientela.test"
    assert head.split(".")[:2] == ["r-7kx2-4", "reply-812"]
    assert len(message_id) < 100
    for written in (
        message_id,
        f"<{message_id}>",
        f" <{message_id.upper()}>\n",
        message_id.replace("clientela", "old"),
    ):
        assert request_of_message_id(written) == "R-7KX2-4"


def test_the_same_letter_has_the_same_message_id_and_another_another() -> None:
    first = signed_message_id(request_reference="R-7KX2-4", letter_key="reply-812")
    assert first == signed_message_id(request_reference="R-7KX2-4", letter_key="reply-812")
    assert first != signed_message_id(request_reference="R-7KX2-4", letter_key="reply-813")


def test_a_letter_about_no_request_leads_nowhere() -> None:
    message_id = signed_message_id(request_reference="", letter_key="welcome-7")
    assert message_id.startswith("none.welcome-7.")
    assert request_of_message_id(message_id) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda message_id: message_id.replace("7kx2-4", "qvmy-2"),
        lambda message_id: message_id.replace("reply-812", "reply-813"),
        lambda message_id: message_id.replace("none", "r-7kx2-4"),
    ],
)
def test_a_message_id_that_was_changed_is_not_ours(change: object) -> None:
    for reference in ("R-7KX2-4", ""):
        message_id = signed_message_id(request_reference=reference, letter_key="reply-812")
        assert request_of_message_id(change(message_id)) in {None, request_of_message_id(message_id)}
        if change(message_id) != message_id:
            assert request_of_message_id(change(message_id)) is None


@pytest.mark.parametrize(
    "message_id",
    [
        "",
        "CAF+abc@mail.gmail.com",
        "r-7kx2-4.reply-1@clientela.test",
        f"r-7kx2-4.reply-1.{'a' * 24}@clientela.test",
        f"r-7kx2-4.reply-1.{'a' * 24}",
        "r-7kx2-4..@clientela.test",
        "\ud800@x",
    ],
)
def test_a_strangers_message_id_leads_nowhere(message_id: str) -> None:
    assert request_of_message_id(message_id) is None


def test_another_installations_key_signs_nothing_here(settings: object) -> None:
    message_id = signed_message_id(request_reference="R-7KX2-4", letter_key="reply-812")
    settings.SECRET_KEY = "another key, of another installation, long enough"
    assert request_of_message_id(message_id) is None


@pytest.mark.parametrize("letter_key", ["", "a b", "a.b", "ș", "x" * 61, "a@b", "a\nb"])
def test_a_letter_key_is_of_letters_figures_and_dashes(letter_key: str) -> None:
    with pytest.raises(ValueError, match="cannot be the key of a letter"):
        signed_message_id(request_reference="R-7KX2-4", letter_key=letter_key)


@pytest.mark.parametrize("reference", ["7KX2-4", "R-7KX2", "R-7KX2-4 ", "request:12"])
def test_a_request_is_named_by_its_reference(reference: str) -> None:
    with pytest.raises(ValueError, match="is not the reference of a request"):
        signed_message_id(request_reference=reference, letter_key="reply-1")
