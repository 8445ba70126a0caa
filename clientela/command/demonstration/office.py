"""The clockwork of the story: what happens next, and whose hands are free for it."""

from collections.abc import Callable
from heapq import heappop, heappush
from random import Random

from clientela.command.demonstration.cases import Case
from clientela.command.demonstration.content import House
from clientela.command.demonstration.desks import Desk
from clientela.command.demonstration.hours import MINUTE, OpenHours

Deed = Callable[[int], None]
Touch = Callable[[Case, str, str, int], None]
MORNING_MINUTES = 25  # the first answers of a day do not go out at the stroke of the opening hour


class Office:
    """Runs deeds in order of time and hands queued work to whoever is free. `touch` does a piece of work."""

    def __init__(self, rng: Random, house: House, desks: dict[str, Desk], *, until: int) -> None:
        self.rng = rng
        self.house = house
        self.desks = desks
        self.until = until
        self.touch: Touch = _nobody
        self._deeds: list[tuple[int, int, Deed]] = []
        self._order = 0

    def hours_of(self, team: str) -> OpenHours:
        """When a team works."""
        return self.desks[team].hours

    def later(self, at: int, deed: Deed) -> None:
        """Do something then; what would come after the end of the story does not happen."""
        if at < self.until:
            self._order += 1
            heappush(self._deeds, (at, self._order, deed))

    def queue(self, case: Case, what: str, at: int, *, due: float) -> None:
        """Put work on a case into its team's queue at a moment; `due` says how urgent it is."""
        desk = self.desks[case.team.key]
        self._order += 1
        # People do not follow the list to the minute.
        desk.put(due + self.rng.gauss(0, 25 * MINUTE), self._order, case, what)
        self._serve(desk, at)

    def run(self) -> None:
        """Until nothing more happens."""
        while self._deeds:
            at, _, deed = heappop(self._deeds)
            deed(at)

    def _serve(self, desk: Desk, at: int) -> None:
        while desk.queue and desk.busy < desk.hands:
            if not desk.hours.is_open(at):
                self._wake(desk, at)
                return
            _, _, case, what = heappop(desk.queue)
            if case.team.key != desk.team.key or not case.is_open:
                continue
            agent = self._agent(desk, case, at)
            done_at = desk.hours.add_within(at, desk.touch_seconds(self.rng, at)) - self.rng.randrange(MINUTE)
            desk.busy += 1
            self.later(max(done_at, at + 1), _Finish(self, desk, case, what, agent))

    def _wake(self, desk: Desk, at: int) -> None:
        if desk.is_waking:
            return
        desk.is_waking = True
        opens = desk.hours.opening(at)
        begins = desk.hours.add_within(opens, self.rng.randrange(1, MORNING_MINUTES) * MINUTE)

        def wake(now: int) -> None:
            desk.is_waking = False
            self._serve(desk, now)

        self.later(begins, wake)

    def _agent(self, desk: Desk, case: Case, at: int) -> str:
        if case.holder and desk.is_there(case.holder, at):
            return case.holder
        speaks = {"pl": "warsaw", "es": "madrid"}.get(case.language, "bucharest")
        besides = case.asker.key  # nobody answers themselves
        return desk.somebody(self.rng, at, branch=speaks, besides=besides)

    def finish(self, desk: Desk, case: Case, what: str, agent: str, at: int) -> None:
        """A piece of work is done; the next one is taken up."""
        desk.busy -= 1
        if case.team.key == desk.team.key and case.is_open:
            self.touch(case, what, agent, at if desk.hours.is_open(at) else desk.hours.closing(at))
        self._serve(desk, at)


class _Finish:
    """The end of a piece of work, to be done later."""

    __slots__ = ("_agent", "_case", "_desk", "_office", "_what")

    def __init__(self, office: Office, desk: Desk, case: Case, what: str, agent: str) -> None:
        self._office = office
        self._desk = desk
        self._case = case
        self._what = what
        self._agent = agent

    def __call__(self, at: int) -> None:
        self._office.finish(self._desk, self._case, self._what, self._agent, at)


def _nobody(case: Case, what: str, agent: str, at: int) -> None:
    raise RuntimeError(f"Nobody does {what} on {case.number} for {agent} at {at}.")
