"""What a service asks of the asker: its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from clientela.catalogue.rules.describing import DefinitionError, key_of, require_once, texts_of


class FieldKind(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    FILE = "file"
    PHONE = "phone"
    EMAIL = "email"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Choice:
    """One answer of several to choose from. `labels` by language."""

    key: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """One thing the asker is asked for. `lowest` and `highest` bound a number or (as ISO days) a date."""

    key: str
    kind: FieldKind
    labels: Mapping[str, str]
    help: Mapping[str, str]
    is_required: bool
    choices: tuple[Choice, ...] = ()
    lowest: str = ""
    highest: str = ""
    longest: int | None = None  # characters


def fields_from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Read field definitions as they are stored. Raises DefinitionError naming the first that cannot be used."""
    fields = tuple(_field(row, f"fields[{index}]") for index, row in enumerate(rows))
    require_once([field.key for field in fields], "fields")
    return fields


def _field(row: Mapping[str, Any], place: str) -> Field:
    kind_name = row.get("kind")
    if kind_name not in set(FieldKind):
        raise DefinitionError(f"{place}.kind", "unknown")
    kind = FieldKind(kind_name)
    choices = tuple(
        Choice(
            key=key_of(choice, f"{place}.choices[{index}]"),
            labels=texts_of(choice.get("labels"), f"{place}.choices[{index}].labels"),
        )
        for index, choice in enumerate(row.get("choices") or ())
    )
    if (kind is FieldKind.CHOICE) != bool(choices):
        raise DefinitionError(f"{place}.choices", "empty" if kind is FieldKind.CHOICE else "not_wanted")
    require_once([choice.key for choice in choices], f"{place}.choices")
    longest = row.get("longest")
    if longest is not None and (not isinstance(longest, int) or longest < 1):
        raise DefinitionError(f"{place}.longest", "not_a_number")
    return Field(
        key=key_of(row, place),
        kind=kind,
        labels=texts_of(row.get("labels"), f"{place}.labels"),
        help={language: str(text) for language, text in (row.get("help") or {}).items()},
        is_required=bool(row.get("is_required", False)),
        choices=choices,
        lowest=_bound(kind, row.get("lowest"), f"{place}.lowest"),
        highest=_bound(kind, row.get("highest"), f"{place}.highest"),
        longest=longest,
    )


def _bound(kind: FieldKind, given: object, place: str) -> str:
    if given is None or given == "":
        return ""
    if kind not in {FieldKind.NUMBER, FieldKind.DATE}:
        raise DefinitionError(place, "not_wanted")
    try:
        return date.fromisoformat(str(given)).isoformat() if kind is FieldKind.DATE else str(Decimal(str(given)))
    except (ValueError, InvalidOperation) as error:
        raise DefinitionError(place, "not_a_date" if kind is FieldKind.DATE else "not_a_number") from error
