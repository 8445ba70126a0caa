"""What a request is about, in no language; and the same said in one."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from random import Random
from typing import Any

from clientela.command.demonstration.content import Scenario, house, table
from clientela.command.demonstration.wording import Template, Voice
from clientela.command.demonstration.words import Words, words_of

NICHES = (45, 50, 54, 56, 58, 59, 60)
WINDOW_STARTS = (8, 9, 10, 11, 13, 14, 15, 16)
EURO_IN = {"RON": 5.0, "PLN": 4.3, "EUR": 1.0}
SMALL_GROUPS = frozenset({"part", "warranty", "complaint"})  # a part, or a difference
SMALL_SCENARIOS = frozenset({"sales-order-change.model", "workshop-question.worth"})
PRICES = {"appliance": (189, 1290), "part": (19, 210)}  # euro
IDLE_TRIES = frozenset({"nothing", "tape", "parked", "neighbour"})  # nothing was done, so "without success" misfits
LONGEST_OWNED_DAYS = 1500
SINCE_SHORT = ("yesterday", "morning", "evening", "three_days", "few_days", "monday", "week")
SINCE_LONG = (*SINCE_SHORT, "two_weeks", "weekend", "night", "month", "move")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one request; a request asked on its behalf shares them."""

    group: str
    thing: str
    fault: str
    model: str
    other_model: str
    part: str
    since: str
    tried: str
    order: str
    invoice: str
    amount: int  # of `currency`, whole
    currency: str
    bought_on: date
    window: int
    time: str
    pieces: int
    niche: int
    goods: str
    gadget: str
    system: str
    for_whom: str
    place: str
    joiner: str
    supplier: str
    van: str
    branch: str
    client: str
    company: str
    phone: str
    email: str
    address: str
    at_department: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who writes or is written to. `gender` is how they speak of themselves."""

    name: str
    first: str
    gender: int
    team: str = ""  # a department's key for a colleague
    vocative: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose request it is, for the facts: how to reach them, where they live, and who stands beside them."""

    client: str
    company: str
    phone: str
    email: str
    address: str
    branch: str
    at_department: str


def draw_facts(rng: Random, scenario: Scenario, owner: Owner, *, on: date) -> Facts:
    """The facts of a new request."""
    currency = house().branches[owner.branch].currency
    people = table("customers")
    facts = Facts(
        group="",
        thing="",
        fault="",
        model="",
        other_model="",
        part="",
        since=rng.choice(SINCE_LONG if scenario.group in {"repair", "warranty"} else SINCE_SHORT),
        tried="",
        order=f"CL-{rng.randrange(41000, 58999)}",
        invoice=f"F{on.year % 100}-{rng.randrange(10000, 19999)}",
        amount=_price(rng, scenario, currency),
        currency=currency,
        bought_on=on - timedelta(days=rng.randrange(40, LONGEST_OWNED_DAYS)),
        window=rng.choice(WINDOW_STARTS),
        time=f"{rng.randrange(9, 18)}:{rng.choice(('00', '15', '30', '45'))}",
        pieces=rng.randrange(5, 20),
        niche=rng.choice(NICHES),
        goods=_one(rng, "goods"),
        gadget=_one(rng, "gadgets"),
        system=_one(rng, "systems"),
        for_whom=_one(rng, "for_whom"),
        place=_one(rng, "places"),
        joiner=rng.choice(people["joiners"]),
        supplier=rng.choice(people["suppliers"]),
        van=rng.choice(table("things")["vehicle"]["van"]["models"]),
        branch=owner.branch,
        client=owner.client,
        company=owner.company,
        phone=owner.phone,
        email=owner.email,
        address=owner.address,
        at_department=owner.at_department,
    )
    if scenario.service == "sales-quote":
        facts = replace(facts, amount=facts.amount * facts.pieces)
    return _about(rng, facts, scenario)


