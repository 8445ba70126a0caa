"""What is said about a mail server's record, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.network.queries import MailCounting
from clientela.web.components import words as say
from clientela.web.components.reader import page_language
from clientela.web.map import log_words


def mail_sentence(counting: MailCounting) -> str:
    """Say to everybody that mail is counted, and what of it; "" while it is not."""
    if not counting.is_on or counting.since is None:
        return ""
    return _(
        "Who writes to whom by mail is counted too, since %(day)s: only how often departments, and groups of "
        "customers, ask departments in a week, never of a person and never of fewer than five people. What is written "
        "is not read."
    ) % {"day": say.full_day(counting.since.date(), language=page_language())}


def segment_words(segment: str) -> str:
    """Name people outside: by segment where the directory knows them, else all others together."""
    return {"households": _("Households"), "businesses": _("Businesses")}.get(segment) or _("Others outside")


def state_words(state: str) -> str:
    """Say how far a record is."""
    return {
        "draft": _("waits to be confirmed"),
        "waiting": _("waits for its turn"),
        "running": _("is being counted"),
        "done": _("counted, its file is deleted"),
        "cancelled": _("stopped, its file is deleted"),
        "failed": _("could not be counted, its file is deleted"),
    }[state]


def left_out_words(found: Mapping[str, Any]) -> list[str]:
    """Say what was left out of a record and why; nothing of what did not happen."""
    counts = {**found["left_out"], **{f"not_kept_{why}": count for why, count in found["not_kept"].items()}}
    lines = {
        "machines": _("%(n)s from or to machines: no-reply, returned mail, lists"),
        "many": _("%(n)s to more than ten recipients: announcements"),
        "own": _("%(n)s to oneself"),
        "within": _("%(n)s within a department"),
        "outside_only": _("%(n)s between people outside"),
        "unknown": _("%(n)s with an address of ours that the directory does not know"),
        "too_small": _("%(n)s with a department of fewer than five people that has none above it to count with"),
        "not_kept_to_outside": _("%(n)s asks to people outside: whom we buy from is not on the map"),
        "not_kept_first_days": _("%(n)s asks of the first three working days: they may answer what came before"),
        "not_kept_undecided": _("%(n)s asks of the last three working days that have no answer yet"),
        "not_kept_few_people": _("%(n)s asks of weeks in which fewer than five people took part on either side"),
    }
    language = page_language()
    return [
        words % {"n": say.number_in_words(counts[why], language=language)}
        for why, words in lines.items()
        if counts.get(why)
    ]


def note_words(note: Mapping[str, Any]) -> str:
    """Say a note of a record that was counted, with the lines that it is about."""
    given = {"n": note["count"], "name": note["what"], "lines": ", ".join(str(line) for line in note["lines"])}
    counted = {
        "no_zone": ngettext("%(n)s mail tells no time zone.", "%(n)s mails tell no time zone.", note["count"]),
        "short_line": ngettext(
            "%(n)s line has another number of columns than the heading and was left out (line %(lines)s).",
            "%(n)s lines have another number of columns than the heading and were left out (first: %(lines)s).",
            note["count"],
        ),
        "no_moment": ngettext(
            "%(n)s line has no moment in “%(name)s” that can be read and was left out (line %(lines)s).",
            "%(n)s lines have no moment in “%(name)s” that can be read and were left out (first: %(lines)s).",
            note["count"],
        ),
        "no_reader": ngettext(
            "%(n)s line names no recipient in “%(name)s” and was left out (line %(lines)s).",
            "%(n)s lines name no recipient in “%(name)s” and were left out (first: %(lines)s).",
            note["count"],
        ),
        "lost": ngettext(
            "%(n)s mail never arrived by “%(name)s” and was left out.",
            "%(n)s mails never arrived by “%(name)s” and were left out.",
            note["count"],
        ),
        "steps": ngettext(
            "%(n)s line notes a step on the way by “%(name)s” and is no mail of its own.",
            "%(n)s lines note steps on the way by “%(name)s” and are no mails of their own.",
            note["count"],
        ),
        "again": ngettext(
            "%(n)s mail was noted again, by a filter or at another step, and counts once.",
            "%(n)s mails were noted again, by a filter or at another step, and count once.",
            note["count"],
        ),
        "log_year": _("Its lines name no year: they were read so that the last one is of %(name)s."),
        "log_no_moment": ngettext(
            "%(name)s: %(n)s line begins with no moment that can be read and was left out (line %(lines)s).",
            "%(name)s: %(n)s lines begin with no moment that can be read and were left out (first: %(lines)s).",
            note["count"],
        ),
        "log_no_sender": ngettext(
            "%(name)s: %(n)s mail began before this log, so nobody knows who wrote it (line %(lines)s).",
            "%(name)s: %(n)s mails began before this log, so nobody knows who wrote them (first: %(lines)s).",
            note["count"],
        ),
        "log_broken": ngettext(
            "%(name)s: %(n)s line is broken off and was left out (line %(lines)s).",
            "%(name)s: %(n)s lines are broken off and were left out (first: %(lines)s).",
            note["count"],
        ),
        "log_lost": ngettext(
            "%(n)s mail bounced, or a filter threw it away.",
            "%(n)s mails bounced, or a filter threw them away.",
            note["count"],
        ),
        "encoding": _("The file is not UTF-8; its letters were read as %(name)s."),
        "day_or_month": _("Dates like 03/04/2024 were read as day, month, year; the file does not say which it is."),
        "nobody_asks": _(
            "No mail goes from one department to another. Check that the directory has the mail addresses of "
            "colleagues."
        ),
        "nothing_kept": _(
            "Nothing is kept: in no week did five people of one department write to five of another. A longer record "
            "of the whole house says more."
        ),
    }
    return counted[note["code"]] % given


def problem_words(code: str, figures: Mapping[str, Any], sentence: str) -> str:
    """Say why a record cannot be used, and what helps. `sentence` is what the terminal would say, for rare cases."""
    words = {
        "foreign": _("This is not a CSV. Export the record as CSV and bring that."),
        "no_heading": _("The first line is no heading. It must name the columns; export the record with its heading."),
        "no_role": _("It is not clear which column holds what. Choose the columns."),
        "no_column": _("There is no column “%(name)s”. Choose the columns again."),
        "one_column_twice": _("The column “%(name)s” is chosen twice. Choose a different one."),
        "no_address": _("There is no mail address in the column “%(name)s” (line %(line)s). Choose another column."),
        "no_mail": _("There is no mail in it that arrived. Check the file, and the choice of columns."),
        "no_event": _("There is a heading but no mail under it. Export the record again."),
        "no_moments": _("Not one moment in “%(name)s” can be read (line %(line)s). Bring it again, choose another."),
        "log_moments": _(
            "%(found)s of its lines begin with no moment that can be read (first: line %(line)s). They must begin like "
            "“Nov 22 10:00:00” or “2026-11-22T10:00:00+01:00”."
        ),
        "log_no_mail": _("It is a mail server’s log, but in it no mail was delivered whose sender it names."),
        "overlaps": _(
            "Some of its days are in %(name)s already and would count twice. Delete that one first, or bring only the "
            "other days."
        ),
        "one_table": _(
            "“%(name)s” is no log of a Postfix or an Exim. Tables are counted one at a time: bring it alone."
        ),
        "other_server": _(
            "“%(name)s” is the log of %(server)s, and “%(first)s” that of %(other)s. Bring the files of one server at "
            "a time."
        ),
        "lost": _("The worker that counted it stopped again and again. Bring it in anew, or tell an administrator."),
        "crashed": _("Something went wrong while it was counted. Bring it in again, or tell an administrator."),
    }
    if code not in words:
        return log_words.problem_words(code, figures, sentence)
    return words[code] % dict(figures) if figures else words[code]
