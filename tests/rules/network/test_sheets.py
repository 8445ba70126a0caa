"""What people answer about who depends on whom: checked, and counted so that nobody can be told from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.network.rules.sheets import (
    CountedPair,
    CountedWord,
    Said,
    Sheet,
    SheetError,
    checked,
    counted,
    sheet_as_json,
    sheet_from_json,
)

CARE, IT, HR = 1, 2, 3
SERVICES = {CARE: {10}, IT: {20, 21}, HR: set[int]()}


def needs(*said: Said, job: str = "") -> Sheet:
    return Sheet(job=job, needs=said)


@pytest.mark.parametrize(
    "sheet",
    [
        needs(Said(CARE)),  # one's own
        needs(Said(99)),
        needs(Said(IT), Said(IT)),
        needs(Said(IT, matters=5)),
        needs(Said(IT, matters=-1)),
        needs(Said(IT, quality=0)),
        needs(Said(IT, quality=6)),
        needs(Said(IT, services=(10,))),  # somebody else's
        needs(Said(IT, what="x" * 121)),
        needs(job="x" * 121),
        Sheet(serves=(Said(CARE),)),
    ],
)
def test_an_answer_that_no_form_offers_is_refused(sheet: Sheet) -> None:
    with pytest.raises(SheetError):
        checked(sheet, own=CARE, services_of=SERVICES)


def test_more_than_twelve_departments_are_too_many_to_say_something_about() -> None:
    everybody = dict.fromkeys(range(100, 113), frozenset[int]())
    twelve = needs(*map(Said, range(100, 112)))
    assert checked(twelve, own=CARE, services_of=everybody) == twelve
    with pytest.raises(SheetError):
        checked(needs(*map(Said, range(100, 113))), own=CARE, services_of=everybody)


def test_words_are_tidied_and_services_told_once() -> None:
    sheet = needs(Said(IT, 3, 4, (21, 20, 21), "  new\n laptops "), job="  I  plan ")
    found = checked(sheet, own=CARE, services_of=SERVICES)
    assert found == needs(Said(IT, 3, 4, (20, 21), "new laptops"), job="I plan")
    assert sheet_from_json(sheet_as_json(found)) == found


def test_five_people_are_counted_and_four_leave_no_trace() -> None:
    four = [(CARE, needs(Said(IT, 4, 2)))] * 4
    assert counted(four).as_customers == ()
    five = counted([*four, (CARE, needs(Said(IT, 0, 5), Said(HR, 1, 1)))])
    assert five.as_customers == (CountedPair(CARE, IT, 5, (1, 0, 0, 0, 4), (0, 4, 0, 0, 1)),)
    assert five.as_suppliers == ()


def test_a_question_that_fewer_than_five_answered_is_left_out_of_a_pair() -> None:
    said = [(CARE, needs(Said(IT, 3, None)))] + [(CARE, needs(Said(IT, 3, 4)))] * 4
    assert counted(said).as_customers == (CountedPair(CARE, IT, 5, (0, 0, 0, 5, 0), (0, 0, 0, 0, 0)),)


def test_the_two_sides_are_counted_apart_and_departments_too() -> None:
    said = [(CARE, needs(Said(IT, 3, 4)))] * 5 + [(IT, Sheet(serves=(Said(CARE, 2, 5),)))] * 6 + [(HR, needs(Said(IT)))]
    found = counted(said)
    assert [(one.rater, one.other, one.people) for one in found.as_customers] == [(CARE, IT, 5)]
    assert found.as_suppliers == (CountedPair(IT, CARE, 6, (0, 0, 6, 0, 0), (0, 0, 0, 0, 6)),)


def test_words_count_when_five_wrote_alike_whatever_their_case() -> None:
    said = [(CARE, needs(Said(IT, 3, 4, (20,), words), job="Agent")) for words in ("Laptops", "laptops", "LAPTOPS") * 2]
    said.append((CARE, needs(Said(IT, 3, 4, (21,), "my own secret"), job="The only painter")))
    assert counted(said).words == (
        CountedWord(CARE, IT, 20, "", 6),
        CountedWord(CARE, IT, None, "laptops", 6),
        CountedWord(CARE, None, None, "agent", 6),
    )


sheets = st.lists(
    st.tuples(
        st.sampled_from((CARE, IT)),
        st.builds(
            Sheet,
            job=st.sampled_from(("", "a", "b")),
            needs=st.lists(
                st.builds(Said, st.sampled_from((HR, 4)), st.none() | st.integers(0, 4), st.none() | st.integers(1, 5)),
                max_size=2,
                unique_by=lambda said: said.department,
            ).map(tuple),
        ),
    ),
    max_size=25,
)


@given(sheets)
def test_no_count_ever_stands_for_fewer_than_five_people(given_sheets: list[tuple[int, Sheet]]) -> None:
    found = counted(given_sheets)
    assert all(pair.people >= 5 for pair in found.as_customers)
    assert all(
        sum(counts) in {0, *range(5, 26)} for pair in found.as_customers for counts in (pair.matters, pair.quality)
    )
    assert all(word.people >= 5 for word in found.words)
    assert counted(list(reversed(given_sheets))) == found
