"""Legs: the stays of a request at departments, and where the time of a whole chain went. Departments, never persons."""

from clientela.requests.rules.legs.chain_time import (
    ChainRequest,
    Portion,
    Slice,
    portions_of,
    time_line_of,
)
from clientela.requests.rules.legs.parts import Parts, parts_of
from clientela.requests.rules.legs.stays import Outcome, PastChange, Span, SpanKind, Stay, spans_until, stays_of

__all__ = [
    "ChainRequest",
    "Outcome",
    "Parts",
    "PastChange",
    "Portion",
    "Slice",
    "Span",
    "SpanKind",
    "Stay",
    "parts_of",
    "portions_of",
    "spans_until",
    "stays_of",
    "time_line_of",
]
