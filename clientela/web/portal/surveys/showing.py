"""What a page of a survey shows."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from clientela.voice.queries import SurveyToAnswer
from clientela.voice.rules.surveys import checked_answers, in_language
from clientela.web.components.forms import Wrong
from clientela.web.portal.surveys.questions import Reviewed, answer_in_words, question_shown
from clientela.web.portal.surveys.walking import Step, Walk, pages_seen
from clientela.web.portal.surveys.wording import cut_words


def draft_key(key: str) -> str:
    """The name under which the browser keeps what was not sent yet. The key itself is not in it."""
    return f"survey-{sha256(key.encode()).hexdigest()[:16]}"


def page_context(
    survey: SurveyToAnswer, walk: Walk, *, at: datetime, trouble: str, is_click: bool, is_saved: bool
) -> dict[str, Any]:
    """What the templates of a page with questions, or of the page to look everything over, are given."""
    seen = pages_seen(survey.definition, walk.given)
    numbers = list(seen)
    here = seen.get(walk.page, [])
    language = survey.language
    shown = [
        question_shown(one, walk.given.get(one.name), language=language, fault=walk.faults.get(one.name))
        for one in here
    ]
    position = numbers.index(walk.page) + 1 if walk.page in numbers else len(numbers)
    wrong = [Wrong(words=one.error, control_id=one.id) for one in shown if one.error]
    is_carried = survey.is_anonymous or not survey.is_by_invitation
    names = {one.name for one in here}
    pages = survey.definition.pages
    return {
        "at": at,
        "survey": survey,
        "title": in_language(survey.definition.titles, language),
        "introduction": in_language(survey.definition.introductions, language),
        "page_title": in_language(pages[walk.page].titles, language) if walk.page < len(pages) else "",
        "questions": shown,
        "page": walk.page,
        "shown": " ".join(one.name for one in shown),
        "kept": json.dumps({name: value for name, value in walk.given.items() if name not in names})
        if is_carried
        else "",
        "is_carried": is_carried,
        "is_first": not numbers or walk.page == numbers[0],
        "is_only": len(numbers) <= 1,
        "position": position,
        "count": len(numbers),
        "wrong": [*([Wrong(words=trouble, control_id="")] if trouble else []), *wrong],
        "has_more": walk.has_more,
        "is_click": is_click,
        "is_saved": is_saved,
        "draft": draft_key(survey.key) if is_carried else "",
        "is_live": not is_carried or any(one.shows_if for one in (pages[walk.page].questions if here else ())),
        "cuts": [cut_words(cut) for cut in survey.cuts if cut_words(cut)],
        "reviewed": _reviewed(survey, walk, seen) if walk.step == Step.REVIEW else [],
        "last_page": numbers[-1] if numbers else 0,
    }


def _reviewed(survey: SurveyToAnswer, walk: Walk, seen: dict[int, Any]) -> list[Reviewed]:
    answers = checked_answers(survey.definition, walk.given, is_final=False).answers
    return [
        Reviewed(
            in_language(one.titles, survey.language),
            answer_in_words(one, answers.get(one.name), language=survey.language) or _("No answer"),
            number,
        )
        for number, questions in seen.items()
        for one in questions
    ]
