"""What a service asks, how it is given, whether an answer is one. Pure: no Django, no words of any language."""

from clientela.catalogue.rules.answers import (
    SHORTEST_PHONE_DIGITS,
    CheckedAnswers,
    Fault,
    FaultKind,
    checked_answers,
)
from clientela.catalogue.rules.describing import AUDIENCES, DefinitionError, checked_texts, in_language
from clientela.catalogue.rules.fields import Choice, Field, FieldKind, fields_from_json
from clientela.catalogue.rules.plans import (
    CircleError,
    PlannedStep,
    ServiceKnown,
    plan_from_json,
    require_needs,
    way_between,
)

__all__ = [
    "AUDIENCES",
    "SHORTEST_PHONE_DIGITS",
    "CheckedAnswers",
    "Choice",
    "CircleError",
    "DefinitionError",
    "Fault",
    "FaultKind",
    "Field",
    "FieldKind",
    "PlannedStep",
    "ServiceKnown",
    "checked_answers",
    "checked_texts",
    "fields_from_json",
    "in_language",
    "plan_from_json",
    "require_needs",
    "way_between",
]