def carried_facts(rng: Random, facts: Facts, scenario: Scenario) -> Facts:
    """The facts for a request on behalf of one with `facts`: another thing only where it is about another kind."""
    return facts if facts.group == scenario.things else _about(rng, facts, scenario)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something is written: `today`, the day it speaks of, who else is named, and an hour if one is agreed."""

    today: date
    on: date
    colleague: str
    time: str = ""


@dataclass(frozen=True, slots=True)
class _Rarely:
    """What few texts say: other days, and what was tried already."""

    rng: Random
    words: Words
    facts: Facts
    occasion: Occasion
    voice: Voice

    def say(self, name: str) -> str:
        """Fill the slot. Raises KeyError for one that nobody knows."""
        if name == "date2":
            return self.words.day_and_month(self.occasion.on + timedelta(days=4))
        if name == "past_date":
            return self.words.day_and_month(self.occasion.today - timedelta(days=self.facts.pieces))
        if name not in {"tried", "did"}:
            raise KeyError(name)
        ways = self.words.tried[self.facts.group]
        way = self.facts.tried
        if name == "did" and way in IDLE_TRIES:  # `tried` may be that nothing was done; `did` never is
            way = next((key for key in ways if key not in IDLE_TRIES), way)
        return _template(ways[way]).say(self.rng, self.voice)


class _Slots(dict[str, str]):
    """Slots of which a few are worked out only when a text asks for them."""

    rarely: _Rarely

    def __missing__(self, name: str) -> str:
        found = self[name] = self.rarely.say(name)
        return found


def speaking(rng: Random, facts: Facts, language: str, *, by: Speaker, to: Speaker | None, occasion: Occasion) -> Voice:
    """The voice of `by`, writing to `to` in `language` about `facts`."""
    words = words_of(language)
    slots = _Slots(_said(facts, language))
    slots.update(words.day_slots(occasion.on))
    slots["me"] = by.name
    slots["me_first"] = by.first
    slots["team"] = words.departments.get(by.team, "")
    slots["colleague"] = occasion.colleague
    if occasion.time:
        slots["time"] = occasion.time
    if to is not None:
        slots["to_name"] = to.name
        slots["to_first"] = to.first
        slots["to_voc"] = to.vocative or to.first
    genders = {"w": by.gender, "t": words.things[facts.thing].gender, "p": words.part_genders[facts.part]}
    voice = Voice(language, slots, genders)
    slots.rarely = _Rarely(rng, words, facts, occasion, voice)
    return voice


def answers_of(rng: Random, scenario: Scenario, facts: Facts, voice: Voice, *, text: str, on: date) -> dict[str, str]:
    """What the form holds: every field of the scenario, as the portal would have sent it."""
    found = {}
    for key, wanted in scenario.answers.items():
        if wanted == "@text":
            found[key] = text
        elif wanted == "@date":
            found[key] = on.isoformat()
        elif wanted == "@date2":
            found[key] = (on + timedelta(days=4)).isoformat()
        elif wanted == "@amount":
            found[key] = str(facts.amount)
        elif wanted == "@language":
            found[key] = voice.language
        else:
            found[key] = _template(wanted).say(rng, voice)
    return found


@cache
def _template(source: str) -> Template:
    return Template(source)


@lru_cache(maxsize=2048)
def _said(facts: Facts, language: str) -> dict[str, str]:
    words = words_of(language)
    thing = words.things[facts.thing]
    return {
        **thing.forms,
        **words.parts[facts.part],
        **words.since[facts.since],
        **words.bought_slots(facts.bought_on),
        "fault": thing.faults[facts.fault],
        "model": facts.model,
        "other_model": facts.other_model,
        "order": facts.order,
        "invoice": facts.invoice,
        "amount": words.amount(facts.amount, facts.currency),
        "window": words.window(facts.window),
        "time": facts.time,
        "pieces": str(facts.pieces),
        "niche": str(facts.niche),
        "goods": words.phrases["goods"][facts.goods],
        "gadget": words.phrases["gadgets"][facts.gadget],
        "system": words.phrases["systems"][facts.system],
        "for_whom": words.phrases["for_whom"][facts.for_whom],
        "place": words.phrases["places"][facts.place],
        "at_department": words.phrases["at_department"][facts.at_department],
        "role": words.phrases["at_department"][facts.at_department],
        "joiner": facts.joiner,
        "supplier": facts.supplier,
        "van": facts.van,
        "city": house().branches[facts.branch].city.of(language),
        "client": facts.client,
        "company": facts.company,
        "phone": facts.phone,
        "email": facts.email,
        "address": facts.address,
    }


def _about(rng: Random, facts: Facts, scenario: Scenario) -> Facts:
    group = scenario.things
    kinds: dict[str, Any] = table("things")[group]
    names = scenario.only or tuple(kinds)
    thing = rng.choices(names, weights=[kinds[name]["weight"] for name in names])[0]
    row = kinds[thing]
    fault = rng.choice(tuple(row["faults"]))
    models = row.get("models") or (f"LV-{facts.niche}{facts.pieces:02d}",)
    model = rng.choice(models)
    others = [other for other in models if other != model]
    part = rng.choice(row["faults"][fault] or ("control_board",))
    return replace(
        facts,
        group=group,
        thing=thing,
        fault=fault,
        model=model,
        other_model=rng.choice(others) if others else model,
        part=part,
        tried=rng.choice(tuple(table("words/en/things")["tried"][group])),
    )


def _price(rng: Random, scenario: Scenario, currency: str) -> int:
    is_small = scenario.group in SMALL_GROUPS or scenario.key in SMALL_SCENARIOS
    low, high = PRICES["part" if is_small else "appliance"]
    return int(rng.randrange(low, high) * EURO_IN[currency])


def _one(rng: Random, name: str) -> str:
    keys: dict[str, str] = table("words/en/things")[name]
    return rng.choice(tuple(keys))
