"""One round of asking everybody on whom they depend: who answered, and what they said. It has ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from clientela.catalogue import queries as catalogue
from clientela.command.demonstration.content import four, table
from clientela.command.demonstration.depending.lines import known_lines
from clientela.command.demonstration.listening.house import Loaded
from clientela.command.demonstration.story import ColleagueStory, FourLanguages
from clientela.directory.policies import HOUSE
from clientela.network.actions import asking_dependence
from clientela.network.actions.asking_dependence.history import PastSheet, write_sheets_of_the_past
from clientela.network.rules.sheets import Said, Sheet

SEED = 1
ANSWER_HOURS = 10 * 24.0
FIRST_ANSWER_HOURS = 0.6


@dataclass(frozen=True)
class _Line:
    """One department needs another: why, and how both sides see it, as weights of each answer."""

    customer: str
    provider: str
    why: FourLanguages
    views: Mapping[str, Sequence[int]]


def ask_on_whom_people_depend(loaded: Loaded) -> None:
    """Ask everybody, let most answer, and count what they said when the time is over."""
    told = table("depending")["asked"]
    opened_at = loaded.morning(told["opened_days_ago"])
    closes_at = opened_at + timedelta(days=told["open_days"])
    round_id = asking_dependence.start_asking(by=loaded.owner, at=opened_at, closes_at=closes_at, words=told["words"])
    answering = _Answering(loaded, told)
    past = [
        PastSheet(loaded.parties[one.key], answered_at, answering.sheet(one))
        for one in loaded.plan.colleagues
        if one.started_on <= opened_at.date() and (answered_at := answering.moment(one, opened_at)) is not None
    ]
    write_sheets_of_the_past(asked_at=opened_at, round_id=round_id, past=past)
    asking_dependence.close_asking(by=HOUSE, at=closes_at, round_id=round_id)


class _Answering:
    """What each colleague answers: the same for the same plan."""

    def __init__(self, loaded: Loaded, told: Mapping[str, Any]) -> None:
        self._rng = Random(f"{SEED} depending")  # noqa: S311 - a story, not a secret
        self._loaded = loaded
        self._told = told
        self._lines = _lines(loaded, told)
        self._services = _services_between(loaded)

    def moment(self, one: ColleagueStory, opened_at: datetime) -> datetime | None:
        """When they answered; None: never."""
        rng = self._rng
        answers = one.department in self._told["all_answer"] or rng.random() < self._told["answered_share"]
        hours = FIRST_ANSWER_HOURS + rng.betavariate(1, 3) * ANSWER_HOURS
        return opened_at + timedelta(seconds=int(hours * 3600)) if answers else None

    def sheet(self, one: ColleagueStory) -> Sheet:
        """What they answered."""
        share = 1.0 if one.department in self._told["all_answer"] else self._told["named_share"]
        named = [line for line in self._lines if self._rng.random() < share]
        return Sheet(
            needs=tuple(self._need(one, line) for line in named if line.customer == one.department),
            serves=tuple(self._serve(line) for line in named if line.provider == one.department),
        )

    def _need(self, one: ColleagueStory, line: _Line) -> Said:
        rng = self._rng
        services = self._services.get((line.customer, line.provider), Counter())
        usual = [number for number, _times in services.most_common(3) if rng.random() < self._told["service_share"]]
        return Said(
            department=self._loaded.departments[line.provider],
            matters=self._drawn(line.views["matters"]),
            quality=1 + self._drawn(line.views["quality"]),
            services=tuple(usual),
            what=line.why.of(one.language) if rng.random() < self._told["words_share"] else "",
        )

    def _serve(self, line: _Line) -> Said:
        return Said(
            department=self._loaded.departments[line.customer],
            matters=self._drawn(line.views["supplier_matters"]),
            quality=1 + self._drawn(line.views["supplier_quality"]),
        )

    def _drawn(self, weights: Sequence[int]) -> int:
        return self._rng.choices(range(len(weights)), weights=weights)[0]


def _lines(loaded: Loaded, told: Mapping[str, Any]) -> list[_Line]:
    usual = {name: told[name] for name in ("matters", "quality", "supplier_matters", "supplier_quality")}
    views = {(one["customer"], one["provider"]): one for one in told["view"]}
    known = [(one.customer, one.provider, one.why) for one in known_lines(loaded)]
    more = [(one["customer"], one["provider"], four(one["why"])) for one in told["more"]]
    return [
        _Line(customer, provider, why, {**usual, **views.get((customer, provider), {})})
        for customer, provider, why in (*known, *more)
    ]


def _services_between(loaded: Loaded) -> dict[tuple[str, str], Counter[int]]:
    """What each department asks another one for in the story, by customer and provider."""
    works_in = {one.key: one.department for one in loaded.plan.colleagues}
    works_in |= {team.key: one.key for one in loaded.plan.departments for team in one.teams}
    ids = {one.key: one.service_id for one in catalogue.services_in_brief(language="en")}
    found: dict[tuple[str, str], Counter[int]] = {}
    for request in loaded.plan.requests:
        if request.side == "inside" and request.asker in works_in:
            pair = (works_in[request.asker], request.department)
            found.setdefault(pair, Counter())[ids[request.service]] += 1
    return found
