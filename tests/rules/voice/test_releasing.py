"""What of an anonymous round is kept: never a row that stands for fewer than five."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from clientela.voice.rules.anonymity import LEAST_SHOWN
from clientela.voice.rules.releasing import Released, SealedAnswer, released

CUTS = ("supplier", "rater", "language")


def answer(
    supplier: int = 1, rater: int | None = 1, language: str = "en", *, words: str = "", number: int = 0
) -> SealedAnswer:
    return SealedAnswer(
        version_id=1,
        values={"score": number, "words": words} if words else {"score": number},
        cuts={"supplier": supplier, "rater": rater, "language": language, "side": "inside", "service": None},
        language=language,
    )


def test_fewer_than_five_answers_leave_nothing() -> None:
    assert released([answer(words="Bine")] * 4, cuts=CUTS, texts={"words"}) == Released()
    assert len(released([answer()] * 5, cuts=CUTS, texts=()).answers) == 5


def test_what_is_no_cut_is_forgotten() -> None:
    kept = released([answer(1)] * 5 + [answer(2)] * 5, cuts=("supplier",), texts={"words"}).answers
    assert [dict(one.cuts) for one in kept] == [{"supplier": 1}] * 5 + [{"supplier": 2}] * 5
    assert [one.language for one in kept] == [""] * 10


def test_a_small_part_takes_the_smallest_other_one_with_it() -> None:
    answers = [answer(1)] * 9 + [answer(2)] * 5 + [answer(3)] * 2
    kept = released(answers, cuts=("supplier",), texts=()).answers
    assert Counter(one.cuts["supplier"] for one in kept) == {1: 9, None: 7}


def test_small_parts_that_are_five_together_stay_among_themselves() -> None:
    answers = [answer(1)] * 9 + [answer(2)] * 3 + [answer(3)] * 2
    kept = released(answers, cuts=("supplier",), texts=()).answers
    assert Counter(one.cuts["supplier"] for one in kept) == {1: 9, None: 5}


def test_the_first_cut_goes_before_the_second() -> None:
    answers = [answer(1, rater) for rater in (1, 2, 3, 4, 5, 6)] + [answer(2, 9)] * 6
    kept = released(answers, cuts=("supplier", "rater"), texts=()).answers
    assert Counter(one.cuts["supplier"] for one in kept) == {1: 6, 2: 6}


def test_words_are_kept_only_where_ten_of_a_class_wrote_some() -> None:
    answers = [answer(1, words="Bine")] * 10 + [answer(2, words="Rău")] * 9
    kept = released(answers, cuts=("supplier",), texts={"words"})
    assert Counter((one.cuts["supplier"], one.values["words"]) for one in kept.words) == {(1, "Bine"): 10}
    assert Counter(one.cuts["supplier"] for one in kept.answers) == {1: 10, 2: 9}


def test_words_lie_apart_from_the_scores_and_from_other_words_of_the_same_person() -> None:
    answers = [replace(answer(words="Bine"), values={"score": 3, "words": "Bine", "more": "Mult"})] * 10
    kept = released(answers, cuts=("supplier",), texts={"words", "more"})
    assert Counter(tuple(one.values.items()) for one in kept.words) == {
        (("words", "Bine"),): 10,
        (("more", "Mult"),): 10,
    }
    assert Counter(tuple(one.values.items()) for one in kept.answers) == {(("score", 3),): 10}


def test_addresses_are_not_kept_at_all() -> None:
    answers = [replace(answer(), values={"score": 3, "mail": f"p{number}@example.com"}) for number in range(20)]
    kept = released(answers, cuts=(), texts={"mail"}, never={"mail"})
    assert (kept.words, {tuple(one.values) for one in kept.answers}) == ((), {("score",)})


def test_words_held_back_for_their_language_do_not_help_others_to_ten() -> None:
    answers = [answer(words="Bine", language="ro")] * 6 + [answer(words="Dobrze", language="pl")] * 4
    assert released(answers, cuts=(), texts={"words"}).words == ()


def test_words_in_a_language_of_few_are_held_back() -> None:
    answers = [answer(words="Bine", language="ro")] * 10 + [answer(words="Dobrze", language="pl")] * 4
    kept = released(answers, cuts=(), texts={"words"})
    assert Counter(one.values["words"] for one in kept.words) == {"Bine": 10}
    assert [dict(one.values) for one in kept.answers] == [{"score": 0}] * 14


rows = st.lists(
    st.builds(
        answer,
        st.integers(1, 4),
        st.one_of(st.none(), st.integers(1, 4)),
        st.sampled_from(["en", "ro", "pl"]),
        words=st.sampled_from(["", "Words"]),
    ),
    max_size=60,
)


@given(rows, st.permutations(CUTS))
def test_no_two_cuts_can_be_subtracted_to_show_fewer_than_five(answers: list[SealedAnswer], cuts: list[str]) -> None:
    kept = released(answers, cuts=cuts, texts={"words"}).answers
    assert len(kept) in {0, len(answers)}
    # Whoever reads the rows may count those with any attributes he likes; each count is a set of rows.
    counted = [
        frozenset(
            number
            for number, one in enumerate(kept)
            if all(one.cuts[cut] == value for cut, value in zip(names, values, strict=True))
        )
        for size in range(len(cuts) + 1)
        for names in combinations(cuts, size)
        for values in product(*({one.cuts[name] for one in kept} for name in names))
    ]
    for some, others in combinations(set(counted), 2):
        assert len(some - others) == 0 or len(some - others) >= LEAST_SHOWN
        assert len(some & others) == 0 or len(some & others) >= LEAST_SHOWN
