"""A survey in words: its kinds of questions, its conditions, when it is asked."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from clientela.voice.rules.surveys import (
    Comparison,
    Condition,
    Join,
    Operator,
    Question,
    QuestionKind,
    SurveyDefinition,
    in_language,
)
from clientela.web.components import words as say

KIND_WORDS: Final[Mapping[QuestionKind, Promise]] = {
    QuestionKind.SCALE: gettext_lazy("a scale"),
    QuestionKind.CHOICE: gettext_lazy("one answer of several"),
    QuestionKind.CHOICES: gettext_lazy("several answers"),
    QuestionKind.MATRIX: gettext_lazy("a table of answers"),
    QuestionKind.RANKING: gettext_lazy("a ranking"),
    QuestionKind.TEXT: gettext_lazy("words of their own"),
    QuestionKind.NUMBER: gettext_lazy("a number"),
    QuestionKind.DATE: gettext_lazy("a day"),
}
KIND_TELLS: Final[Mapping[QuestionKind, Promise]] = {
    QuestionKind.SCALE: gettext_lazy("From 1 to 5, 1 to 7 or 0 to 10, with a word at each end."),
    QuestionKind.CHOICE: gettext_lazy("Exactly one of a list."),
    QuestionKind.CHOICES: gettext_lazy("As many of a list as fit."),
    QuestionKind.MATRIX: gettext_lazy("The same answers for several things, a line each."),
    QuestionKind.RANKING: gettext_lazy("A list put in order, the most important first."),
    QuestionKind.TEXT: gettext_lazy("A line or some sentences, read in every language."),
    QuestionKind.NUMBER: gettext_lazy("How many, how long, how far."),
    QuestionKind.DATE: gettext_lazy("When it was, or when it should be."),
}
OPERATOR_WORDS: Final[Mapping[Operator, Promise]] = {
    Operator.IS: pgettext_lazy("comparison", "is"),
    Operator.IS_NOT: pgettext_lazy("comparison", "is not"),
    Operator.LESS: pgettext_lazy("comparison", "is less than"),
    Operator.AT_MOST: pgettext_lazy("comparison", "is at most"),
    Operator.MORE: pgettext_lazy("comparison", "is more than"),
    Operator.AT_LEAST: pgettext_lazy("comparison", "is at least"),
    Operator.CONTAINS: pgettext_lazy("comparison", "includes"),
    Operator.LACKS: pgettext_lazy("comparison", "does not include"),
    Operator.ANSWERED: pgettext_lazy("comparison", "was answered"),
}
MEASURE_WORDS: Final[Mapping[str, Promise]] = {
    "": gettext_lazy("nothing in particular"),
    "csat": gettext_lazy("how satisfied they are (CSAT, 1 to 5)"),
    "ces": gettext_lazy("how easy it was (CES, 1 to 7, higher is easier)"),
    "ces2010": gettext_lazy("how much effort it took (1 to 5 or 7, higher is worse)"),
    "nps": gettext_lazy("whether they would recommend it (NPS, 0 to 10)"),
    "isq:tangibles:perception": gettext_lazy("service quality: tools and rooms, as it is"),
    "isq:reliability:perception": gettext_lazy("service quality: reliability, as it is"),
    "isq:responsiveness:perception": gettext_lazy("service quality: responsiveness, as it is"),
    "isq:assurance:perception": gettext_lazy("service quality: knowing their work, as it is"),
    "isq:empathy:perception": gettext_lazy("service quality: understanding us, as it is"),
    "isq:tangibles:expectation": gettext_lazy("service quality: tools and rooms, as it should be"),
    "isq:reliability:expectation": gettext_lazy("service quality: reliability, as it should be"),
    "isq:responsiveness:expectation": gettext_lazy("service quality: responsiveness, as it should be"),
    "isq:assurance:expectation": gettext_lazy("service quality: knowing their work, as it should be"),
    "isq:empathy:expectation": gettext_lazy("service quality: understanding us, as it should be"),
    "isq:tangibles:importance": gettext_lazy("service quality: how much tools and rooms matter"),
    "isq:reliability:importance": gettext_lazy("service quality: how much reliability matters"),
    "isq:responsiveness:importance": gettext_lazy("service quality: how much responsiveness matters"),
    "isq:assurance:importance": gettext_lazy("service quality: how much knowing their work matters"),
    "isq:empathy:importance": gettext_lazy("service quality: how much being understood matters"),
}
DIMENSION_WORDS: Final[Mapping[str, Promise]] = {
    "tangibles": gettext_lazy("Tools and rooms"),
    "reliability": gettext_lazy("Reliability"),
    "responsiveness": gettext_lazy("Responsiveness"),
    "assurance": gettext_lazy("Knowing their work"),
    "empathy": gettext_lazy("Understanding us"),
}
SURVEY_KIND_WORDS: Final[Mapping[str, Promise]] = {
    "csat": gettext_lazy("satisfaction"),
    "ces": gettext_lazy("effort"),
    "nps": gettext_lazy("recommendation"),
    "isq": gettext_lazy("internal service quality"),
    "isq_gap": gettext_lazy("internal service quality, wished and found"),
    "poll": gettext_lazy("opinion poll"),
    "free": gettext_lazy("questions of our own"),
}
STATE_WORDS: Final[Mapping[str, Promise]] = {
    "draft": gettext_lazy("draft"),
    "open": gettext_lazy("open"),
    "closed": gettext_lazy("ended"),
}
TRIGGER_WORDS: Final[Mapping[str, Promise]] = {
    "none": gettext_lazy("only by hand, by link and by QR code"),
    "request_closed": gettext_lazy("when a request is done"),
    "order_delivered": gettext_lazy("when an order is delivered"),
    "round_done": gettext_lazy("after a planned talk"),
    "schedule": gettext_lazy("on a schedule"),
}
CUT_WORDS: Final[Mapping[str, Promise]] = {
    "supplier": gettext_lazy("department that served"),
    "rater": gettext_lazy("department that answers"),
    "language": gettext_lazy("language"),
    "side": gettext_lazy("inside or outside"),
    "service": gettext_lazy("service"),
}
SIDE_WORDS: Final[Mapping[str, Promise]] = {
    "": gettext_lazy("colleagues and customers outside"),
    "inside": gettext_lazy("colleagues"),
    "outside": gettext_lazy("customers outside"),
}
KEEPS_WORDS: Final[Mapping[str, Promise]] = {
    "": gettext_lazy("nothing"),
    "need": gettext_lazy("as a need"),
    "expectation": gettext_lazy("as an expectation"),
    "preference": gettext_lazy("as a preference"),
}


def reader_language() -> str:
    """The language of the page."""
    return get_language() or "en"


def title_of(question: Question, language: str) -> str:
    """The question as a reader knows it; its name while it has no words."""
    return in_language(question.titles, language) or question.name


def condition_words(condition: Condition | None, definition: SurveyDefinition, language: str) -> str:
    """`“How was it?” is at most 2, or “Would you come back?” is “No”`; "" for no condition."""
    if condition is None:
        return ""
    parts = [
        comparison_words(part, definition, language)
        if isinstance(part, Comparison)
        else _("(%(condition)s)") % {"condition": condition_words(part, definition, language)}
        for part in condition.parts
    ]
    joined = {Join.ALL: _("%(first)s, and %(second)s"), Join.ANY: _("%(first)s, or %(second)s")}[condition.join]
    told = parts[0] if parts else ""
    for part in parts[1:]:
        told = joined % {"first": told, "second": part}
    return told


def comparison_words(comparison: Comparison, definition: SurveyDefinition, language: str) -> str:
    """One comparison as a person would say it."""
    name, _dot, row = comparison.question.partition(".")
    question = next((one for one in definition.questions if one.name == name), None)
    title = name if question is None else title_of(question, language)
    if row and question is not None:
        labels = next((one.labels for one in question.rows if one.key == row), {})
        title = f"{title} – {in_language(labels, language) or row}"
    if comparison.operator is Operator.ANSWERED:
        told = _("“%(question)s” was answered") if comparison.value else _("“%(question)s” was not answered")
        return told % {"question": title}
    return _("“%(question)s” %(compared)s %(value)s") % {
        "question": title,
        "compared": OPERATOR_WORDS[comparison.operator],
        "value": value_words(question, comparison.value, language),
    }


def value_words(question: Question | None, value: Any, language: str) -> str:
    """What an answer is compared with, as the reader knows it."""
    if isinstance(value, str):
        labels = next((one.labels for one in question.options if one.key == value), {}) if question else {}
        return _("“%(value)s”") % {"value": in_language(labels, language) or value}
    return say.number_in_words(value, language=language)


def asking_words(head: Any, *, language: str) -> list[str]:
    """When and whom a survey asks, a sentence each: read before publishing, and on the survey's page."""
    data = head.trigger_data
    side = str(SIDE_WORDS.get(data.get("side", ""), SIDE_WORDS[""]))
    weeks = data.get("every_weeks") or 0
    told = {
        "none": _("It asks nobody by itself: only by hand, by link and by QR code."),
        "request_closed": _("It asks %(whom)s after a request is done.") % {"whom": side},
        "order_delivered": _("It asks %(whom)s after an order is delivered.") % {"whom": side},
        "round_done": _("It asks %(whom)s after a planned talk.") % {"whom": side},
        "schedule": ngettext("It asks %(whom)s every week.", "It asks %(whom)s every %(weeks)s weeks.", weeks)
        % {"whom": side, "weeks": weeks},
    }
    found = [told[head.trigger]]
    days = data.get("open_days")
    if head.share_percent < 100:  # noqa: PLR2004 - per cent
        found.append(
            _("Of a hundred who could be asked, %(share)s are, drawn at random.") % {"share": head.share_percent}
        )
    if days:
        found.append(ngettext("A round lasts %(days)s day.", "A round lasts %(days)s days.", days) % {"days": days})
    else:
        found.append(_("It takes answers until it is closed."))
    found.append(
        _("It is anonymous: nobody can learn who answered what, and its results are shown when the round ends.")
        if head.is_anonymous
        else _("It is not anonymous: answers stand with the request and the customer they are about.")
    )
    if head.cuts:
        cuts = say_list([str(CUT_WORDS[cut]) for cut in head.cuts])
        found.append(_("Its results are cut by %(cuts)s.") % {"cuts": cuts})
    if head.is_open_to_all:
        found.append(_("Whoever has the link may answer."))
    if language and len(head.languages) > 1:
        names = say_list([say.language_name(code, language=language) for code in head.languages])
        found.append(_("It speaks %(languages)s.") % {"languages": names})
    return found


def budget_words(policy: Any) -> str:
    """How often one person is asked at most, over all surveys."""
    return _(
        "Nobody is asked more than %(times)s times in three months over all surveys, nor again within %(days)s days."
    ) % {"times": policy.asks_a_quarter, "days": policy.days_between_asks}


def say_list(words: Sequence[str]) -> str:
    """`a, b and c` in the reader's language."""
    if len(words) < 2:  # noqa: PLR2004 - a list of one
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
