import random
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest

from clientela.voice.meaning.alike import (
    Neighbours,
    best_sentence,
    copy_groups,
    kinds_beside,
    meaning_groups,
)
from clientela.voice.meaning.alike.proposals import proposed_subjects
from clientela.voice.meaning.encoder import Encoder
from clientela.voice.meaning.shipped import WIDTH, Vectors, feeling_examples, shipped_vectors, unit

LANGUAGES = ("en", "ro", "pl", "es", "pt")


@cache
def complaints() -> list[dict[str, str]]:
    """Twelve complaints, each in five languages."""
    text = Path(__file__).with_name("complaints.txt").read_text(encoding="utf-8")
    return [dict(line.split(" ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")]


@cache
def others() -> list[tuple[str, str]]:
    """500 other sentences of people who were served, a hundred a language."""
    told = [(one.text, one.language) for one in feeling_examples() if len(one.text.split()) > 5]
    return [pair for language in LANGUAGES for pair in [pair for pair in told if pair[1] == language][:100]]


def test_the_same_complaint_in_another_language_is_among_the_first_three_of_five_hundred(encoder: Encoder) -> None:
    assert (len(complaints()), len(others())) == (12, 500)
    vectors = {language: encoder.encode([one[language] for one in complaints()]).vectors for language in LANGUAGES}
    rest = np.array([shipped_vectors()[text] for text, _ in others()])
    found = asked = 0
    for theirs in LANGUAGES:
        known = Neighbours(np.vstack([rest, vectors[theirs]]), [tag for _, tag in others()] + [theirs] * 12)
        for ours in LANGUAGES:
            if ours != theirs:
                near = known.nearest(vectors[ours], [ours] * 12, count=3)
                found += sum(500 + place in {one.place for one in row} for place, row in enumerate(near))
                asked += 12
    assert asked == 240
    assert found / asked >= 0.97


def test_the_same_complaint_is_one_group_in_all_languages(encoder: Encoder) -> None:
    told = [(one[language], language) for one in complaints() for language in LANGUAGES]
    vectors = encoder.encode([text for text, _ in told]).vectors
    groups = meaning_groups(vectors, [language for _, language in told], fewest=4)
    assert len(groups) >= 9
    for group in groups:
        assert len({place // 5 for place in group}) == 1


def test_praise_and_blame_of_one_matter_are_kept_apart_when_asked() -> None:
    rows = unit(np.random.default_rng(1).normal(size=(1, WIDTH)) + np.zeros((4, 1)))
    assert meaning_groups(rows, ["xx"] * 4) == [(0, 1, 2, 3)]
    assert meaning_groups(rows, ["xx"] * 4, kinds=["good", "bad", "good", "bad"]) == [(0, 2), (1, 3)]
    assert meaning_groups(rows, ["xx"] * 4, kinds=["a", "b", "c", "d"]) == []


def test_what_cannot_be_told_is_of_the_kind_of_its_nearest_neighbour_unless_it_leans_away_or_nobody_is_near() -> None:
    rows = near_each_other(0.9, 0.8, 0.3)
    four = ["xx"] * 4
    beside = partial(kinds_beside, rows, four, open_kind="open")
    assert beside(["open", "bad", "good", "good"], never=[""] * 4) == ["bad", "bad", "good", "good"]
    assert beside(["open", "bad", "good", "good"], never=["bad", "", "", ""]) == ["open", "bad", "good", "good"]
    assert beside(["open", "bad", "good", "good"], never=["good", "", "", ""]) == ["bad", "bad", "good", "good"]
    # Only a neighbour that was told counts, and one that is as near as a group asks for.
    assert beside(["open", "open", "good", "bad"], never=[""] * 4) == ["good", "good", "good", "bad"]
    assert beside(["open", "open", "open", "bad"], never=[""] * 4)[0] == "open"
    assert beside(["open"] * 4, never=[""] * 4) == ["open"] * 4
    assert beside(["bad", "bad", "good", "good"], never=["bad"] * 4) == ["bad", "bad", "good", "good"]
    assert kinds_beside(rows[:0], [], [], open_kind="open", never=[]) == []


def test_what_is_as_near_to_two_kinds_stays_open_and_without_a_vector_nothing_is_near() -> None:
    rows = near_each_other(0.9, 0.9)
    rows[2] = rows[1]
    assert kinds_beside(rows, ["xx"] * 3, ["open", "bad", "good"], open_kind="open", never=[""] * 3)[0] == "open"
    assert kinds_beside(rows, ["xx"] * 3, ["open", "bad", "bad"], open_kind="open", never=[""] * 3)[0] == "bad"
    rows[1:] = np.nan
    kinds = ["open", "bad", "good"]
    assert kinds_beside(rows, ["xx"] * 3, kinds, open_kind="open", never=[""] * 3, least=-1) == kinds


def test_kinds_beside_are_the_same_in_any_order_and_over_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    middles = chance.normal(size=(9, WIDTH))
    rows = unit(np.repeat(middles, 9, axis=0) + chance.normal(size=(81, WIDTH)))
    kinds = chance.choice(["open", "bad", "good", "neutral"], 81).tolist()
    never = chance.choice(["", "bad", "good"], 81).tolist()
    found = kinds_beside(rows, ["xx"] * 81, kinds, open_kind="open", never=never, least=0.3)
    assert 0 < found.count("open") < kinds.count("open")
    assert [one for one, was in zip(found, kinds, strict=True) if was != "open"] == [
        one for one in kinds if one != "open"
    ]
    monkeypatch.setattr("clientela.voice.meaning.alike.beside.BLOCK", 7)
    order = chance.permutation(81)
    again = kinds_beside(
        rows[order],
        ["xx"] * 81,
        [kinds[place] for place in order],
        open_kind="open",
        never=[never[place] for place in order],
        least=0.3,
    )
    assert again == [found[place] for place in order]


def near_each_other(*cosines: float) -> Vectors:
    """A direction, and others so alike to it; long, so that what their language has in common hardly counts."""
    axes = np.linalg.qr(np.random.default_rng(4).normal(size=(WIDTH, len(cosines) + 1)))[0].T
    first = axes[:1]
    beside = [cosine * axes[0] + (1 - cosine**2) ** 0.5 * axis for cosine, axis in zip(cosines, axes[1:], strict=True)]
    return np.asarray(1000 * np.vstack([first, *beside]), np.float32)


def test_a_text_without_a_vector_is_nobodys_neighbour() -> None:
    rows = unit(np.random.default_rng(1).normal(size=(3, WIDTH)))
    rows[1] = np.nan
    near = Neighbours(rows, ["en"] * 3).nearest(rows[:1], ["en"], count=3)
    assert [one.place for one in near[0]] == [0, 2]
    assert near[0][0].likeness == pytest.approx(1, abs=1e-5)
    assert Neighbours(rows, ["en"] * 3).nearest(rows[1:2], ["en"], count=3) == [[]]


def test_nearest_over_several_blocks_are_those_of_one_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = unit(np.random.default_rng(2).normal(size=(57, WIDTH)))
    known = Neighbours(rows, ["en"] * 57)
    whole = known.nearest(rows, ["en"] * 57, count=5)
    groups = meaning_groups(rows, ["en"] * 57, least=0.05)
    monkeypatch.setattr("clientela.voice.meaning.alike.neighbours.BLOCK", 10)
    monkeypatch.setattr("clientela.voice.meaning.alike.groups.BLOCK", 10)
    again = known.nearest(rows, ["en"] * 57, count=5)
    assert [[one.place for one in row] for row in again] == [[one.place for one in row] for row in whole]
    assert meaning_groups(rows, ["en"] * 57, least=0.05) == groups


def test_copies_are_found_whatever_their_capitals_marks_and_spaces() -> None:
    texts = ["Coletul a întârziat.", "coletul  a INTARZIAT", "", "", "Altceva", "Coletul a intarziat!!!"]
    assert copy_groups(texts) == [0, 0, 2, 3, 4, 0]


def test_a_copy_with_a_few_other_letters_is_a_copy_and_another_text_is_none() -> None:
    long = "The washing machine that you repaired on Monday broke down again on Tuesday, and nobody answers the phone."
    other = long[:40] + " worked well and I am happy with it."
    assert copy_groups([long, long.replace("Tuesday", "Tuesdai"), other]) == [0, 0, 2]


def test_thousands_of_copies_among_thousands_of_texts_are_all_found() -> None:
    chance = random.Random(5)
    words = [f"w{chance.randrange(10**6):06d}q" for _ in range(400)]
    texts = [" ".join(chance.choices(["alfa", "beta", *map(str.lower, words)], k=12)) for _ in range(400)]
    texts = ["".join(letter for letter in text if not letter.isdigit()) for text in texts]
    campaign = "please restore the bus line number nine to the hospital because many of us need it every day"
    mixed = texts + [f"{campaign} {chr(97 + number % 26)}" for number in range(300)]
    groups = copy_groups(mixed)
    assert len(set(groups[len(texts) :])) == 1
    assert groups == copy_groups(mixed)


def test_the_sentence_that_says_it_best_is_in_the_middle_and_neither_very_short_nor_long(encoder: Encoder) -> None:
    told = [
        "Late again.",
        "The parcel came a week late and nobody told us.",
        "Coletul a venit cu o săptămână întârziere.",
        "Paczka przyszła tydzień po terminie.",
        "By the way, I like your new logo.",
    ]
    best = best_sentence(told, encoder.encode(told).vectors, ["en", "en", "ro", "pl", "en"])
    assert best in {1, 2, 3}
    assert best_sentence(["x"], np.full((1, WIDTH), np.nan, np.float32), ["en"]) is None
    assert best_sentence([], np.zeros((0, WIDTH), np.float32), []) is None


def parking_and_rest(encoder: Encoder) -> tuple[list[str], np.ndarray, list[str]]:
    parking = [
        ("There is nowhere to park near the office.", "en"),
        ("I drove around for half an hour to find a parking space.", "en"),
        ("The car park is always full by eight.", "en"),
        ("No parking for visitors, I got a fine.", "en"),
        ("Parking near your office is impossible.", "en"),
        ("Nu găsești loc de parcare la birou.", "ro"),
        ("Parcarea este mereu plină dimineața.", "ro"),
        ("Nie ma gdzie zaparkować przy biurze.", "pl"),
    ]
    rest = others()[::10]
    told = [*parking, *rest]
    return [text for text, _ in told], encoder.encode([text for text, _ in told]).vectors, [tag for _, tag in told]


def test_a_subject_that_nobody_wrote_down_is_proposed_with_its_words_and_its_sentence(encoder: Encoder) -> None:
    texts, vectors, languages = parking_and_rest(encoder)
    found = proposed_subjects(texts, vectors, languages, is_explained=np.zeros(len(texts), np.bool_))
    parking = next(one for one in found if 0 in one.places)
    assert set(parking.places) <= set(range(8))
    assert len(parking.places) >= 5
    assert parking.words[0] == "parking"
    assert parking.name.lower().startswith("park")
    assert parking.language == "en"
    assert parking.sentence in texts[:8]
    assert found == proposed_subjects(texts, vectors, languages, is_explained=np.zeros(len(texts), np.bool_))


def test_what_the_list_explains_is_not_proposed(encoder: Encoder) -> None:
    texts, vectors, languages = parking_and_rest(encoder)
    is_explained = np.arange(len(texts)) < 8
    found = proposed_subjects(texts, vectors, languages, is_explained=is_explained)
    assert all(place >= 8 for one in found for place in one.places)
    assert proposed_subjects([], np.zeros((0, WIDTH), np.float32), [], is_explained=np.zeros(0, np.bool_)) == []
    nobody = np.full((9, WIDTH), np.nan, np.float32)
    assert proposed_subjects(["x"] * 9, nobody, ["en"] * 9, is_explained=np.zeros(9, np.bool_)) == []
