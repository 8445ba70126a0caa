"""What a column of a file of cases may be, part by part, and which choices there are. Nothing heavy is loaded here."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

CASE_ROLES: Final = (
    "case", "outcome", "period", "unit", "type", "supplier", "weight", "quality", "quality2", "load", "answers",
    "unaffected", "queue", "served", "urgency",
)  # fmt: skip
INSIDE_ROLES: Final = ("supplier", "period", "quality", "quality2", "load", "answers")
CROSSWALK_ROLES: Final = ("unit", "supplier", "weight")
CASES, INSIDE, CROSSWALK = "cases", "inside", "crosswalk"
PARTS: Final = (CASES, INSIDE, CROSSWALK)
ROLES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    CASES: CASE_ROLES,
    INSIDE: INSIDE_ROLES,
    CROSSWALK: CROSSWALK_ROLES,
}
CONGESTION_ROLES: Final = ("queue", "served", "urgency")
LABELS: Final = frozenset({"unit", "type", "supplier", "period"})
UNKNOWN: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "."})
# Whether a customer came back or left is often told in words.
YES_AND_NO: Final[Mapping[str, float]] = {
    "yes": 1.0, "y": 1.0, "true": 1.0, "da": 1.0, "tak": 1.0, "sí": 1.0, "si": 1.0,
    "no": 0.0, "n": 0.0, "false": 0.0, "nu": 0.0, "nie": 0.0,
}  # fmt: skip
WORSE_ROLES: Final = frozenset({"outcome", "quality", "unaffected"})
SHARES: Final = ("own", "lagged")


class By(StrEnum):
    """Into what moments are cut; `auto`: what --inside has, else months, or weeks where months would be too few."""

    AUTO = "auto"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
