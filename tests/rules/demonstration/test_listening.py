"""What people say in the demonstration: true to the plan, each sentence once in its language, nobody asked often."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

from clientela.command.demonstration.content import table
from clientela.command.demonstration.listening.opinions import Opinion, opinions_of, words
from clientela.command.demonstration.story import LANGUAGES, DemonstrationPlan, Rated

THEMES = {"missing": 42, "untold": 31, "curb": 4, "frozen": 13}


def said(plan: DemonstrationPlan) -> list[Opinion]:
    found = opinions_of(plan)
    return [*found.ratings.values(), *(one for some in found.surveys.values() for one in some)]


def test_the_same_plan_says_the_same(plan: DemonstrationPlan) -> None:
    assert said(plan) == said(plan)


def test_no_sentence_stands_twice() -> None:
    lines = [line for code in LANGUAGES for some in table(f"listening/{code}").values() for line in some]
    assert sorted(lines) == sorted(set(lines))
    assert len(lines) == 220


def test_every_theme_is_told_in_full_by_those_who_asked_for_something_in_that_language(plan: DemonstrationPlan) -> None:
    told = defaultdict(list)
    for one in said(plan):
        if one.theme:
            told[one.theme].append(one)
    assert {theme: len(some) for theme, some in told.items()} == THEMES
    for theme in table("listening/story")["theme"]:
        for one in told[theme["key"]]:
            assert (one.request.department, one.request.service in theme["services"]) == (theme["department"], True)
            assert one.text in words(one.request.language, theme[one.request.side])


def test_opinions_are_of_requests_that_nobody_rated_and_come_after_they_were_resolved(plan: DemonstrationPlan) -> None:
    some = said(plan)
    assert len({one.request.key for one in some}) == len(some)
    for one in some:
        assert not any(isinstance(event, Rated) for event in one.request.events)
        assert one.answered_at is None or one.resolved_at < one.answered_at < plan.until


def test_a_survey_asks_nobody_more_than_four_times_a_quarter_nor_within_two_weeks(plan: DemonstrationPlan) -> None:
    asked = defaultdict(list)
    for some in opinions_of(plan).surveys.values():
        for one in some:
            asked[one.request.asker].append(one.resolved_at)
    assert max(len(moments) for moments in asked.values()) <= 4
    for moments in asked.values():
        assert all(later - sooner >= timedelta(days=14) for sooner, later in pairwise(sorted(moments)))
