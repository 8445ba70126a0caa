"""References that are read aloud and typed: each request its own, and a slip of the finger is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.kernel.identifiers import ALPHABET, normal_reference, reference_of, references_in

HIGHEST = 2**20 + 2**25 + 2**30 + 2**35 + 2**40 - 1  # eight signs are used up there
numbers = st.one_of(st.integers(0, 2**21), st.integers(0, HIGHEST))


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        (1, "R-QVMY-T"),
        (2, "R-FP9W-H"),
        (3, "R-NBKK-E"),
        (5000, "R-KQA9-N"),
        (2**20 - 1, "R-G9ZK-V"),
        (2**20, "R-00000-0"),
        (2**20 + 1, "R-X54FA-E"),
        (HIGHEST, "R-AHW2PDSK-D"),
    ],
)
def test_a_number_has_one_reference_for_ever(number: int, reference: str) -> None:
    assert reference_of(number) == reference


@pytest.mark.parametrize("number", [-1, HIGHEST + 1])
def test_there_is_no_reference_beyond_the_ends(number: int) -> None:
    with pytest.raises(ValueError, match=f"There is no reference for {number}."):
        reference_of(number)


def test_all_references_of_four_signs_differ() -> None:
    assert len({reference_of(number) for number in range(2**17)}) == 2**17


@given(numbers, numbers)
def test_two_numbers_never_share_a_reference(one: int, other: int) -> None:
    assert (reference_of(one) == reference_of(other)) == (one == other)


@given(numbers)
def test_a_reference_uses_no_letter_that_is_mistaken_for_a_figure(number: int) -> None:
    signs = reference_of(number).removeprefix("R-").replace("-", "")
    assert not set(signs) - set(ALPHABET)
    assert not set(signs) & set("ILOU")


@given(numbers, st.data())
def test_one_mistyped_sign_is_noticed(number: int, data: st.DataObject) -> None:
    signs = list(reference_of(number))
    place = data.draw(st.sampled_from([at for at, sign in enumerate(signs) if at > 1 and sign != "-"]))
    signs[place] = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != signs[place]]))
    assert normal_reference("".join(signs)) is None


@given(numbers, st.data())
def test_two_signs_that_changed_places_are_noticed(number: int, data: st.DataObject) -> None:
    signs = list(reference_of(number))
    places = [at for at, sign in enumerate(signs) if at > 1 and sign != "-"]
    one, other = data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True))
    signs[one], signs[other] = signs[other], signs[one]
    assert normal_reference("".join(signs)) == (None if signs[one] != signs[other] else reference_of(number))


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("R-7KX2-4", "R-7KX2-4"),
        ("  r-7kx2-4\n", "R-7KX2-4"),
        ("r7kx24", "R-7KX2-4"),
        ("R 7KX2 4", "R-7KX2-4"),
        ("#R-7KX2-4", "R-7KX2-4"),
        ("R–7KX2–4", "R-7KX2-4"),
        ("R-OOOO-O", "R-0000-0"),
        ("R-QVMY-T", "R-QVMY-T"),
        ("r-nbkk-e", "R-NBKK-E"),
        ("R-7KX2-5", None),
        ("R-7KX-24", "R-7KX2-4"),
        ("R-7UX2-4", None),
        ("7KX2-4", None),
        ("R-7K-4", None),
        ("R-7KX27KX27-4", None),
        ("", None),
        ("R-7KX2-4 R-7KX2-4", None),
        ("R-７KX2-4", None),
    ],
)
def test_a_reference_is_understood_however_it_is_typed(typed: str, reference: str | None) -> None:
    assert normal_reference(typed) == reference


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("Re: Mașina de spălat [R-7KX2-4]", ["R-7KX2-4"]),
        ("(r-7kx2-4), R‑QVMY‑T and R-7KX2-4 again; not R-7KX2-5", ["R-7KX2-4", "R-QVMY-T"]),
        ("XR-7KX2-4 R-7KX2-45 R-7KX2-4-1 A-R-7KX2-4 r7kx24", []),
        ("The reader returned our report", []),
        ("", []),
    ],
)
def test_the_references_in_a_text_are_found_once_each(text: str, references: list[str]) -> None:
    assert references_in(text) == references


@given(numbers, st.text(max_size=30))
def test_any_reference_is_found_in_a_text(number: int, words: str) -> None:
    assert reference_of(number) in references_in(f"{words} {reference_of(number)} {words}")
