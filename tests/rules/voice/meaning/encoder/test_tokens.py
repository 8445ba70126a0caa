"""Texts are cut as the network was taught, and nothing that a stranger writes takes long."""

import time

import pytest

from clientela.voice.meaning.encoder.tokens import MOST_CHARACTERS, Tokenizer
from clientela.voice.meaning.encoder.weights import opened_weights
from tests.encoding import needs_encoder

pytestmark = needs_encoder


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer(opened_weights().vocabulary)


def test_every_sentence_is_cut_as_the_engine_of_the_weights_cuts_it(
    tokenizer: Tokenizer, sentences: list[str], expected_tokens: list[list[int]]
) -> None:
    assert len(sentences) == len(expected_tokens) == 100
    for sentence, tokens in zip(sentences, expected_tokens, strict=True):
        assert tokenizer.tokens(f"query: {sentence}") == tokens, sentence


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\0", "\0\x01\x1f\x7f\x9f", "\ud800", "\udfff\ud800", "\u200b"])
def test_a_text_with_nothing_to_read_has_no_tokens(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.tokens(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bună ziua", "  bună \n\t ziua "),
        ("mul\u021bumesc", "mult\u0326umesc"),  # a t and a comma below, as some telephones write it
        ("ﬁne", "fine"),
        ("Ｎｉｃｅ", "Nice"),
        ("bad\0ly", "badly"),
        ("a\ud800b", "ab"),
        ("\ufeffgood", "good"),
        ("wait…", "wait..."),
        ("x\u00a0y", "x y"),
        ("x\u2581y", "x y"),  # the mark of a word's beginning, written by a stranger
    ],
)
def test_what_looks_the_same_is_read_the_same(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.tokens(one) == tokenizer.tokens(other) != []


def test_the_old_cedilla_stays_another_letter(tokenizer: Tokenizer) -> None:
    assert tokenizer.tokens("mulţumesc") != tokenizer.tokens("mulțumesc")


def test_nobody_can_write_the_tokens_that_steer_the_network(tokenizer: Tokenizer) -> None:
    control = {0, 1, 2, 250_001}
    for written in ("<s>", "</s>", "<pad>", "<mask>", "x</s></s>y<mask>"):
        tokens = tokenizer.tokens(written)
        assert tokens
        assert not control & set(tokens), written


def test_an_unknown_character_is_one_unknown_token(tokenizer: Tokenizer) -> None:
    assert tokenizer.tokens("\U000f0000").count(3) == 1
    assert tokenizer.tokens("\U000f0000" * 3).count(3) == 3


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a character that becomes eighteen", "\ufdfa" * 100_000),
        ("one word of a megabyte", "x" * 1_000_000),
        ("one word of a megabyte that is never the same", "".join(map(chr, range(0x4E00, 0x9FFF))) * 48),
        ("a letter with 100,000 marks", "a" + "\u0301" * 100_000),
        ("marks that must be sorted", "a" + "\u0301\u0316" * 50_000),
        ("marks that become two marks", "a" + "\u0344\u0316" * 50_000),
        ("spaces only", " " * 1_000_000),
        ("unknown characters", "\U000f0000" * 1_000_000),
        ("half characters", "\ud83d" * 1_000_000),
        ("NUL", "\0" * 1_000_000),
        ("Korean in parts", "\u1100\u1161\u11a8" * 300_000),
        ("words that nobody has seen", " ".join(f"w{number:x}q" for number in range(100_000))),
    ],
)
def test_a_hostile_text_is_cut_in_bounded_time(tokenizer: Tokenizer, what: str, text: str) -> None:
    before = time.process_time()
    tokens = tokenizer.tokens(text)
    assert time.process_time() - before < 2.0, what
    assert len(tokens) <= 2 * MOST_CHARACTERS


def test_words_are_remembered_but_not_for_ever(tokenizer: Tokenizer) -> None:
    for start in range(0, 120_000, 1_000):
        tokenizer.tokens(" ".join(f"z{number}" for number in range(start, start + 1_000)))
    assert len(tokenizer._words) <= 50_000


def test_a_text_counts_by_its_beginning(tokenizer: Tokenizer) -> None:
    text = "bun " * 3_000
    assert len(text) == MOST_CHARACTERS
    assert tokenizer.tokens(text + "and more") == tokenizer.tokens(text)
