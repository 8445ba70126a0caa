"""What is said about event logs, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.network.discovery.teams_file import TeamsProblem
from clientela.web.map.log_forms import ROLES


def state_words(state: str) -> str:
    """Say how far a log is."""
    return {
        "draft": _("its columns wait to be confirmed"),
        "waiting": _("waits for its turn"),
        "running": _("is being counted"),
        "done": _("counted"),
        "cancelled": _("stopped"),
        "failed": _("could not be counted"),
    }[state]


def found_by_words(named: Mapping[str, str], found_by: Mapping[str, str]) -> list[str]:
    """Say of each column that was guessed why it was taken."""
    because = {"name": _("by its name"), "contents": _("by what stands in it")}
    return [
        _("%(role)s: “%(column)s”, %(why)s") % {"role": ROLES[role][0], "column": named[role], "why": because[how]}
        for role, how in found_by.items()
        if how in because
    ]


def note_words(note: Mapping[str, Any]) -> str:
    """Say a note of a log that was counted, with the lines that it is about."""
    lines = ", ".join(str(line) for line in note["lines"])
    given = {"n": note["count"], "name": note["what"], "lines": lines}
    counted = {
        "no_zone": ngettext("%(n)s event tells no time zone.", "%(n)s events tell no time zone.", note["count"]),
        "short_line": ngettext(
            "%(n)s line has another number of columns than the heading and was left out (line %(lines)s).",
            "%(n)s lines have another number of columns than the heading and were left out (first: %(lines)s).",
            note["count"],
        ),
        "no_case": ngettext(
            "%(n)s event has no case in “%(name)s” and was left out (line %(lines)s).",
            "%(n)s events have no case in “%(name)s” and were left out (first lines: %(lines)s).",
            note["count"],
        ),
        "no_moment": ngettext(
            "%(n)s event has no moment in “%(name)s” that can be read and was left out (line %(lines)s).",
            "%(n)s events have no moment in “%(name)s” that can be read and were left out (first lines: %(lines)s).",
            note["count"],
        ),
        "no_team": ngettext(
            "%(n)s event does not say in “%(name)s” who did it and was passed over (line %(lines)s).",
            "%(n)s events do not say in “%(name)s” who did them and were passed over (first lines: %(lines)s).",
            note["count"],
        ),
        "defaults": ngettext(
            "%(n)s event does not have “%(name)s”; the file’s own default was taken.",
            "%(n)s events do not have “%(name)s”; the file’s own default was taken.",
            note["count"],
        ),
        "nameless_cases": ngettext(
            "%(n)s case has no name and counts by itself.", "%(n)s cases have no name and count each by itself.",
            note["count"],
        ),
        "encoding": _("The file is not UTF-8; its letters were read as %(name)s."),
        "day_or_month": _("Dates like 03/04/2024 were read as day, month, year; the file does not say which it is."),
        "serial": _("The moments in “%(name)s” are numbers of days, as spreadsheets write them; they were read so."),
        "one_team": _(
            "Every event is by one team. Nobody hands over to anybody, so there is nothing to draw. Choose another "
            "column for the team."
        ),
        "no_handover": _(
            "No case ever goes from one team to another. Check that the column of the case is the right one."
        ),
    }  # fmt: skip
    return counted[note["code"]] % given


def problem_words(code: str, figures: Mapping[str, Any], sentence: str) -> str:
    """Say why a log cannot be used, and what helps. `sentence` is what the terminal would say, for rare cases."""
    words = {
        "foreign": _("This is neither a CSV nor an XES or MXML. Save the table as CSV and bring that."),
        "empty": _("This file is empty. Choose one with at least a line that names the columns."),
        "no_heading": _("The first line is blank. It must name the columns."),
        "no_delimiter": _("No sign was found that parts the columns. Save the table as CSV with commas or semicolons."),
        "no_event": _("There is no event in it that can be used. Check the file, and the choice of columns."),
        "uneven": _("Line %(line)s has another number of columns than the heading. Check the quotes around fields."),
        "twice": _("The heading has the column “%(name)s” twice. Give each column a name of its own."),
        "packed": _("The packed file is broken or ends in the middle. Copy it again."),
        "xml": _("The XML is broken at line %(line)s. Export the log again."),
        "doctype": _("The file declares a document type, which can hide harm. Remove the line with <!DOCTYPE."),
        "endless": _("On line %(line)s a quote opens and does not close. Mend that line."),
        "broken": _("After line %(line)s the file cannot be read. Mend that line."),
        "no_role": _("It is not clear which column holds what. Choose the columns."),
        "no_column": _("There is no column “%(name)s” any more. Choose the columns again."),
        "no_moments": _("Not one moment in “%(name)s” can be read (line %(line)s). Choose another column."),
        "unsure_zone": _(
            "The moments name the time zone “%(name)s”, which can be several. Choose the one that is meant, such as "
            "%(zone)s."
        ),
        "no_such_zone": _("There is no such time zone. Write it like Europe/Bucharest."),
        "lost": _("The worker that counted it stopped again and again. Start it anew, or tell an administrator."),
        "crashed": _("Something went wrong while it was counted; the log of the worker says more. Start it again."),
    }  # fmt: skip
    if code not in words:
        return sentence
    return words[code] % dict(figures) if figures else words[code]


def teams_problem_words(
    file_name: str, problems: Sequence[TeamsProblem], count: int, labels: Mapping[str, str]
) -> list[str]:
    """Say what is wrong with a table of teams: the line, the column, what helps. `labels`: names of departments."""
    said = [_teams_problem(file_name, one, labels.get(one.near, one.near)) for one in problems]
    if count > len(problems):
        more = count - len(problems)
        said.append(ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": more})
    return said


def _teams_problem(file_name: str, one: TeamsProblem, near: str) -> str:
    words = {
        "empty": _("%(file)s: no line in it says anything. Write a team and its department in each line."),
        "large": _("%(file)s: this is larger than 2 MB. A table of teams is small; choose the right file."),
        "no_team": _("%(file)s, line %(line)s: no column is called team. The columns are: %(near)s."),
        "no_department": _("%(file)s, line %(line)s: no column is called department. The columns are: %(near)s."),
        "uneven": _(
            "%(file)s, line %(line)s: it has %(value)s columns, the heading has %(near)s. Check the signs between them."
        ),
        "twice": _("%(file)s, line %(line)s, team: “%(value)s” stands in line %(near)s already. Keep one of them."),
        "unknown_team": _("%(file)s, line %(line)s, team: this log has no team “%(value)s”. Take the line out."),
        "unknown_department": _(
            "%(file)s, line %(line)s, department: there is no department “%(value)s”. Write its name or its key."
        ),
    }[one.code] % {"file": file_name, "line": one.line, "value": one.value, "near": near}
    if near and one.code in {"unknown_team", "unknown_department"}:
        return words + " " + _("Did you mean “%(near)s”?") % {"near": near}
    return words
