"""What is said about files of cases: how far they are, what was left out, and why one cannot be used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from clientela.impact.queries.case_files import CaseFileLine
from clientela.impact.reading.problems import Note
from clientela.web.insight import impact_words
from clientela.web.insight.case_doubt_words import doubt_words
from clientela.web.insight.case_role_words import role_name, size_words
from clientela.web.listen.figure_words import number
from clientela.web.listen.trends import percent_words

_STATES: Final[dict[str, Promise]] = {
    "draft": gettext_lazy("its columns wait to be confirmed"),
    "waiting": gettext_lazy("waits for its turn"),
    "running": gettext_lazy("is being worked out"),
    "done": gettext_lazy("worked out"),
    "cancelled": gettext_lazy("stopped"),
    "failed": gettext_lazy("could not be worked out"),
}
# Each names the file, the line and the column where there are such, and what helps.
_PROBLEMS: Final[dict[str, Promise]] = {
    "empty": gettext_lazy("%(file)s is empty. It needs a first line that names the columns, and a line for each case."),
    "foreign": gettext_lazy("%(file)s is no text. Save the table as CSV and bring that; it may be packed by gzip."),
    "packed": gettext_lazy("%(file)s: the packed file is broken or ends in the middle. Copy it again."),
    "unreadable": gettext_lazy("%(file)s cannot be opened any more. Bring it again."),
    "no_heading": gettext_lazy(
        "%(file)s, line 1: this is a line of values, or blank. The first line must name the columns."
    ),
    "no_table": gettext_lazy(
        "%(file)s, line 1: this is no heading of a table. Save it as CSV with commas or semicolons between the columns."
    ),
    "no_lines": gettext_lazy("%(file)s has a heading and no line under it. Bring the file with its lines."),
    "twice": gettext_lazy(
        "%(file)s, line 1: the column “%(name)s” stands there twice. Give each column a name of its own."
    ),
    "broken_line": gettext_lazy("%(file)s, line %(line)s: it cannot be read. Check the quotes around its fields."),
    "no_field": gettext_lazy(
        "%(file)s, line %(line)s: nothing stands in the column “%(column)s” (%(role)s). Every line needs as many "
        "fields as the heading; a text with a comma in it stands in double quotes."
    ),
    "no_number": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s” (%(role)s): “%(value)s” is no number. Write a number, or nothing "
        "where it is unknown."
    ),
    "unclear_number": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s” (%(role)s): “%(value)s” may be more than a thousand, or a little "
        "more than nothing. Write numbers without a sign between the thousands."
    ),
    "blank_case": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s”: the number of the case is blank. Write it, or take the line out."
    ),
    "no_column": gettext_lazy("%(file)s: there is no column “%(name)s” for “%(role)s” any more. Choose another one."),
    "no_role": gettext_lazy("%(file)s: no column is chosen for “%(roles)s”. Choose one."),
    "two_ways": gettext_lazy(
        "%(file)s: the cases name who helped, and a file of shares says it too. Take one of both away."
    ),
    "no_inside": gettext_lazy(
        "%(file)s: with a file of shares, how well each served has to stand in a file of its own. Add that file."
    ),
    "blank_period": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s”: it does not say when it was. Fill it in."
    ),
    "no_period": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s”: “%(value)s” is no span of time. Write a day (2024-03-01), a "
        "week (2024-W09), a month (2024-03), a quarter (2024-Q1), a year (2024 or 2023/24) or a whole number, the same "
        "in every line."
    ),
    "blank_weight": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s”: the share is blank. Write how much depended on it, 0 to 1."
    ),
    "negative_weight": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s”: the share is below zero. Write how much depended on it, 0 to 1."
    ),
    "strange_figures": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s” (%(role)s): “%(values)s” stands there, and all others are from "
        "%(low)s to %(high)s. Lines like this: %(rows)s. As a rule it means that nobody answered, or is a slip. Leave "
        "the field blank where nobody answered, mend what is wrong, and bring the file again. If they are meant, tick "
        "“Figures such as 99 among scores of 1 to 5 are meant” under “How it is to be read”."
    ),
    "differs": gettext_lazy(
        "%(file)s, line %(line)s, column “%(column)s” (%(role)s): it is not what line %(other)s says of the same case. "
        "A case has one; make them the same."
    ),
    "no_outcome": gettext_lazy("Tick at least one column: what came of it for the customer."),
    "too_many_outcomes": gettext_lazy("These are too many for one page. Tick %(most)s at the most."),
    "used_twice": gettext_lazy("The column “%(name)s” is chosen twice. Each stands for one thing."),
    "wrong_option": gettext_lazy("“%(name)s” cannot be that. Choose again."),
    "too_large": gettext_lazy("%(file)s is larger than %(limit)s. Pack it by gzip, or bring fewer columns or years."),
    "too_long": gettext_lazy("It took more than two hours and was stopped. Bring fewer years or columns."),
    "no_memory": gettext_lazy(
        "It needs more memory than it may have. Bring fewer years or columns, or an administrator can allow more: "
        "CLIENTELA_ANALYTICS_MEMORY_MB."
    ),
    "lost": gettext_lazy("The worker that worked on it was lost. Have it worked out again."),
    "crashed": gettext_lazy("It could not be worked out. The log of the worker says why; have it worked out again."),
}
_NOTES: Final[dict[str, Promise]] = {
    "shared_alike": gettext_lazy("No column says how much a case depended on each: all who helped in it count alike."),
    "quality_differs": gettext_lazy(
        "How well somebody served differs between lines of the same time: their mean is taken, as if it were exact."
    ),
    "quality_once": gettext_lazy(
        "There is one column of how well each served, and it is taken as exact. If it is the mean of a few answers, "
        "the effect may look smaller than it is; a second column from other answers would tell how much is chance."
    ),
    "no_unit": gettext_lazy(
        "No column says who served the customer: all cases are compared as if one and the same had served them."
    ),
    "no_type": gettext_lazy(
        "No column says which kind of case it was: if the mix of kinds changed over time, this may mislead."
    ),
}


@dataclass(frozen=True)
class LineShown:
    """A file in a list: how far it is, and the mark of each outcome's verdict."""

    line: CaseFileLine
    state: str
    answers: list[tuple[str, str]]


