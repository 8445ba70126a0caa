"""The problems and changes of a file of people, in sentences that say where and what to do."""

from django.utils.translation import gettext as _

from clientela.directory.rules.people_file import ENCODINGS, Change, Problem


def problem_words(problem: Problem, file_name: str) -> str:
    """The problem as a sentence that names file, line, column and the remedy."""
    place = {"file": file_name, "line": problem.line, "column": problem.column}
    sentence = _problem_sentence(problem.code) % {**place, "encodings": ", ".join(ENCODINGS), **problem.values}
    if problem.column:
        return _("%(file)s, line %(line)d, column %(column)s: %(sentence)s") % {**place, "sentence": sentence}
    if problem.line:
        return _("%(file)s, line %(line)d: %(sentence)s") % {**place, "sentence": sentence}
    return _("%(file)s: %(sentence)s") % {**place, "sentence": sentence}


def change_words(change: Change) -> str:
    """The change in a few words."""
    if not change.field:
        sentences = {
            "person": _("new: %(after)s"),
            "department": _("new department: %(after)s"),
            "membership": _("starts in %(after)s"),
        }
        return sentences[change.what] % {"after": change.after}
    values = {"field": field_words(change.field), "before": change.before, "after": change.after}
    if change.what == "department":
        return _("the department’s %(field)s: %(before)s → %(after)s") % values
    return _("%(field)s: %(before)s → %(after)s") % values if change.before else _("%(field)s: %(after)s") % values


def field_words(name: str) -> str:
    """What a field is called."""
    words = {
        "name": _("name"),
        "short_name": _("short name"),
        "email": _("e-mail"),
        "phone": _("phone"),
        "language": _("language"),
        "zone": _("time zone"),
        "place": _("place"),
        "employee_number": _("employee number"),
        "parent_key": _("parent department"),
        "role": _("role"),
        "starts_on": _("first day"),
    }
    return words[name]


def _problem_sentence(code: str) -> str:
    return (_file_sentences() | _value_sentences() | _directory_sentences())[code]


def _file_sentences() -> dict[str, str]:
    return {
        "empty_file": _("the file is empty."),
        "workbook": _("this is a workbook. Save it as “CSV UTF-8” in the program it comes from, and give that file."),
        "unknown_encoding": _(
            "the letters of this file are in no encoding we know. Save it as “CSV UTF-8” and give it again."
        ),
        "ambiguous_encoding": _(
            "we cannot tell whether this says “%(one)s” or “%(other)s”. Save the file as “CSV UTF-8” and give it "
            "again, or say which of these it is in: %(encodings)s."
        ),
        "not_in_encoding": _(
            "this is not %(encoding)s, at least not here. Save the file as “CSV UTF-8” and give it again."
        ),
        "broken_quotes": _("a quotation mark is opened here and not closed as it should be. Mend the quotes."),
        "column_missing": _(
            "this column is missing. The file has: %(found)s. Add the column, or rename the one that is meant."
        ),
        "column_twice": _("both “%(one)s” and “%(other)s” mean this column. Leave one of them out."),
        "too_many_rows": _("the file has more than %(limit)s rows. Give it in parts."),
        "too_many_cells": _(
            "there are %(cells)s values for %(columns)s columns. Put a value that holds the separator in quotes."
        ),
    }


def _value_sentences() -> dict[str, str]:
    return {
        "garbled": _("“%(value)s” was damaged before it came to us. Export it anew, as “CSV UTF-8”."),
        "value_missing": _("a value is missing."),
        "no_identity": _("%(name)s needs an e-mail address or an employee number, to be known again next time."),
        "too_long": _("“%(value)s” is longer than %(limit)s letters."),
        "wrong_key": _("“%(value)s” cannot be a key. Write it in small letters with hyphens: %(suggestion)s."),
        "wrong_email": _("“%(value)s” is not an e-mail address."),
        "wrong_phone": _("“%(value)s” is not a phone number."),
        "wrong_role": _("“%(value)s” is not a role. Write member or head."),
        "wrong_language": _("“%(value)s” is not a language. Write for example en, ro, pl or es."),
        "wrong_zone": _("“%(value)s” is not a time zone. Write for example Europe/Bucharest."),
        "wrong_day": _("“%(value)s” is not a day. Write it as 2026-11-23."),
        "day_or_month": _("“%(value)s” could be two days. Write it as %(suggestion)s, if that is what it means."),
        "zone_missing": _("no time zone is known for %(name)s. Fill it in, here or for the department."),
    }


def _directory_sentences() -> dict[str, str]:
    return {
        "department_unknown": _("there is no department “%(key)s” yet. Give its name in the column department_name."),
        "department_differs": _(
            "line %(other_line)s says “%(earlier)s” of department %(key)s, here it is “%(value)s”."
        ),
        "department_left_out": _("the new department %(key)s cannot be made, see line %(other_line)s."),
        "parent_unknown": _("there is no department “%(parent)s” that %(key)s could stand below."),
        "circle": _("a department cannot stand below itself: %(circle)s."),
        "email_taken": _("%(value)s is the address of %(name)s."),
        "two_people": _("the address %(value)s belongs to %(name)s, but the employee number to %(other)s."),
        "number_differs": _("%(name)s has the employee number %(earlier)s, here it is %(value)s."),
        "person_differs": _("line %(other_line)s says “%(earlier)s” of %(name)s, here it is “%(value)s”."),
        "membership_differs": _("line %(other_line)s says something else of %(name)s in %(key)s."),
        "membership_overlaps": _("%(name)s already worked in %(key)s from %(starts_on)s to %(ends_on)s."),
    }
