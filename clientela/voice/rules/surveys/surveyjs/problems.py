"""What an import could not take over: the element, its place in the file, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ImportCode(StrEnum):
    """What is in the way. In brackets what `parameters` says."""

    NOT_JSON = "not_json"  # (line, column), counted from 1
    TOO_LARGE = "too_large"  # (most: bytes)
    TOO_DEEP = "too_deep"  # (most: levels)
    NOT_A_SURVEY = "not_a_survey"
    TOO_MANY_QUESTIONS = "too_many_questions"  # (most)
    UNKNOWN_KIND = "unknown_kind"  # (kind)
    UNKNOWN_INPUT = "unknown_input"  # (kind): a text field that takes something we do not
    NOT_TAKEN = "not_taken"  # (property): the question is taken without it
    CONDITION_UNREADABLE = "condition_unreadable"  # (expression, position): taken without its condition
    CONDITION_TOO_DEEP = "condition_too_deep"  # (expression)
    REFERS_TO_UNKNOWN = "refers_to_unknown"  # (expression, other)


class Remedy(StrEnum):
    """What a person can do about it."""

    EXPORT_AGAIN = "export_again"  # the file is not what the other tool writes
    SHORTEN = "shorten"
    ASK_OTHERWISE = "ask_otherwise"  # leave the element out, and ask it with a kind that we have
    ASK_AS_TEXT = "ask_as_text"
    SET_AGAIN = "set_again"  # take the question, and set this by hand
    WRITE_CONDITION_AGAIN = "write_condition_again"


_REMEDIES: Mapping[ImportCode, Remedy] = {
    ImportCode.NOT_JSON: Remedy.EXPORT_AGAIN,
    ImportCode.TOO_LARGE: Remedy.SHORTEN,
    ImportCode.TOO_DEEP: Remedy.EXPORT_AGAIN,
    ImportCode.NOT_A_SURVEY: Remedy.EXPORT_AGAIN,
    ImportCode.TOO_MANY_QUESTIONS: Remedy.SHORTEN,
    ImportCode.UNKNOWN_KIND: Remedy.ASK_OTHERWISE,
    ImportCode.UNKNOWN_INPUT: Remedy.ASK_AS_TEXT,
    ImportCode.NOT_TAKEN: Remedy.SET_AGAIN,
    ImportCode.CONDITION_UNREADABLE: Remedy.WRITE_CONDITION_AGAIN,
    ImportCode.CONDITION_TOO_DEEP: Remedy.WRITE_CONDITION_AGAIN,
    ImportCode.REFERS_TO_UNKNOWN: Remedy.WRITE_CONDITION_AGAIN,
}


@dataclass(frozen=True)
class ImportProblem:
    """One thing: `place` is its path in the file ("pages[0].elements[3]"), `element` its name there."""

    code: ImportCode
    place: str = ""
    element: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def remedy(self) -> Remedy:
        """What a person can do about it."""
        return _REMEDIES[self.code]
