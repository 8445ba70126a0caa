"""Walking through a survey: which page comes next, given the answers so far and what was pressed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.http import QueryDict

from clientela.voice.rules.surveys import (
    Fault,
    Question,
    QuestionKind,
    SurveyDefinition,
    checked_answers,
    visible_questions,
)
from clientela.web.portal.surveys.questions import PREFIX

_HALF_SIGNS = re.compile("[\ud800-\udfff]")


class Step(StrEnum):
    """What is to be done after somebody pressed something."""

    SHOW = "show"  # a page, perhaps the same one
    REVIEW = "review"
    SEND = "send"


@dataclass(frozen=True)
class Walk:
    """Where somebody stands. `given` are the answers as they came, `page` the place in the definition's pages."""

    step: Step
    page: int
    given: Mapping[str, Any]
    faults: Mapping[str, Fault] = field(default_factory=dict)
    has_more: bool = False  # what was answered brought further questions onto this page


def first_walk(definition: SurveyDefinition, given: Mapping[str, Any], *, page: int | None = None) -> Walk:
    """Where somebody comes in: at the page they ask for, else at the first where something is not answered yet."""
    seen = pages_seen(definition, given)
    if page is not None and page >= len(definition.pages) and len(seen) > 1:
        return Walk(Step.REVIEW, len(definition.pages), given)
    if page in seen:
        return Walk(Step.SHOW, page or 0, given)
    answered = checked_answers(definition, given, is_final=False).answers
    open_pages = [number for number, questions in seen.items() if any(one.name not in answered for one in questions)]
    begun = answered and open_pages
    return Walk(Step.SHOW, open_pages[0] if begun else next(iter(seen), 0), given)


def walk_on(definition: SurveyDefinition, given: Mapping[str, Any], *, page: int, pressed: str, shown: str) -> Walk:
    """Where somebody stands after they pressed a button.

    `pressed`: next, back, send, page:<number>, up:<question>:<option>, down:…, keep:<question>, or anything else to
    stay. `shown` are the names of the questions that the page had. Nobody is sent on past a question that their
    answers have only now brought up, nor past one that must be answered.
    """
    what, _colon, which = pressed.partition(":")
    if what in {"up", "down", "keep"}:
        return Walk(Step.SHOW, page, moved(definition, given, what, which))
    if what == "back":
        before = [number for number in pages_seen(definition, given) if number < page]
        return Walk(Step.SHOW, before[-1] if before else page, given)
    if what == "page" and which.isdecimal():
        return first_walk(definition, given, page=int(which[:4]))
    if what == "next":
        return _next(definition, given, page=page, shown=shown)
    if what == "send":
        return _sent(definition, given, page=page, shown=shown)
    return Walk(Step.SHOW if page < len(definition.pages) else Step.REVIEW, page, given)


def pages_seen(definition: SurveyDefinition, given: Mapping[str, Any]) -> dict[int, list[Question]]:
    """The pages that have something to ask, given the answers, with the questions each asks."""
    answers = checked_answers(definition, given, is_final=False).answers
    asked = {question.name for question in visible_questions(definition, answers)}
    pages = {
        number: [question for question in page.questions if question.name in asked]
        for number, page in enumerate(definition.pages)
    }
    return {number: questions for number, questions in pages.items() if questions}


def given_in(definition: SurveyDefinition, post: QueryDict, before: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a form laid over those of before: a question that was shown is answered by the form alone."""
    shown = set(post.get("shown", "").split())
    given = {name: value for name, value in before.items() if name not in shown}
    for question in definition.questions:
        if question.name in shown:
            value = _posted(question, post)
            if value not in (None, "", [], {}):
                given[question.name] = value
    return given


def kept_in_browser(definition: SurveyDefinition, post: QueryDict) -> dict[str, Any]:
    """The answers of other pages that the browser carries along; what is none of ours is left out."""
    try:
        kept = json.loads(post.get("kept", "") or "{}")
    except (ValueError, RecursionError):  # brackets by the thousand
        return {}
    names = {question.name for question in definition.questions}
    return {name: _showable(value) for name, value in kept.items() if name in names} if isinstance(kept, dict) else {}


def _showable(value: Any, *, depth: int = 2) -> Any:
    """The same without half signs, which JSON can write and no page can show; no answer is nested deeper than once."""
    if isinstance(value, str):
        return _HALF_SIGNS.sub("", value)
    if not isinstance(value, list | dict):
        return value
    if depth == 0:
        return None
    if isinstance(value, list):
        return [_showable(one, depth=depth - 1) for one in value]
    return {_showable(key): _showable(one, depth=depth - 1) for key, one in value.items()}


def moved(definition: SurveyDefinition, given: Mapping[str, Any], what: str, which: str) -> dict[str, Any]:
    """The answers with one option of a ranking a place higher or lower, or the order as it stands taken as it is."""
    name, _colon, key = which.partition(":")
    question = next((one for one in definition.questions if one.name == name), None)
    if question is None or question.kind is not QuestionKind.RANKING:
        return dict(given)
    keys = [option.key for option in question.options]
    order = given.get(name)
    order = list(order) if isinstance(order, list) and sorted(order, key=str) == sorted(keys) else keys
    if key in order and what in {"up", "down"}:
        place = order.index(key)
        other = place + (-1 if what == "up" else 1)
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
    return {**given, name: order}


def _next(definition: SurveyDefinition, given: Mapping[str, Any], *, page: int, shown: str) -> Walk:
    stopped = _stopped(definition, given, page=page, shown=shown)
    if stopped is not None:
        return stopped
    later = [number for number in pages_seen(definition, given) if number > page]
    if later:
        return Walk(Step.SHOW, later[0], given)
    return Walk(Step.REVIEW, len(definition.pages), given)


def _sent(definition: SurveyDefinition, given: Mapping[str, Any], *, page: int, shown: str) -> Walk:
    stopped = _stopped(definition, given, page=page, shown=shown)
    if stopped is not None:
        return stopped
    faults = checked_answers(definition, given).faults
    for number, questions in pages_seen(definition, given).items():
        here = {one.name: faults[one.name] for one in questions if one.name in faults}
        if here:
            return Walk(Step.SHOW, number, given, here)
    return Walk(Step.SEND, page, given)


def _stopped(definition: SurveyDefinition, given: Mapping[str, Any], *, page: int, shown: str) -> Walk | None:
    """The same page again, where something on it is wrong or came up only now."""
    here = pages_seen(definition, given).get(page, [])
    if not here:
        return None
    # A question that came up only now may be left open; but it must have been seen.
    if not {one.name for one in here} <= set(shown.split()):
        return Walk(Step.SHOW, page, given, _known_faults(definition, given, here, shown), has_more=True)
    faults = checked_answers(definition, given).faults
    wrong = {one.name: faults[one.name] for one in here if one.name in faults}
    return Walk(Step.SHOW, page, given, wrong) if wrong else None


def _known_faults(
    definition: SurveyDefinition, given: Mapping[str, Any], here: list[Question], shown: str
) -> dict[str, Fault]:
    faults = checked_answers(definition, given).faults
    return {one.name: faults[one.name] for one in here if one.name in faults and one.name in shown.split()}


def _posted(question: Question, post: QueryDict) -> Any:
    name = PREFIX + question.name
    match question.kind:
        case QuestionKind.MATRIX:
            return {row.key: post[f"{name}.{row.key}"] for row in question.rows if post.get(f"{name}.{row.key}")}
        case QuestionKind.CHOICES | QuestionKind.RANKING:
            return post.getlist(name)
        case _:
            return post.get(name)
