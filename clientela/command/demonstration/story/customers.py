"""The outside customers, what is known of them and what they do not want."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class NoteStory:
    """What we know of a customer. `kind`: need, preference, expectation, good_to_know. `by` is a colleague."""

    kind: str
    text: str
    language: str
    source: str  # conversation, request, survey
    noted_on: date
    by: str


@dataclass(frozen=True, slots=True)
class BoundaryStory:
    """What a customer does not want. `kind` and `rule` as in the directory: quiet_hours, channel, subject, …"""

    kind: str
    rule: Mapping[str, str]
    source: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class ContactStory:
    """A person outside who acts for a company."""

    key: str
    given_name: str
    family_name: str
    email: str
    phone: str
    language: str
    title: str
    zone: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class CustomerStory:
    """An outside customer: a person, or a company with the people who act for it (a person has no contacts)."""

    key: str
    kind: Literal["person", "company"]
    name: str
    given_name: str  # "" for a company
    family_name: str
    email: str
    phone: str
    address: str
    branch: str  # the one that serves them
    zone: str
    language: str
    customer_since: date
    contacts: tuple[ContactStory, ...] = ()
    notes: tuple[NoteStory, ...] = ()
    boundaries: tuple[BoundaryStory, ...] = ()
