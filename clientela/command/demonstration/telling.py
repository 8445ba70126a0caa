"""How cases are opened: what people ask on their own account, and what departments ask for them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Literal

from clientela.command.demonstration.arrivals import Arrival
from clientela.command.demonstration.askers import Askers
from clientela.command.demonstration.cases import MOST_HOPS, Asker, Case
from clientela.command.demonstration.content import House, Scenario, scenarios, work_kinds
from clientela.command.demonstration.desks import Desk
from clientela.command.demonstration.facts import Facts, Owner, answers_of, carried_facts, draw_facts
from clientela.command.demonstration.hours import moment
from clientela.command.demonstration.speech import CAREFUL, asking, draw_tone
from clientela.command.demonstration.story import AskedDepartment, Opened, TeamStory
from clientela.command.demonstration.voices import Voices

HELPED_OUT_SHARE = 0.1  # of what Care gets in Warsaw and Madrid is answered from Bucharest
HANDED_OVER_SHARE = 0.07  # of general questions turn out to be somebody else's
HANDS_TO: Mapping[str, tuple[str, ...]] = {
    "care": ("workshop", "sales", "warehouse", "finance"),
    "sales": ("purchasing", "care"),
    "workshop": ("care",),
    "warehouse": ("care", "sales"),
    "purchasing": ("finance", "warehouse"),
    "finance": ("care", "sales"),
    "hr": ("finance",),
    "it": ("maintenance",),
    "maintenance": ("purchasing",),
    "marketing": ("sales",),
}
FORM_DAYS_AHEAD = 5  # a day that a form asks for
MOST_TRIES = 6  # for words that nobody has used yet
CALMER = ("calm", "brief", "brief")

Channel = Literal["email", "portal", "desk"]


class Opening:
    """Opens cases and words them."""

    def __init__(self, rng: Random, house: House, desks: Mapping[str, Desk], *, askers: Askers, voices: Voices) -> None:
        self._rng = rng
        self._house = house
        self._desks = desks
        self._askers = askers
        self._voices = voices
        self._said: set[str] = set()
        self.cases: list[Case] = []

    def open_root(self, arrival: Arrival) -> Case:
        """What somebody asks on their own account."""
        rng = self._rng
        asker, scenario = arrival.asker, arrival.scenario
        owner = self._house.services[scenario.service].owner
        branch = asker.branch
        if owner == "care" and branch != "bucharest" and rng.random() < HELPED_OUT_SHARE:
            branch = "bucharest"
        team = self._house.team_for(owner, branch)
        language = asker.language
        if asker.side == "inside":
            language = self._voices.inside_language(asker.branch, asker.department, team)
        on = self._desks[team.key].hours.local(arrival.at).date()
        facts = draw_facts(rng, scenario, self._owner(asker), on=on)
        channel: Channel = "email" if arrival.channel == "email" else "portal"
        case = self._new(
            scenario, team=team, asker=asker, facts=facts, channel=channel, language=language, at=arrival.at
        )
        case.stages = self._stages(case)
        self._word(
            case, tone=draw_tone(rng, asker.words_side, scenario.group, is_company=asker.customer_kind == "company")
        )
        return case

    def open_child(self, parent: Case, key: str, agent: str, at: int) -> Case:
        """What `agent` asks another department on behalf of a case."""
        scenario = scenarios()[key]
        team = self._house.team_for(self._house.services[scenario.service].owner, parent.facts.branch)
        language = self._voices.inside_language(parent.team.branch, parent.team.department, team)
        asker = replace(
            self._askers.colleagues[agent],
            customer=parent.team.department,
            customer_kind="department",
            customer_name=parent.team.name.en,
        )
        facts = carried_facts(self._rng, parent.facts, scenario)
        case = self._new(scenario, team=team, asker=asker, facts=facts, channel="desk", language=language, at=at)
        case.parent = parent
        parent.children.append(case)
        parent.open_children += 1
        case.stages = self._stages(case)
        self._word(case, tone=self._rng.choice(CALMER))
        parent.happened(AskedDepartment(moment(at), agent, child_mark(case)))
        return case

    def _new(
        self,
        scenario: Scenario,
        *,
        team: TeamStory,
        asker: Asker,
        facts: Facts,
        channel: Channel,
        language: str,
        at: int,
    ) -> Case:
        case = Case(
            number=len(self.cases) + 1,
            scenario=scenario,
            service=self._house.services[scenario.service],
            kind=work_kinds()[scenario.group],
            team=team,
            facts=facts,
            asker=asker,
            language=language,
            channel=channel,
            opened_at=at,
        )
        self.cases.append(case)
        return case

    def _owner(self, asker: Asker) -> Owner:
        """Whose facts a request has: its asker's, with somebody outside to name where a colleague asks."""
        other = asker if asker.side == "outside" else self._askers.somebody_in(self._rng, asker.branch)
        company = other.customer_name if other.customer_kind == "company" else self._some_company(asker.branch)
        return Owner(
            client=other.customer_name,
            company=company,
            phone=asker.phone,
            email=asker.email,
            address=other.address,
            branch=asker.branch,
            at_department=asker.department or self._rng.choice(("workshop", "warehouse", "sales", "care")),
        )

    def _some_company(self, branch: str) -> str:
        businesses = [asker for asker in self._askers.businesses if asker.branch == branch]
        return self._rng.choice(businesses).customer_name

    def _word(self, case: Case, *, tone: str) -> None:
        """Put the request into words, new ones if somebody said just the same before."""
        rng = self._rng
        voice = self._voices.of_customer(case, case.opened_at)
        manners = case.asker.manners if case.channel != "desk" else CAREFUL
        side = case.asker.words_side
        for _ in range(MOST_TRIES):
            said = asking(rng, voice, case.scenario, tone=tone, side=side, channel=case.channel, manners=manners)
            if said.text not in self._said:
                break
        self._said.add(said.text)
        case.title, case.said = said.title, said.said
        on = self._desks[case.team.key].hours.local(case.opened_at).date() + timedelta(days=FORM_DAYS_AHEAD)
        is_form = case.channel == "portal"
        answers = answers_of(rng, case.scenario, case.facts, voice, text=said.text, on=on) if is_form else {}
        case.happened(Opened(moment(case.opened_at), case.asker.key, said.text, answers))

    def _stages(self, case: Case) -> list[str]:
        """What is to be done, one touch after the other: ask back, ask a department, agree a day, work, finish."""
        rng = self._rng
        kind = case.kind
        first = self._drawn(case, case.scenario.asks)
        beside = [key for key, share in case.scenario.together if rng.random() < share and self._may_ask(case, key)]
        if not first and not beside and rng.random() < kind.at_once:
            is_question = case.scenario.group == "info" and case.parent is None
            if is_question and rng.random() < HANDED_OVER_SHARE:
                return [f"hand_over:{rng.choice(HANDS_TO[case.team.department])}", "finish"]
            return ["finish"]
        may_ask_back = case.scenario.lines.get("ask") != ()
        stages = ["customer"] if may_ask_back and rng.random() < kind.asks_customer else []
        if first or beside:
            stages.append(f"ask:{','.join(beside or [first])}")
        if rng.random() < case.scenario.waits_date:
            stages.append("date")
        elif not first and not beside:
            stages.append(case.scenario.without_asking)
        then = self._drawn(case, case.scenario.then)
        if then and then != first:
            stages.append(f"ask:{then}")
        return [*stages, "finish"]

    def _drawn(self, case: Case, shares: tuple[tuple[str, float], ...]) -> str:
        drawn = self._rng.random()
        for key, share in shares:
            drawn -= share
            if drawn < 0:
                return key if self._may_ask(case, key) else ""
        return ""

    def _may_ask(self, case: Case, key: str) -> bool:
        owner = self._house.services[scenarios()[key].service].owner
        return case.hop < MOST_HOPS and owner != case.team.department


def child_mark(case: Case) -> str:
    """What stands for a case in its parent's events until the plan gives keys."""
    return f"#{case.number}"
