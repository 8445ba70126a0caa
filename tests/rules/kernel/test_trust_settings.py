"""The settings that say which keys and whose word are believed: read, and refused with a sentence that names them."""

from pathlib import Path

import pytest

from clientela.kernel.environment import Environment, WrongSettingError, read_environment


def environment(home: Path, **given: str) -> Environment:
    return read_environment(
        {"CLIENTELA_HOME": str(home), **{f"CLIENTELA_{name}": value for name, value in given.items()}}
    )


def test_without_them_no_old_key_and_nobodys_word_is_believed(tmp_path: Path) -> None:
    read = environment(tmp_path)
    assert (read.old_secret_keys, read.trusted_checkers) == ((), ())


def test_an_old_key_that_is_cut_off_is_refused_and_never_repeated(tmp_path: Path) -> None:
    with pytest.raises(WrongSettingError) as refused:
        environment(tmp_path, OLD_SECRET_KEYS=f"{'k' * 32} {'s' * 31}")
    assert str(refused.value) == (
        "CLIENTELA_OLD_SECRET_KEYS holds a key shorter than 32 characters; give whole keys, separated by spaces."
    )


def test_a_checker_is_a_name_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(WrongSettingError, match="CLIENTELA_TRUSTED_CHECKERS holds «mx example»"):
        environment(tmp_path, TRUSTED_CHECKERS="mx.example.org, mx example")


def test_several_of_each_are_read(tmp_path: Path) -> None:
    old, older = "k" * 32, "s" * 40
    assert environment(tmp_path, OLD_SECRET_KEYS=f" {old}  {older} ").old_secret_keys == (old, older)
    read = environment(tmp_path, TRUSTED_CHECKERS=" MX.example.org., ,mx2.example.org")
    assert read.trusted_checkers == ("mx.example.org", "mx2.example.org")
