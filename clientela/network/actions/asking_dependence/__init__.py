"""Asking people who depends on whom: a round begins, people answer, the round ends and is counted. See decision 15."""

from clientela.network.actions.asking_dependence.answering import decline_dependence, save_sheet
from clientela.network.actions.asking_dependence.counting import close_asking, count_what_has_ended
from clientela.network.actions.asking_dependence.refusing import AskingRefusal, AskingRefusedError
from clientela.network.actions.asking_dependence.starting import start_asking
from clientela.network.actions.asking_dependence.writing import ask_who_may_be_asked, remind_who_has_not_answered

__all__ = [
    "AskingRefusal",
    "AskingRefusedError",
    "ask_who_may_be_asked",
    "close_asking",
    "count_what_has_ended",
    "decline_dependence",
    "remind_who_has_not_answered",
    "save_sheet",
    "start_asking",
]
