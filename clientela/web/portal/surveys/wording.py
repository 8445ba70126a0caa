"""What is said beside an answer that cannot be taken."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from clientela.voice.rules.surveys import Fault, FaultCode
from clientela.web.components import words as say


def fault_words(fault: Fault, *, language: str) -> str:
    """What is wrong with an answer, and what helps; a day in the words of `language`."""
    told: Mapping[str, Any] = fault.parameters
    if fault.code in {FaultCode.TOO_EARLY, FaultCode.TOO_LATE}:
        told = {name: say.whole_day(date.fromisoformat(day), language=language) for name, day in told.items()}
    sentences = {
        FaultCode.MISSING: _("Please answer this one: we need it."),
        FaultCode.ROWS_MISSING: _("Please choose an answer in every row."),
        FaultCode.NOT_A_SCORE: _("Choose one of the numbers."),
        FaultCode.NOT_AN_OPTION: _("Choose among the answers shown."),
        FaultCode.TOO_FEW: _("Choose at least %(least)s."),
        FaultCode.TOO_MANY: _("Choose at most %(most)s."),
        FaultCode.NOT_A_RANKING: _("Put all of them in an order."),
        FaultCode.TOO_LONG: _("This is longer than we can keep: at most %(most)s characters."),
        FaultCode.NOT_A_TEXT: _("Write your answer in words."),
        FaultCode.NOT_AN_EMAIL: _("Write an e-mail address like name@example.com."),
        FaultCode.NOT_A_NUMBER: _("Write a number."),
        FaultCode.NOT_WHOLE: _("Write a whole number."),
        FaultCode.TOO_LOW: _("Write a number that is at least %(lowest)s."),
        FaultCode.TOO_HIGH: _("Write a number that is at most %(highest)s."),
        FaultCode.NOT_A_DATE: _("Choose a day, or write it like 2026-05-01."),
        FaultCode.TOO_EARLY: _("Choose a day that is not before %(lowest)s."),
        FaultCode.TOO_LATE: _("Choose a day that is not after %(highest)s."),
        FaultCode.NOT_ASKED: _("This is not asked here."),
    }
    return sentences[fault.code] % told if told else sentences[fault.code]


def cut_words(cut: str) -> str:
    """By what results are shown, in a word or two."""
    return {
        "supplier": _("the department it is about"),
        "rater": _("your department"),
        "language": _("language"),
        "side": _("colleagues and customers outside"),
        "service": _("service"),
    }.get(cut, "")
