"""Secrets are locked with a key of ours: a copy of the database alone opens nothing."""

import pytest
from django.test import override_settings

from clientela.kernel.secrets import SecretClosedError, lock_anew, lock_secret, open_secret

OLD = "the-secret-key-of-last-year-long-enough"
NEW = "the-secret-key-of-this-year-long-enough"


def test_another_key_opens_nothing() -> None:
    with override_settings(SECRET_KEY=OLD, SECRET_KEY_FALLBACKS=[]):
        locked = lock_secret("o parolă")
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[]), pytest.raises(SecretClosedError):
        open_secret(locked)


@pytest.mark.parametrize("rubbish", ["x", "parolă", "gAAAAAB" + "A" * 80])
def test_what_was_never_locked_does_not_open(rubbish: str) -> None:
    with pytest.raises(SecretClosedError):
        open_secret(rubbish)


def test_what_is_locked_does_not_show_the_secret_and_opens_again() -> None:
    locked = lock_secret("o parolă")
    assert "parol" not in locked
    assert locked != lock_secret("o parolă")
    assert open_secret(locked) == "o parolă"


def test_no_secret_stays_none() -> None:
    assert (lock_secret(""), open_secret(""), lock_anew("")) == ("", "", "")


def test_an_old_key_opens_and_what_it_locked_is_locked_anew() -> None:
    with override_settings(SECRET_KEY=OLD, SECRET_KEY_FALLBACKS=[]):
        locked = lock_secret("o parolă")
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD]):
        assert open_secret(locked) == "o parolă"
        renewed = lock_anew(locked)
        assert renewed != locked
        assert lock_anew(renewed) == renewed
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[]):
        assert open_secret(renewed) == "o parolă"
