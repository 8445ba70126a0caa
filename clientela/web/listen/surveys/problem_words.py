"""What stands in the way of asking a survey, in words: what is wrong, and what helps."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from clientela.voice.rules.surveys import (
    Operator,
    Problem,
    ProblemCode,
    Question,
    StoredFormError,
    SurveyDefinition,
    in_language,
)
from clientela.web.components import words as say
from clientela.web.listen.surveys.wording import OPERATOR_WORDS, say_list, title_of, value_words

Parameters = Mapping[str, Any]


def problem_words(problem: Problem, definition: SurveyDefinition, language: str) -> str:
    """One problem as a sentence with its remedy. Which question it is about stands beside it on the page."""
    speaker = _Speaker(definition, language)
    return _WORDS[problem.code](speaker, next(iter(speaker.named(problem.question)), None), problem.parameters)


def stored_words(error: StoredFormError) -> str:
    """Why a file is no survey of ours."""
    return {
        "newer_form": _("This survey was written by a newer version of Clientela. Update this one first."),
        "too_many": _("At “%(place)s” there is more than a survey may hold."),
        "too_long": _("The text at “%(place)s” is longer than a survey may hold."),
    }.get(error.code, _("“%(place)s” does not say what a survey says there.")) % {"place": error.place or _("the file")}


class _Speaker:
    """Names the parts of one survey for its reader."""

    def __init__(self, definition: SurveyDefinition, language: str) -> None:
        self.definition = definition
        self.language = language

    def named(self, name: str) -> list[Question]:
        return [one for one in self.definition.questions if one.name == name]

    def title(self, reference: Any) -> str:
        found = self.named(str(reference).partition(".")[0])
        return title_of(found[0], self.language) if found else str(reference)

    def of_language(self, code: Any) -> str:
        return say.language_name(str(code), language=self.language)

    def part(self, part: Any, question: Question | None) -> str:
        what, _colon, key = str(part).partition(":")
        if what in {"option", "row"} and question is not None:
            rows = question.options if what == "option" else question.rows
            labels = next((one.labels for one in rows if one.key == key), {})
            return _("the answer “%(answer)s”") % {"answer": in_language(labels, self.language) or key}
        return {
            "title": _("the question") if question is not None else _("the survey’s title"),
            "help": _("the line of help"),
            "introduction": _("the introduction"),
            "thanks": _("the thank-you"),
            "page": _("the title of a screen"),
            "low_label": _("the word at the low end"),
            "high_label": _("the word at the high end"),
            "options": _("the answers"),
            "rows": _("the lines"),
            "bounds": _("a lowest and a highest"),
            "labels": _("words at the ends"),
            "is_whole": _("whole numbers"),
            "is_email": _("e-mail addresses"),
            "is_long": _("several lines"),
            "longest": _("a longest text"),
            "choices": _("how many to choose"),
            "measure": _("what it measures"),
        }.get(what, str(part))


_Tell = Callable[[_Speaker, Question | None, Parameters], str]


def _fixed(sentence: Callable[[], str]) -> _Tell:
    return lambda _speaker, _question, parameters: sentence() % dict(parameters)


def _language_missing(speaker: _Speaker, question: Question | None, told: Parameters) -> str:
    return _("In %(language)s %(part)s is missing. Write it, or take the language out of the survey.") % {
        "language": speaker.of_language(told["language"]),
        "part": speaker.part(told["part"], question),
    }


def _too_long(speaker: _Speaker, question: Question | None, told: Parameters) -> str:
    return _("In %(language)s %(part)s is too long. Keep it under %(most)s letters.") % {
        "language": speaker.of_language(told["language"]),
        "part": speaker.part(told["part"], question),
        "most": told["most"],
    }


def _options_missing(speaker: _Speaker, question: Question | None, told: Parameters) -> str:
    return _("It needs at least %(least)s of %(part)s. Write one a line.") % {
        "least": told["least"],
        "part": speaker.part(told["part"], question),
    }


def _option_twice(speaker: _Speaker, question: Question | None, told: Parameters) -> str:
    return _("Two of %(part)s are stored as “%(key)s”. Take one of them out.") % {
        "part": speaker.part(told["part"], question),
        "key": told["key"],
    }


def _option_bad(speaker: _Speaker, question: Question | None, told: Parameters) -> str:
    return _("One of %(part)s cannot be stored as “%(key)s”. Take it out and write it again.") % {
        "part": speaker.part(told["part"], question),
        "key": told["key"],
    }


def _too_many_options(speaker: _Speaker, question: Question | None, told: Parameters) -> str:
    return _("There are too many of %(part)s. Keep at most %(most)s.") % {
        "part": speaker.part(told["part"], question),
        "most": told["most"],
    }


def _unwanted(speaker: _Speaker, question: Question | None, told: Parameters) -> str:
    return _("A question of this kind has no use for %(part)s. Save the question again to take it out.") % {
        "part": speaker.part(told["part"], question)
    }


def _measure_scale(_speaker: _Speaker, _question: Question | None, told: Parameters) -> str:
    scales = say_list([f"{lowest}–{highest}" for lowest, highest in told["bounds"]])
    return _("What it measures is asked on the scale %(scales)s. Choose that scale, or let it measure nothing.") % {
        "scales": scales
    }


def _other(sentence: Callable[[], str]) -> _Tell:
    return lambda speaker, _question, told: sentence() % {"other": speaker.title(told["other"])}


def _loops(speaker: _Speaker, _question: Question | None, told: Parameters) -> str:
    names = say_list([_("“%(question)s”") % {"question": speaker.title(name)} for name in told["others"]])
    return _("%(questions)s wait for each other, so none is ever shown. Take one of the conditions away.") % {
        "questions": names
    }


def _operator_unfit(speaker: _Speaker, _question: Question | None, told: Parameters) -> str:
    return _("The answer to “%(other)s” cannot be compared by “%(compared)s”. Choose another comparison.") % {
        "other": speaker.title(told["other"]),
        "compared": OPERATOR_WORDS[Operator(told["operator"])],
    }


def _value_unfit(speaker: _Speaker, _question: Question | None, told: Parameters) -> str:
    other = next(iter(speaker.named(str(told["other"]).partition(".")[0])), None)
    return _("“%(other)s” is never answered with %(value)s. Choose an answer that it has.") % {
        "other": speaker.title(told["other"]),
        "value": value_words(other, told["value"], speaker.language),
    }


_WORDS: Final[Mapping[ProblemCode, _Tell]] = {
    ProblemCode.NO_QUESTIONS: _fixed(lambda: _("It has no question yet. Add the first one.")),
    ProblemCode.TOO_MANY_QUESTIONS: _fixed(lambda: _("It has too many questions. Keep at most %(most)s.")),
    ProblemCode.TOO_MANY_PAGES: _fixed(lambda: _("It has too many screens. Keep at most %(most)s.")),
    ProblemCode.PAGE_EMPTY: _fixed(lambda: _("The screen “%(page)s” has no question and is left out.")),
    ProblemCode.TWICE: _fixed(
        lambda: _("Two questions have the same name. Duplicate the second one, and take the old one out.")
    ),
    ProblemCode.BAD_NAME: _fixed(
        lambda: _(
            "Its name does not suit. Duplicate the question: the copy gets a fitting name. Then take this one out."
        )
    ),
    ProblemCode.LANGUAGE_MISSING: _language_missing,
    ProblemCode.TOO_LONG: _too_long,
    ProblemCode.OPTIONS_MISSING: _options_missing,
    ProblemCode.OPTION_TWICE: _option_twice,
    ProblemCode.OPTION_BAD: _option_bad,
    ProblemCode.TOO_MANY_OPTIONS: _too_many_options,
    ProblemCode.NOT_FOR_THIS_KIND: _unwanted,
    ProblemCode.SCALE_BOUNDS: _fixed(
        lambda: _("The scale needs two whole numbers, the lower one first, with at most %(most)s steps.")
    ),
    ProblemCode.NUMBER_BOUNDS: _fixed(lambda: _("The lowest number must not be higher than the highest.")),
    ProblemCode.DATE_BOUNDS: _fixed(lambda: _("The first day must be a day, and not be later than the last.")),
    ProblemCode.CHOICE_BOUNDS: _fixed(
        lambda: _("At least %(least)s and at most %(most)s of %(options)s answers: that does not work out.")
    ),
    ProblemCode.LENGTH_BOUNDS: _fixed(lambda: _("The longest text may have between 1 and %(most)s letters.")),
    ProblemCode.MEASURE_UNKNOWN: _fixed(lambda: _("What it measures is not known here. Choose from the list.")),
    ProblemCode.MEASURE_SCALE: _measure_scale,
    ProblemCode.CONDITION_EMPTY: _fixed(lambda: _("Its condition says nothing. Take it away, or fill it in.")),
    ProblemCode.CONDITION_TOO_DEEP: _fixed(lambda: _("Its condition has groups within groups. Make it simpler.")),
    ProblemCode.CONDITION_TOO_LONG: _fixed(lambda: _("Its condition is too long. Keep at most %(most)s comparisons.")),
    ProblemCode.REFERS_TO_UNKNOWN: _fixed(
        lambda: _("It waits for the answer to “%(other)s”, which the survey does not ask. Choose another condition.")
    ),
    ProblemCode.REFERS_TO_ITSELF: _fixed(lambda: _("It waits for its own answer. Choose an earlier question.")),
    ProblemCode.REFERS_FORWARD: _other(
        lambda: _("It waits for the answer to “%(other)s”, which comes later. Move that question up.")
    ),
    ProblemCode.LOOPS: _loops,
    ProblemCode.OPERATOR_UNFIT: _operator_unfit,
    ProblemCode.VALUE_UNFIT: _value_unfit,
    ProblemCode.NEVER_SHOWN: _fixed(lambda: _("No answers lead to it: it is never shown. Look at its condition.")),
    ProblemCode.REQUIRED_NEVER_SHOWN: _fixed(
        lambda: _("An answer is required, but no answers lead to it: it is never shown. Look at its condition.")
    ),
}
