"""The data files: complete in four languages, and every sentence can be said."""

import re
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest

from clientela.catalogue.rules import FieldKind
from clientela.command.demonstration.content import house, scenarios, table, work_kinds
from clientela.command.demonstration.facts import Occasion, Owner, Speaker, draw_facts, speaking
from clientela.command.demonstration.story import LANGUAGES, FourLanguages
from clientela.command.demonstration.wording import FEMININE, MASCULINE, Template
from clientela.promises.rules import calendar_from_json

OWNER = Owner("Zofia Nowak", "Delta Instal SRL", "+48 600", "z@x.example", "ul. Targowa 41", "warsaw", "workshop")
OCCASION = Occasion(date(2026, 11, 24), date(2026, 11, 26), "Radu Stan")
ANA = Speaker("Ana Ionescu", "Ana", FEMININE, "care", "Ano")
PIOTR = Speaker("Piotr Zieliński", "Piotr", MASCULINE, "workshop", "Piotrze")


def leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a data file with the way to it."""
    if isinstance(tree, dict):
        for key, below in tree.items():
            yield from leaves(below, (*path, key))
    elif isinstance(tree, list):
        for below in tree:
            yield from leaves(below, path)
    elif isinstance(tree, str):
        yield path, tree


def shape(tree: Any) -> Any:
    """The keys of a data file and the lengths of its lists."""
    if isinstance(tree, dict):
        return {key: shape(below) for key, below in sorted(tree.items())}
    return len(tree) if isinstance(tree, list) else 1


def all_four(words: FourLanguages) -> bool:
    texts = words.by_language()
    return set(texts) == set(LANGUAGES) and all(text.strip() for text in texts.values())


def test_there_are_about_forty_services_and_each_department_takes_mail_by_one() -> None:
    services = house().services
    assert len(services) == 44
    assert {service.owner for service in services.values()} == set(house().departments)
    defaults = [service for service in services.values() if service.is_default]
    assert sorted(service.owner for service in defaults) == sorted(house().departments)
    assert {service.audience for service in defaults} == {"both"}
    for department in house().departments.values():
        assert services[department.default_service].owner == department.key
        assert department.address == f"{department.key}@clientela.test"


@pytest.mark.parametrize("key", sorted(house().services))
def test_a_service_is_described_in_four_languages(key: str) -> None:
    service = house().services[key]
    assert all_four(service.title)
    assert all_four(service.description)
    assert all_four(service.what_happens)
    assert 1 <= len(service.fields) <= 5
    assert 2 <= len(service.steps) <= 4
    for field in service.fields:
        assert FieldKind(field.kind)
        assert all_four(field.label)
        assert all_four(field.help)
        assert (field.kind == "choice") == bool(field.choices)
        assert all(all_four(choice.label) for choice in field.choices)
    for step in service.steps:
        assert all_four(step.text)
        assert step.department in house().departments
    assert 0 < service.first_reply_minutes <= service.resolution_minutes
    assert set(service.pauses_while) <= {"waiting_customer", "waiting_date"}
    assert service.on_reopen in {"resume", "restart", "never"}


def test_departments_branches_and_dependencies_are_named_in_four_languages() -> None:
    for department in house().departments.values():
        assert all_four(department.name)
        assert all_four(department.about)
        assert house().colleagues[department.head].role == "head"
        assert house().colleagues[department.head].department == department.key
        assert department.calendar in house().calendars
    assert all(all_four(branch.city) for branch in house().branches.values())
    for dependency in house().dependencies:
        assert all_four(dependency.why)
        assert {dependency.customer, dependency.provider} <= set(house().departments)
        assert dependency.customer != dependency.provider


def test_every_calendar_can_be_read() -> None:
    for calendar in house().calendars.values():
        assert calendar_from_json(calendar.definition).zone == house().branches[calendar.branch].zone
    assert {team.calendar for team in house().teams.values()} == set(house().calendars)


def test_the_cast_works_where_it_should() -> None:
    people = house().colleagues
    assert (people["ana.ionescu"].department, people["ana.ionescu"].branch) == ("care", "bucharest")
    assert (people["piotr.zielinski"].department, people["piotr.zielinski"].branch) == ("workshop", "warsaw")
    assert people["radu.stan"].department == "care"
    assert [person.key for person in people.values() if person.is_owner] == ["irina.dobre"]
    assert [person.key for person in people.values() if person.is_administrator] == ["dan.petrescu"]
    assert sum(bool(person.private_email) for person in people.values()) == 13
    assert all(sum(1 for person in people.values() if person.team == team) >= 3 for team in house().teams)


@pytest.mark.parametrize("name", ["openings", "answers", "things", "dates"])
@pytest.mark.parametrize("language", ["ro", "pl", "es"])
def test_what_is_said_in_one_language_is_said_in_all(name: str, language: str) -> None:
    ours, english = table(f"words/{language}/{name}"), table(f"words/en/{name}")
    if name == "things":  # each language has its own forms of a thing, of a part, of a time
        for kind in ("things", "parts", "since"):
            assert set(ours[kind]) == set(english[kind])
        for thing in english["things"]:
            assert shape(ours["things"][thing]["faults"]) == shape(english["things"][thing]["faults"])
        assert shape({key: ours[key] for key in ours if key not in {"things", "parts", "since"}}) == shape(
            {key: english[key] for key in english if key not in {"things", "parts", "since"}}
        )
    elif name == "openings":  # variants may differ in number, but not in what they are for
        assert {key: set(parts) for key, parts in ours.items()} == {key: set(parts) for key, parts in english.items()}
        assert {key: len(parts["says"]) for key, parts in ours.items()} == {
            key: len(parts["says"]) for key, parts in english.items()
        }
    elif name == "answers":  # places in these lists are referred to by number
        for part in ("group", "done", "common"):
            assert shape(ours[part]) == shape(english[part])
        assert {key: set(parts) for key, parts in ours["open"].items()} == {
            key: set(parts) for key, parts in english["open"].items()
        }
        assert shape(ours["open"]["out"]["chatty"]) == shape(english["open"]["out"]["chatty"])
    else:
        assert {len(ours[key]) for key in ("months",)} == {12}
        assert {len(ours[key]) for key in ("on_day", "by_day")} == {7}


def test_every_scenario_refers_to_what_there_is() -> None:
    words = table("words/en/answers")
    assert set(table("words/en/openings")) == set(scenarios())
    for scenario in scenarios().values():
        service = house().services[scenario.service]
        fields = {field.key: field for field in service.fields}
        assert set(scenario.answers) <= set(fields)
        assert {key for key, field in fields.items() if field.is_required} <= set(scenario.answers)
        assert scenario.group in work_kinds()
        assert set(scenario.only) <= set(table("things")[scenario.things])
        for child, share in (*scenario.asks, *scenario.then, *scenario.together):
            assert child in scenarios()
            assert 0 < share <= 1
            assert scenarios()[child].service.partition("-")[0] != scenario.service.partition("-")[0]
        assert sum(share for _, share in scenario.asks) <= 1
        group = words["group"][scenario.group]
        for part, places in scenario.lines.items():
            assert all(place < max(len(side[part]) for side in group.values()) for place in places)
        if scenario.done_for:
            assert len(scenario.done_for) == len(table("words/en/openings")[scenario.key]["says"])
            assert {place for places in scenario.done_for for place in places} <= set(
                range(len(words["done"][scenario.key]))
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said_of_everything(language: str) -> None:
    rng = Random(3)
    count = 0
    for key, scenario in scenarios().items():
        for _ in range(6):
            facts = draw_facts(rng, scenario, OWNER, on=OCCASION.today)
            voice = speaking(rng, facts, language, by=rng.choice((ANA, PIOTR)), to=PIOTR, occasion=OCCASION)
            for _, source in leaves(table(f"words/{language}/openings")[key]):
                assert Template(source).say(rng, voice).strip()
                count += 1
    for path, source in leaves(table(f"words/{language}/answers")):
        if path[0] == "group" and path[2] == "out":
            by, to = ANA, PIOTR
        else:
            by, to = PIOTR, ANA
        facts = draw_facts(rng, scenarios()["care-repair.fault"], OWNER, on=OCCASION.today)
        said = Template(source).say(rng, speaking(rng, facts, language, by=by, to=to, occasion=OCCASION))
        assert said == "" if not source else said
    assert count > 4000


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_are_the_right_ones(language: str) -> None:
    for name in ("openings", "answers", "things", "dates"):
        for path, text in leaves(table(f"words/{language}/{name}")):
            assert not set(text) & set("şţŞŢ"), path
            if language == "es":
                assert text.count("¿") == text.count("?"), (path, text)
                assert text.count("¡") == text.count("!"), (path, text)
    for text in (text for name in ("organisation", "customers", "people") for _, text in leaves(table(name))):
        assert not set(text) & set("şţŞŢ")


def test_letters_to_customers_keep_the_tone_of_the_house() -> None:
    """No exclamation marks, no "unfortunately", and nobody outside is called "tu", "ty" or "tú"."""
    informal = {
        "en": r"\bunfortunately\b",
        "ro": r"\b(din păcate|tu|te rog|ție)\b",
        "pl": r"\b(ty|ciebie|tobie|twój|twoja|możesz)\b",
        "es": r"\b(tú|te|tu|tus|contigo|desgraciadamente)\b",
    }
    for language, pattern in informal.items():
        answers = table(f"words/{language}/answers")
        staff = [answers["group"][group].get("out", {}) for group in answers["group"]]
        said = [text for side in staff for part in ("first", "ask", "done") for text in side.get(part, ())]
        said += [
            text
            for name in ("progress", "delay", "late", "nudge_reply", "reopened", "settled", "complaint_reply", "call")
            for text in answers["common"]["out"][name]
        ]
        for text in said:
            assert "!" not in text, text
            assert not re.search(pattern, text, re.IGNORECASE), text
