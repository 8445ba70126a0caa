"""Cases for `clientela impact`: read from CSV in columns, in bounded memory, and made into what is estimated from."""

from clientela.command.impact_cases.building import CaseFile, read_cases
from clientela.command.impact_cases.columns import CASE_ROLES, CROSSWALK_ROLES, INSIDE_ROLES, CasesProblemError

__all__ = ["CASE_ROLES", "CROSSWALK_ROLES", "INSIDE_ROLES", "CaseFile", "CasesProblemError", "read_cases"]
