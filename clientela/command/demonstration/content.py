"""The data files of this folder, read into the dataclasses of `story` and of this module."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from clientela.command.demonstration.story import (
    BranchStory,
    CalendarStory,
    ChoiceStory,
    ColleagueStory,
    DepartmentStory,
    DependencyStory,
    FieldStory,
    FourLanguages,
    ServiceStory,
    StepStory,
    TeamStory,
)
from clientela.command.demonstration.wording import GENDERS

SERVICE_FILES = ("services_care", "services_sales", "services_workshop", "services_office")
MAIL_DOMAIN = "clientela.test"
PRIVATE_DOMAIN = {"ro": "posta.example", "pl": "poczta.example", "es": "correo.example", "en": "mail.example"}
FIRST_HIRED_ON = date(2016, 3, 1)

_PLAIN = str.maketrans("ăâîșțąćęłńóśźżáéíñúüĂÂÎȘȚĄĆĘŁŃÓŚŹŻÁÉÍÑÚÜ", "aaistacelnoszzaeinuuAAISTACELNOSZZAEINUU")
_PHONES = {"bucharest": "+40 21 555", "warsaw": "+48 22 555", "madrid": "+34 91 555"}


@dataclass(frozen=True)
class House:
    """The organisation without its customers. `genders`: how each colleague speaks of themselves."""

    name: str
    about: FourLanguages
    branches: Mapping[str, BranchStory]
    calendars: Mapping[str, CalendarStory]
    departments: Mapping[str, DepartmentStory]
    teams: Mapping[str, TeamStory]
    dependencies: tuple[DependencyStory, ...]
    colleagues: Mapping[str, ColleagueStory]
    services: Mapping[str, ServiceStory]
    genders: Mapping[str, int]

    def team_for(self, department: str, branch: str) -> TeamStory:
        """The team of a department that serves a branch."""
        teams = self.departments[department].teams
        return next((team for team in teams if team.branch == branch), teams[0])


@dataclass(frozen=True)
class Scenario:
    """One way of asking for a service; see data/scenarios.toml for what each field means."""

    key: str
    service: str
    who: str
    things: str
    only: tuple[str, ...]
    weight: float
    group: str
    departments: tuple[str, ...]
    asks: tuple[tuple[str, float], ...]
    then: tuple[tuple[str, float], ...]
    together: tuple[tuple[str, float], ...]
    answers: Mapping[str, str]
    lines: Mapping[str, tuple[int, ...]]
    first_when: Mapping[str, tuple[int, ...]]
    done_for: tuple[tuple[int, ...], ...]
    waits_date: float
    without_asking: str


@dataclass(frozen=True)
class WorkKind:
    """How a group of scenarios is usually worked on; see data/scenarios.toml."""

    at_once: float
    asks_customer: float
    waits_date: float
    note: float
    work: float


@cache
def table(name: str) -> dict[str, Any]:
    """A data file by its name without ending, such as "words/ro/things"."""
    return tomllib.loads(files(__package__).joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def plain_letters(text: str) -> str:
    """The text without the marks of our languages' letters."""
    return text.translate(_PLAIN)


def slug(text: str) -> str:
    """The text as part of an address: "Ștefania Ilie" → "stefania.ilie"."""
    kept = "".join(letter if letter.isalnum() else "." for letter in plain_letters(text).lower())
    return ".".join(part for part in kept.split(".") if part)


@cache
def house() -> House:
    """The organisation: 3 branches, 10 departments in 20 teams, 120 colleagues, 44 services."""
    about = table("organisation")
    branches = {row["key"]: _branch(row) for row in about["branch"]}
    staff = table("people")
    heads = {row[3]: row for row in staff["people"] if row[5] == "head"}
    calendars: dict[str, CalendarStory] = {}
    departments: dict[str, DepartmentStory] = {}
    teams: dict[str, TeamStory] = {}
    for row in about["department"]:
        own = tuple(_team(row, branch, branches) for branch in row["branches"])
        for team in own:
            calendars.setdefault(team.calendar, _calendar(row["hours"], branches[team.branch]))
            teams[team.key] = team
        head = heads[row["key"]]
        main = next((team for team in own if team.branch == head[4]), own[0])
        departments[row["key"]] = DepartmentStory(
            key=row["key"],
            name=four(row["name"]),
            about=four(row["about"]),
            address=f"{row['key']}@{MAIL_DOMAIN}",
            head=slug(f"{head[0]} {head[1]}"),
            branch=main.branch,
            calendar=main.calendar,
            default_service=row["default_service"],
            teams=own,
        )
    colleagues = _colleagues(staff, departments)
    defaults = {row["default_service"] for row in about["department"]}
    services = {row["key"]: _service(row, defaults) for name in SERVICE_FILES for row in table(name)["service"]}
    return House(
        name=about["name"],
        about=four(about["about"]),
        branches=branches,
        calendars=calendars,
        departments=departments,
        teams=teams,
        dependencies=tuple(
            DependencyStory(row["customer"], row["provider"], four(row["why"])) for row in about["depends"]
        ),
        colleagues=colleagues,
        services=services,
        genders={slug(f"{row[0]} {row[1]}"): GENDERS[row[2]] for row in staff["people"]},
    )


