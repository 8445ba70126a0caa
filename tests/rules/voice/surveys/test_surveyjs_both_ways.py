"""Surveys written as SurveyJS and read again."""

import json
from dataclasses import replace

from hypothesis import given

from clientela.voice.rules.surveys import (
    Comparison,
    Condition,
    KeepsAs,
    Option,
    QuestionKind,
    SurveyDefinition,
)
from clientela.voice.rules.surveys.surveyjs import from_surveyjs, to_surveyjs
from clientela.voice.rules.surveys.surveyjs.conditions import simplified
from tests.rules.voice.surveys.forms import SLOW
from tests.rules.voice.surveys.making import K, compare, if_all, if_any, question, survey, surveys

# -- both ways round ---------------------------------------------------------------------------------------------------


def test_a_survey_is_written_as_other_tools_read_it() -> None:
    definition = survey(
        question("score", measure="csat", is_required=True, titles={"en": "How?", "pl": "Jak?"}),
        question("topics", K.CHOICES, options=(Option("price", {"en": "Price"}),), most_choices=1),
        question(
            "why",
            K.TEXT,
            is_long=True,
            keeps_as=KeepsAs.NEED,
            shows_if=if_any(compare("score", "≤", 2), compare("topics", "contains", "price")),
        ),
        question("count", K.NUMBER, lowest=0, is_whole=True, help={"en": "A number"}),
        titles={"en": "T", "pl": "T"},
        thanks={"en": "Thanks & <bye>"},
    )
    assert to_surveyjs(definition) == {
        "locale": "en",
        "title": {"default": "T", "pl": "T"},
        "completedHtml": "Thanks &amp; &lt;bye&gt;",
        "pages": [
            {
                "name": "first",
                "elements": [
                    {
                        "type": "rating",
                        "name": "score",
                        "title": {"default": "How?", "pl": "Jak?"},
                        "isRequired": True,
                        "rateMin": 1,
                        "rateMax": 5,
                        "clientela": {"measure": "csat"},
                    },
                    {
                        "type": "checkbox",
                        "name": "topics",
                        "title": "About topics?",
                        "choices": [{"value": "price", "text": "Price"}],
                        "maxSelectedChoices": 1,
                    },
                    {
                        "type": "comment",
                        "name": "why",
                        "title": "About why?",
                        "visibleIf": "{score} <= 2 or {topics} contains 'price'",
                        "clientela": {"keeps_as": "need"},
                    },
                    {
                        "type": "text",
                        "name": "count",
                        "title": "About count?",
                        "description": "A number",
                        "inputType": "number",
                        "min": 0,
                        "step": 1,
                    },
                ],
            }
        ],
    }


def plain(definition: SurveyDefinition) -> SurveyDefinition:
    """The same with its conditions in their simplest form."""

    def condition(given: Condition | None) -> Condition | None:
        if given is None:
            return None
        part = simplified(given)
        return if_all(part) if isinstance(part, Comparison) else part

    return replace(
        definition,
        pages=tuple(
            replace(
                page,
                questions=tuple(
                    replace(each, shows_if=condition(each.shows_if), required_if=condition(each.required_if))
                    for each in page.questions
                ),
            )
            for page in definition.pages
        ),
    )


@given(surveys())
@SLOW
def test_what_we_write_we_read_again(definition: SurveyDefinition) -> None:
    written = json.loads(json.dumps(to_surveyjs(definition)))
    found = from_surveyjs(written)
    assert found.problems == ()
    assert found.definition is not None
    assert plain(found.definition) == plain(definition)


@given(surveys())
@SLOW
def test_what_was_read_is_written_as_it_stood(definition: SurveyDefinition) -> None:
    written = to_surveyjs(plain(definition))
    found = from_surveyjs(json.dumps(written))
    assert found.definition is not None
    assert to_surveyjs(plain(found.definition)) == written


def test_every_kind_goes_both_ways() -> None:
    asked = survey(*(question(kind.value, kind) for kind in QuestionKind))
    assert from_surveyjs(to_surveyjs(asked)).definition == asked
