"""What a file of another tool holds that cannot be taken over, in words: what, where, and what helps."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from clientela.voice.rules.surveys.surveyjs import ImportCode, ImportProblem, Remedy
from clientela.web.components.reader import page_language
from clientela.web.components.words import quoted

_WHAT: Final[Mapping[ImportCode, Callable[[], str]]] = {
    ImportCode.NOT_JSON: lambda: _("This is not JSON: it cannot be read at line %(line)s, sign %(column)s."),
    ImportCode.TOO_LARGE: lambda: _("The file is larger than %(most)s bytes."),
    ImportCode.TOO_DEEP: lambda: _("The file has more than %(most)s levels, one in the other."),
    ImportCode.NOT_A_SURVEY: lambda: _("This is not a survey of SurveyJS."),
    ImportCode.TOO_MANY_QUESTIONS: lambda: _("It has more than %(most)s questions."),
    ImportCode.UNKNOWN_KIND: lambda: _("It is of a kind that we do not have: %(kind)s."),
    ImportCode.UNKNOWN_INPUT: lambda: _("Its field takes something that we do not ask for: %(kind)s."),
    ImportCode.NOT_TAKEN: lambda: _("“%(property)s” is not taken over; the question is."),
    ImportCode.CONDITION_UNREADABLE: lambda: _(
        "Its condition cannot be read: %(expression)s. The question is always shown."
    ),
    ImportCode.CONDITION_TOO_DEEP: lambda: _(
        "Its condition is too tangled: %(expression)s. The question is always shown."
    ),
    ImportCode.REFERS_TO_UNKNOWN: lambda: _(
        "Its condition asks for “%(other)s”, which the survey does not have. The question is always shown."
    ),
}
_REMEDY: Final[Mapping[Remedy, Callable[[], str]]] = {
    Remedy.EXPORT_AGAIN: lambda: _("Take it out of the other tool once more, as JSON."),
    Remedy.SHORTEN: lambda: _("Shorten it there first."),
    Remedy.ASK_OTHERWISE: lambda: _("Leave it out, and ask it with a kind that we have."),
    Remedy.ASK_AS_TEXT: lambda: _("It is asked as a line of text."),
    Remedy.SET_AGAIN: lambda: _("Set it again in the builder."),
    Remedy.WRITE_CONDITION_AGAIN: lambda: _("Write the condition again in the builder."),
}


def import_words(problem: ImportProblem) -> str:
    """`pages[0].elements[3], “sign”: It is of a kind that we do not have: signaturepad. Leave it out, …`"""
    values: dict[str, Any] = {name: str(value)[:200] for name, value in problem.parameters.items()}
    what = _WHAT[problem.code]() % values
    told = _("%(what)s %(remedy)s") % {"what": what, "remedy": _REMEDY[problem.remedy]()}
    if not problem.place and not problem.element:
        return told
    where = ", ".join(
        filter(None, [problem.place, quoted(problem.element, language=page_language()) if problem.element else ""])
    )
    return f"{where}: {told}"
