"""Who speaks when: the voice of a colleague or of a customer on a case at a moment."""

from collections.abc import Mapping
from random import Random

from clientela.command.demonstration.askers import Askers
from clientela.command.demonstration.cases import Case
from clientela.command.demonstration.content import House
from clientela.command.demonstration.desks import Desk
from clientela.command.demonstration.facts import Occasion, speaking
from clientela.command.demonstration.hours import HOUR
from clientela.command.demonstration.story import TeamStory
from clientela.command.demonstration.wording import Voice

SOONEST_HOURS, LATEST_HOURS = 5, 22  # of working time, until the day that is named
ROMANIAN_AT_HEAD_OFFICE = 0.45
ROMANIAN_NOTE_SHARE = 0.7
LOCAL_TO_HEAD_OFFICE = 0.4


class Voices:
    """Gives the people of the plan their voices."""

    def __init__(self, rng: Random, house: House, askers: Askers, desks: Mapping[str, Desk]) -> None:
        self._rng = rng
        self._house = house
        self._askers = askers
        self._desks = desks

    def of_colleague(self, case: Case, agent: str, at: int, *, language: str = "", on_at: int = 0) -> Voice:
        """A colleague to the customer of the case; `language` other than the case's for what stays inside.

        `on_at` is the moment that the text is about, when it is agreed; otherwise some working day soon.
        """
        hours = self._desks[self._askers.colleagues[agent].team].hours
        soon = on_at or hours.add(at, self._rng.randrange(SOONEST_HOURS * HOUR, LATEST_HOURS * HOUR))
        local = hours.local(soon)
        occasion = Occasion(
            today=hours.local(at).date(),
            on=local.date(),
            colleague=self._other_name(agent),
            time=f"{local.hour}:{local.minute:02d}" if on_at else "",
        )
        return speaking(
            self._rng,
            case.facts,
            language or case.language,
            by=self._askers.speaker(agent),
            to=case.asker.speaker,
            occasion=occasion,
        )

    def of_customer(self, case: Case, at: int) -> Voice:
        """The asker of the case, in its language."""
        hours = self._desks[case.team.key].hours
        on = hours.add(at, self._rng.randrange(SOONEST_HOURS * HOUR, LATEST_HOURS * HOUR))
        asker = case.asker
        occasion = Occasion(
            today=hours.local(at).date(),
            on=hours.local(on).date(),
            colleague=self._other_name(asker.key) if asker.team else "",
        )
        return speaking(self._rng, case.facts, case.language, by=asker.speaker, to=None, occasion=occasion)

    def note_language(self, team: TeamStory) -> str:
        """In which language colleagues of a team write for themselves."""
        if len(self._house.departments[team.department].teams) == 1:
            return "en"
        if team.branch == "bucharest":
            return "ro" if self._rng.random() < ROMANIAN_NOTE_SHARE else "en"
        return self._house.branches[team.branch].language

    def inside_language(self, branch: str, department: str, team: TeamStory) -> str:
        """In which language somebody of `department` in `branch` asks a team: at home the language of the town."""
        is_central = any(len(self._house.departments[key].teams) == 1 for key in (department, team.department))
        if branch == "bucharest" and team.branch == "bucharest":
            return "en" if is_central and self._rng.random() > ROMANIAN_AT_HEAD_OFFICE else "ro"
        if branch == team.branch:
            return self._house.branches[branch].language
        has_countryman = branch in self._desks[team.key].branches.values()
        if has_countryman and self._rng.random() < LOCAL_TO_HEAD_OFFICE:
            return self._house.branches[branch].language
        return "en"

    def _other_name(self, key: str) -> str:
        desk = self._desks[self._askers.colleagues[key].team]
        others = [other for other in desk.people if other != key]
        return self._askers.speaker(self._rng.choice(others)).name
