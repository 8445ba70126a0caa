"""Pure rules of requests: no Django, no clock."""

from clientela.requests.rules.days import OwedPromise, Reason, ReasonCode, Situation, reasons_of
from clientela.requests.rules.legs import Leg, PastChange, legs_of
from clientela.requests.rules.states import (
    ALL_STATES,
    CLOSES_AFTER,
    ENDED,
    LIVE,
    REOPENS_WITHIN,
    WAITING,
    Refusal,
    State,
    Verb,
    refusal_of,
)
from clientela.requests.rules.texts import excerpt, search_words, storable, storable_line, title_of, without_keys

__all__ = [
    "ALL_STATES",
    "CLOSES_AFTER",
    "ENDED",
    "LIVE",
    "REOPENS_WITHIN",
    "WAITING",
    "Leg",
    "OwedPromise",
    "PastChange",
    "Reason",
    "ReasonCode",
    "Refusal",
    "Situation",
    "State",
    "Verb",
    "excerpt",
    "legs_of",
    "reasons_of",
    "refusal_of",
    "search_words",
    "storable",
    "storable_line",
    "title_of",
    "without_keys",
]