@cache
def scenarios() -> dict[str, Scenario]:
    """Every scenario by its key."""
    kinds = work_kinds()
    return {
        key: Scenario(
            key=key,
            service=key.partition(".")[0],
            who=row["who"],
            things=row["things"],
            only=tuple(row.get("only", ())),
            weight=row.get("weight", 0.0),
            group=row["group"],
            departments=tuple(row.get("from", ())),
            asks=_shares(row.get("asks")),
            then=_shares(row.get("then")),
            together=_shares(row.get("together")),
            answers=row["answers"],
            lines={part: tuple(places) for part, places in row.get("lines", {}).items()},
            first_when={child: tuple(places) for child, places in row.get("first_when", {}).items()},
            done_for=tuple(tuple(places) for places in row.get("done_for", ())),
            waits_date=row.get("waits_date", kinds[row["group"]].waits_date),
            without_asking=row.get("without_asking", "work"),
        )
        for key, row in table("scenarios")["scenario"].items()
    }


@cache
def work_kinds() -> dict[str, WorkKind]:
    """How each group of scenarios is worked on."""
    return {key: WorkKind(**row) for key, row in table("scenarios")["group"].items()}


def four(texts: Sequence[str]) -> FourLanguages:
    """Four texts in the order of the data files."""
    en, ro, pl, es = texts
    return FourLanguages(en, ro, pl, es)


def _shares(rows: Sequence[Sequence[Any]] | None) -> tuple[tuple[str, float], ...]:
    return tuple((str(key), float(share)) for key, share in rows or ())


def _branch(row: Mapping[str, Any]) -> BranchStory:
    return BranchStory(
        key=row["key"],
        city=four(row["city"]),
        country=row["country"],
        region=row["region"],
        zone=row["zone"],
        language=row["language"],
        currency=row["currency"],
        address=row["address"],
        is_head_office=row["head_office"],
    )


def _team(row: Mapping[str, Any], branch: str, branches: Mapping[str, BranchStory]) -> TeamStory:
    name = four(row["name"])
    is_whole = len(row["branches"]) == 1
    city = branches[branch].city
    return TeamStory(
        key=row["key"] if is_whole else f"{row['key']}-{branch}",
        department=row["key"],
        branch=branch,
        calendar=f"{row['hours']}-{branch}",
        name=name
        if is_whole
        else FourLanguages(*(f"{name.of(code)}, {city.of(code)}" for code in ("en", "ro", "pl", "es"))),
    )


def _calendar(hours: str, branch: BranchStory) -> CalendarStory:
    week = table("organisation")["hours"][hours][branch.key]
    name = f"{hours.capitalize()}, {branch.city.en}"
    definition = {
        "name": name,
        "zone": branch.zone,
        "hours": {day: [window.split("-") for window in windows] for day, windows in week.items()},
        "holidays": {"country": branch.country, "region": branch.region or None},
    }
    return CalendarStory(f"{hours}-{branch.key}", name, branch.key, definition)


def _colleagues(staff: Mapping[str, Any], departments: Mapping[str, DepartmentStory]) -> dict[str, ColleagueStory]:
    found: dict[str, ColleagueStory] = {}
    for number, (given, family, _, department, branch, role, language) in enumerate(staff["people"]):
        key = slug(f"{given} {family}")
        teams = departments[department].teams
        team = next((team for team in teams if team.branch == branch), teams[0])
        found[key] = ColleagueStory(
            key=key,
            given_name=given,
            family_name=family,
            email=f"{key}@{MAIL_DOMAIN}",
            phone=f"{_PHONES[branch]} {number + 101:04d}",
            department=department,
            team=team.key,
            branch=branch,
            role=role,
            language=language,
            # Spread over nine years, so that some are old hands and some new.
            started_on=date.fromordinal(FIRST_HIRED_ON.toordinal() + number * 1009 % 3600),
            is_owner=key == staff["owner"],
            is_administrator=key == staff["administrator"],
            private_email=f"{key}@{PRIVATE_DOMAIN[language]}" if key in staff["buyers"] else "",
        )
    return found


def _service(row: Mapping[str, Any], defaults: set[str]) -> ServiceStory:
    terms = row["terms"]
    return ServiceStory(
        key=row["key"],
        owner=row["owner"],
        audience=row["audience"],
        title=four(row["title"]),
        description=four(row["description"]),
        what_happens=four(row["happens"]),
        fields=tuple(_field(field) for field in row["field"]),
        steps=tuple(
            StepStory(f"step-{number}", step["department"], four(step["text"]), step.get("needs", ""))
            for number, step in enumerate(row["step"], start=1)
        ),
        first_reply_minutes=terms["first_reply_minutes"],
        next_reply_minutes=terms["next_reply_minutes"],
        resolution_minutes=terms["resolution_minutes"],
        pauses_while=tuple(row["pauses"]),
        on_reopen=row["on_reopen"],
        is_default=row["key"] in defaults,
        is_bought=row.get("bought", False),
    )


def _field(row: Mapping[str, Any]) -> FieldStory:
    return FieldStory(
        key=row["key"],
        kind=row["kind"],
        label=four(row["label"]),
        help=four(row["help"]),
        is_required=row["required"],
        max_length=row.get("max_length"),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        max_megabytes=row.get("max_megabytes"),
        choices=tuple(ChoiceStory(choice["value"], four(choice["label"])) for choice in row.get("choice", ())),
    )
