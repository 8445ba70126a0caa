"""Sealed boxes: nothing about an answer shows before they are opened, and then no order."""

from typing import Any

import pytest

from clientela.voice.rules.sealed_boxes import (
    MOST_BOXES,
    MOST_BYTES,
    AnswerTooLargeError,
    BoxClosedError,
    add_to_box,
    boxes_for,
    open_box,
    shuffled,
)

KEYS = ["a secret key of the house, long enough"]


def box_of(*answers: dict[str, Any], name: str = "round 1 box 0", keys: list[str] = KEYS) -> bytes:
    content = b""
    for one in answers:
        content = add_to_box(content, one, name=name, secret_keys=keys)
    return content


def test_nobody_opens_a_box_without_its_key_or_under_another_name() -> None:
    content = box_of({"score": 5})
    with pytest.raises(BoxClosedError):
        open_box(content, name="round 1 box 0", secret_keys=["another secret key of another house"])
    with pytest.raises(BoxClosedError):
        open_box(content, name="round 1 box 1", secret_keys=KEYS)
    with pytest.raises(BoxClosedError):
        open_box(content[:-1] + bytes([content[-1] ^ 1]), name="round 1 box 0", secret_keys=KEYS)


def test_an_old_key_that_is_still_named_opens_it_and_the_next_answer_is_locked_by_the_new_one() -> None:
    content = box_of({"score": 5})
    new = ["the new secret key of the house, also long", *KEYS]
    grown = add_to_box(content, {"score": 4}, name="round 1 box 0", secret_keys=new)
    found = open_box(grown, name="round 1 box 0", secret_keys=new[:1])
    assert sorted(one["score"] for one in found) == [4, 5]


def test_the_size_tells_how_many_and_not_what() -> None:
    short = box_of(*({"words": ""} for _one in range(7)))
    long = box_of(*({"words": "ș" * 4000} for _one in range(7)))
    assert len(short) == len(long)


def test_two_copies_one_answer_apart_have_nothing_in_common() -> None:
    before = box_of(*({"score": score} for score in range(5)))
    after = add_to_box(before, {"score": 9}, name="round 1 box 0", secret_keys=KEYS)
    same = sum(one == other for one, other in zip(before, after, strict=False))
    # Of bytes drawn by chance one of 256 is equal; four standard deviations above.
    assert same < len(before) / 256 + 4 * (len(before) / 256) ** 0.5
    assert add_to_box(before, {"score": 9}, name="round 1 box 0", secret_keys=KEYS) != after


def test_an_answer_larger_than_a_box_takes_is_refused() -> None:
    with pytest.raises(AnswerTooLargeError):
        box_of({"words": "x" * MOST_BYTES})


def test_every_place_in_the_opened_box_is_as_likely_for_every_answer() -> None:
    places = [[0] * 4 for _answer in range(4)]
    for _time in range(600):
        for place, one in enumerate(
            open_box(box_of(*({"n": n} for n in range(4))), name="round 1 box 0", secret_keys=KEYS)
        ):
            places[one["n"]][place] += 1
    # 150 of each are expected, with a standard deviation of 10.6.
    assert all(100 < count < 200 for row in places for count in row)


def test_a_small_round_has_one_box_and_a_large_one_many() -> None:
    assert [boxes_for(people) for people in (0, 1, 127, 128, 10_000, 10_000_000)] == [1, 1, 1, 2, 156, MOST_BOXES]


def test_shuffling_keeps_everything() -> None:
    assert sorted(shuffled(range(100))) == list(range(100))
    assert shuffled(range(100)) != list(range(100))
