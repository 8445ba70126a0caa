"""A survey written as SurveyJS JSON. What SurveyJS has no word for stands under "clientela" and disturbs nobody."""

from typing import Any, Final

from clientela.voice.rules.surveys.definition import Option, Question, QuestionKind, SurveyDefinition
from clientela.voice.rules.surveys.surveyjs.expressions import written_expression
from clientela.voice.rules.surveys.surveyjs.texts import written_html, written_texts

_KINDS: Final = {
    QuestionKind.SCALE: "rating",
    QuestionKind.CHOICE: "radiogroup",
    QuestionKind.CHOICES: "checkbox",
    QuestionKind.MATRIX: "matrix",
    QuestionKind.RANKING: "ranking",
    QuestionKind.TEXT: "text",
    QuestionKind.NUMBER: "text",
    QuestionKind.DATE: "text",
}


def to_surveyjs(definition: SurveyDefinition) -> dict[str, Any]:
    """The survey as SurveyJS reads it. Its first language is the default one."""
    main = (*definition.languages, "en")[0]
    survey: dict[str, Any] = {"locale": main, "title": written_texts(definition.titles, main=main)}
    if definition.introductions:
        survey["description"] = written_texts(definition.introductions, main=main)
    if definition.thanks:
        survey["completedHtml"] = written_html(definition.thanks, main=main)
    survey["pages"] = []
    for page in definition.pages:
        written: dict[str, Any] = {"name": page.name}
        if page.titles:
            written["title"] = written_texts(page.titles, main=main)
        written["elements"] = [_element(question, definition, main) for question in page.questions]
        survey["pages"].append(written)
    return survey


def _element(question: Question, definition: SurveyDefinition, main: str) -> dict[str, Any]:
    kind = "comment" if question.is_long else _KINDS[question.kind]
    element: dict[str, Any] = {"type": kind, "name": question.name, "title": written_texts(question.titles, main=main)}
    if question.help:
        element["description"] = written_texts(question.help, main=main)
    if question.is_required:
        element["isRequired"] = True
        if question.kind is QuestionKind.MATRIX:
            element["isAllRowRequired"] = True
    if question.shows_if is not None:
        element["visibleIf"] = written_expression(question.shows_if, definition.questions)
    if question.required_if is not None:
        element["requiredIf"] = written_expression(question.required_if, definition.questions)
    element |= _of_kind(question, main)
    ours = {"measure": question.measure, "item": question.item, "keeps_as": question.keeps_as.value}
    if any(ours.values()):
        element["clientela"] = {name: value for name, value in ours.items() if value}
    return element


def _of_kind(question: Question, main: str) -> dict[str, Any]:
    if question.kind is QuestionKind.SCALE:
        found = {"rateMin": question.lowest, "rateMax": question.highest}
        if question.low_labels:
            found["minRateDescription"] = written_texts(question.low_labels, main=main)
        if question.high_labels:
            found["maxRateDescription"] = written_texts(question.high_labels, main=main)
        return found
    if question.kind is QuestionKind.MATRIX:
        return {"columns": _items(question.options, main), "rows": _items(question.rows, main)}
    if question.options:
        bounds = {"minSelectedChoices": question.least_choices, "maxSelectedChoices": question.most_choices}
        return {"choices": _items(question.options, main), **_said(bounds)}
    if question.kind is QuestionKind.TEXT:
        return ({"inputType": "email"} if question.is_email else {}) | _said({"maxLength": question.longest})
    found = {"inputType": "number" if question.kind is QuestionKind.NUMBER else "date"}
    return found | _said({"min": question.lowest, "max": question.highest, "step": 1 if question.is_whole else None})


def _said(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part is not None}


def _items(options: tuple[Option, ...], main: str) -> list[dict[str, Any]]:
    return [{"value": option.key, "text": written_texts(option.labels, main=main)} for option in options]
