"""What an estimate and its checks come to, and what would help."""

from dataclasses import replace
from typing import Any

from clientela.impact.rules.checks import Check, CheckName, checks
from clientela.impact.rules.estimating import Estimate, Settings, estimate
from clientela.impact.rules.refusing import NoAnswer, Refusal
from clientela.impact.rules.verdicts import Answer, Collect, Reason, verdict
from tests.rules.impact.organisation import organisation

HELD = Check(CheckName.LOAD, held=True)


def found(**changes: Any) -> Estimate:
    cases, inside = organisation()
    base = estimate(cases, inside)
    assert isinstance(base, Estimate)
    return replace(base, effect=0.1, low=0.04, high=0.16, smallest_visible=0.09, at_most=0.16, **changes)


def test_a_refusal_is_never_more_than_not_enough_data() -> None:
    told = verdict(NoAnswer(Refusal.ONE_SUPPLIER, {"suppliers": 1}))
    assert (told.answer, told.reasons, told.figures["code"]) == (
        Answer.NOT_ENOUGH_DATA, (Reason.NO_NUMBER,), Refusal.ONE_SUPPLIER,
    )  # fmt: skip


def test_without_load_nothing_can_be_concluded_and_more_weeks_are_no_help() -> None:
    told = verdict(found(), [Check(CheckName.LOAD, held=False)])
    assert (told.answer, told.reasons) == (Answer.NOT_ENOUGH_DATA, (Reason.LOAD_NOT_MEASURED,))
    assert told.collect[0] is Collect.LOAD
    assert told.weeks_more is None


def test_supported_needs_every_falsification() -> None:
    assert verdict(found(), [HELD]).answer is Answer.SUPPORTED
    for name in (CheckName.LEADS, CheckName.REVERSE, CheckName.UNTOUCHED, CheckName.SHUFFLED, CheckName.ONE_LEFT_OUT):
        told = verdict(found(), [HELD, Check(name, held=False)])
        assert (told.answer, told.reasons, told.failed) == (Answer.NOT_SUPPORTED, (Reason.CHECK_FAILED,), (name,))
    unseen = Check(CheckName.CONFOUNDER, held=False, is_gate=False)
    assert verdict(found(), [HELD, unseen, Check(CheckName.LEADS, held=None)]).answer is Answer.SUPPORTED


def test_what_would_have_shown_and_did_not_is_not_supported() -> None:
    near = replace(found(), low=-0.05, high=0.06, effect=0.005, smallest_visible=0.08, at_most=0.06)
    assert verdict(near, [HELD]).reasons == (Reason.RULED_OUT,)
    lucky = verdict(replace(near, at_most=0.15), [HELD])  # six suppliers that happened to be alike
    assert (lucky.answer, lucky.reasons) == (Answer.NOT_ENOUGH_DATA, (Reason.TOO_UNCERTAIN,))
    wide = replace(near, high=0.15, at_most=0.15)
    told = verdict(wide, [HELD])
    assert (told.answer, told.reasons) == (Answer.NOT_ENOUGH_DATA, (Reason.TOO_UNCERTAIN,))
    blind = replace(near, smallest_visible=0.2)
    assert verdict(blind, [HELD]).answer is Answer.NOT_ENOUGH_DATA


def test_the_opposite_is_not_supported() -> None:
    told = verdict(replace(found(), effect=-0.1, low=-0.16, high=-0.04), [HELD])
    assert (told.answer, told.reasons) == (Answer.NOT_SUPPORTED, (Reason.OPPOSITE,))


def test_the_margin_looks_at_the_lower_end_and_the_smallest_effect_comes_last() -> None:
    strict = found(settings=Settings(margin=0.05))
    assert verdict(strict, [HELD]).reasons == (Reason.BELOW_MARGIN,)
    large = found(settings=Settings(minimum_effect=0.2))
    assert verdict(large, [HELD]).reasons == (Reason.BELOW_MINIMUM,)
    assert verdict(replace(large, effect=0.3, high=0.5), [HELD]).answer is Answer.SUPPORTED
    failed = [HELD, Check(CheckName.LEADS, held=False)]
    assert verdict(large, failed).reasons == (Reason.CHECK_FAILED,)  # the minimum is judged after the checks


def test_how_many_weeks_and_answers_would_do() -> None:
    open_ = replace(found(), low=-0.05, high=0.3, smallest_visible=0.2, reliability=0.5, is_exact=False)
    told = verdict(open_, [HELD], weeks_a_period=1.0)
    assert told.weeks_more == 27  # four times as much information: three times the nine periods more
    assert told.answers_more is None  # answers alone could at most double it
    near = verdict(replace(open_, smallest_visible=0.12), [HELD])
    # 1.44 times: reliability from .5 to .72, which takes .72·.5/(.5·.28) = 2.571 times the 63 · 12 answers there are
    assert near.answers_more == 1188
    assert near.collect[:2] == (Collect.MORE_INSIDE_ANSWERS, Collect.MORE_WEEKS)


def test_a_panel_says_that_it_is_weaker() -> None:
    told = verdict(found(settings=Settings(is_linked=False)), [HELD])
    assert (told.answer, told.reasons[-1]) == (Answer.SUPPORTED, Reason.NOT_LINKED)
    assert Collect.LINKS in told.collect


def test_a_pulse_of_noise_has_no_end_to_its_interval() -> None:
    told = verdict(found(is_weak=True), [HELD])
    assert told.reasons == (Reason.PULSE_TOO_NOISY,)


def test_the_whole_way_from_cases_to_supported() -> None:
    cases, inside = organisation(cases_each=30, seed=2)
    base = estimate(cases, inside)
    assert isinstance(base, Estimate)
    made = checks(cases, inside, base, seed=4)
    assert [one.name for one in made] == [
        "leads", "reverse", "untouched", "unaffected", "shuffled", "one_left_out", "load", "confounder",
        "drawn_anew",
    ]  # fmt: skip
    assert made == checks(cases, inside, base, seed=4)
    assert verdict(base, made).answer is Answer.SUPPORTED