def state_words(state: str) -> str:
    """Say how far a file is."""
    return str(_STATES[state])


def shown_lines(lines: Sequence[CaseFileLine]) -> list[LineShown]:
    """Put a list of files into words."""
    return [
        LineShown(
            line,
            state_words(line.state),
            [(column, impact_words.MARKS[answer]) for column, answer in line.answers.items()],
        )
        for line in lines
    ]


def problem_words(code: str, figures: Mapping[str, Any], sentence: str) -> str:
    """Say why a file cannot be used, and what helps. `sentence` is what the terminal would say, for rare cases."""
    if code not in _PROBLEMS:
        return sentence
    named = dict(figures)
    if "role" in named:
        named["role"] = role_name(str(named["role"]))
    if "roles" in named:
        named["roles"] = "”, “".join(role_name(str(role)) for role in named["roles"])
    if "limit_bytes" in named:
        named["limit"] = size_words(int(named["limit_bytes"]))
    named |= {name: number(named[name]) for name in ("line", "other", "rows") if isinstance(named.get(name), int)}
    try:
        return str(_PROBLEMS[code]) % named
    except KeyError:  # told by an older worker, without a figure that the sentence has now
        return sentence


def note_words(note: Note) -> str:
    """Say what was left out or taken for granted."""
    if note.code in _TOLD:
        return _TOLD[note.code](note.figures)
    return str(_NOTES[note.code]) if note.code in _NOTES else doubt_words(note.code, note.figures, note.words)


def _without_earlier(figures: Mapping[str, Any]) -> str:
    cases = int(figures["cases"])
    return ngettext(
        "How much a case depended on each is taken from earlier cases of the same unit and kind; %(n)s case has no "
        "earlier one and was left out.",
        "How much a case depended on each is taken from earlier cases of the same unit and kind; %(n)s cases have "
        "no earlier one and were left out.",
        cases,
    ) % {"n": number(cases)}


def _units_without_cases(figures: Mapping[str, Any]) -> str:
    units = int(figures["units"])
    return ngettext(
        "%(n)s unit of the file of shares has no case.", "%(n)s units of the file of shares have no case.", units
    ) % {"n": number(units)}


def _pooled(figures: Mapping[str, Any]) -> str:
    suppliers = int(figures["suppliers"])
    return ngettext(
        "%(n)s of those who helped has fewer than five answers in every span of time, and does not stand alone.",
        "%(n)s of those who helped have fewer than five answers in every span of time, and count together.",
        suppliers,
    ) % {"n": number(suppliers)}


def _unnamed(figures: Mapping[str, Any]) -> str:
    cases = int(figures["cases"])
    return ngettext(
        "%(n)s case does not say who helped and was left out.",
        "%(n)s cases do not say who helped and were left out.",
        cases,
    ) % {"n": number(cases)}


def _unknown_quality(figures: Mapping[str, Any]) -> str:
    suppliers = int(figures["suppliers"])
    return ngettext(
        "How well %(n)s of %(of)s served (“%(example)s”) is not known at the time of the cases; %(percent)s of the "
        "cases depended on it. See whether the files write the names and the times alike.",
        "How well %(n)s of %(of)s served (“%(example)s” is one) is not known at the time of the cases; %(percent)s of "
        "the cases depended on them. See whether the files write the names and the times alike.",
        suppliers,
    ) % {
        "n": number(suppliers),
        "of": number(int(figures["of"])),
        "example": figures["example"],
        "percent": percent_words(float(figures["share"])),
    }


def _many_missing(figures: Mapping[str, Any]) -> str:
    return gettext(
        "%(percent)s of the cases say nothing in “%(name)s”. Whether those who did not answer would have said the same "
        "can be looked for, never proved; if the unhappy keep silent, the effect looks smaller than it is."
    ) % {"percent": percent_words(float(figures["share"])), "name": figures["name"]}


_TOLD: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "without_earlier": _without_earlier,
    "units_without_cases": _units_without_cases,
    "pooled": _pooled,
    "unnamed": _unnamed,
    "unknown_quality": _unknown_quality,
    "many_missing": _many_missing,
}
