"""The organisation, its people and what it offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

LANGUAGES = ("en", "ro", "pl", "es")


@dataclass(frozen=True, slots=True)
class FourLanguages:
    """The same thing said in English, Romanian, Polish and Spanish."""

    en: str
    ro: str
    pl: str
    es: str

    def of(self, language: str) -> str:
        """The text in one of the four languages."""
        return {"en": self.en, "ro": self.ro, "pl": self.pl, "es": self.es}[language]

    def by_language(self) -> dict[str, str]:
        """{"en": …, "ro": …, "pl": …, "es": …}."""
        return {"en": self.en, "ro": self.ro, "pl": self.pl, "es": self.es}


@dataclass(frozen=True, slots=True)
class BranchStory:
    """A place where people work. `region` is "" where the whole country shares its holidays."""

    key: str
    city: FourLanguages
    country: str
    region: str
    zone: str
    language: str
    currency: str
    address: str
    is_head_office: bool


@dataclass(frozen=True, slots=True)
class CalendarStory:
    """Working hours. `definition` is what `promises.rules.calendar_from_json` reads."""

    key: str
    name: str
    branch: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TeamStory:
    """The people of a department in one branch, or the whole department where it sits at one place only.

    Then `key` is the department's key; otherwise it is department-branch, such as "workshop-warsaw".
    """

    key: str
    department: str
    branch: str
    calendar: str
    name: FourLanguages


@dataclass(frozen=True, slots=True)
class DepartmentStory:
    """A department. `calendar` is that of the branch where its head sits; each team has its own."""

    key: str
    name: FourLanguages
    about: FourLanguages
    address: str  # care@clientela.test
    head: str  # a colleague
    branch: str  # where its head sits
    calendar: str
    default_service: str  # mail to its address asks for this
    teams: tuple[TeamStory, ...]


@dataclass(frozen=True, slots=True)
class DependencyStory:
    """`customer` department cannot do its work without `provider` department."""

    customer: str
    provider: str
    why: FourLanguages


@dataclass(frozen=True, slots=True)
class ColleagueStory:
    """Somebody who works at Casa Lavora. `private_email` is "" unless they also buy from it."""

    key: str
    given_name: str
    family_name: str
    email: str
    phone: str
    department: str
    team: str
    branch: str
    role: Literal["member", "head"]
    language: str
    started_on: date
    is_owner: bool = False
    is_administrator: bool = False
    private_email: str = ""

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class ChoiceStory:
    """One answer to choose."""

    value: str
    label: FourLanguages


@dataclass(frozen=True, slots=True)
class FieldStory:
    """Something the asker is asked for. `kind` as in the catalogue: text, long_text, number, date, choice, …"""

    key: str
    kind: str
    label: FourLanguages
    help: FourLanguages
    is_required: bool
    max_length: int | None = None  # characters
    minimum: int | None = None
    maximum: int | None = None
    max_megabytes: int | None = None
    choices: tuple[ChoiceStory, ...] = ()


@dataclass(frozen=True, slots=True)
class StepStory:
    """One task of the plan, the department that does it, and the service of theirs that it takes ("" for none)."""

    key: str
    department: str
    text: FourLanguages
    needs: str = ""


@dataclass(frozen=True, slots=True)
class ServiceStory:
    """What a department offers. Times are minutes of its working time."""

    key: str
    owner: str
    audience: Literal["inside", "outside", "both"]
    title: FourLanguages
    description: FourLanguages
    what_happens: FourLanguages
    fields: tuple[FieldStory, ...]
    steps: tuple[StepStory, ...]
    first_reply_minutes: int
    next_reply_minutes: int
    resolution_minutes: int
    pauses_while: tuple[str, ...]
    on_reopen: Literal["resume", "restart", "never"]
    is_default: bool  # mail to its owner's address asks for it
    is_bought: bool  # customers outside pay for it
