"""The teams of a log, a page at a time, to be matched with departments; and what their names suggest."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.db.models import Q, QuerySet

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.policies import HiddenError
from clientela.network.discovery.naming import plain
from clientela.network.models import EventLog, LogDecision, LogTeam
from clientela.network.queries.logs import LogDecided, LogLine, decided_of, log_line, seen_log

A_PAGE = 25
ALIKE = 0.85  # how much a team's name must be like a department's to be suggested, 0 to 1
SHORTEST_WORD = 3  # letters of a word that may tell a department


@dataclass(frozen=True)
class LogTeamSeen:
    """A team of a log; what was said of it, or what its name suggests where nobody said anything yet."""

    id: int
    name: str
    events: int
    cases: int
    members: tuple[str, ...]
    department_id: int | None
    is_outside: bool
    suggested_id: int | None

    @property
    def is_decided(self) -> bool:
        """Whether somebody said what it is."""
        return self.is_outside or self.department_id is not None


@dataclass(frozen=True)
class LogTeamsPage:
    """Some teams of a log, the busiest first. `older`, `newer`: the team behind which, or before which, are more."""

    line: LogLine
    decided: LogDecided
    found: Mapping[str, object]
    teams: tuple[LogTeamSeen, ...]
    departments: tuple[DepartmentCard, ...]
    older: int | None
    newer: int | None
    may_undo: bool


def log_teams_page(
    viewer: Viewer,
    log_id: int,
    *,
    words: str = "",
    is_open_only: bool = False,
    after: int | None = None,
    before: int | None = None,
) -> LogTeamsPage:
    """Return a page of the teams of a log that was counted, the busiest first.

    `words` in their names; `is_open_only`: of which nobody has said yet what they are; `after`, `before`: a team's id.
    Raises HiddenError, also for a log that was not counted. Nine statements at most, whatever the log's size.
    """
    row, found = _counted(viewer, log_id)
    some = LogTeam.objects.filter(log=row)
    if words:
        some = some.filter(name__icontains=words)
    if is_open_only:
        some = some.filter(department__isnull=True, is_outside=False)
    teams, older, newer = _page(some, row, after=after, before=before)
    cards = directory.departments()
    called = Called(cards)
    people = directory.party_cards([row.brought_by_id] if row.brought_by_id is not None else [])
    return LogTeamsPage(
        line=log_line(row, people),
        decided=decided_of(row),
        found=found,
        teams=tuple(_seen(team, called) for team in teams),
        departments=tuple(cards),
        older=older,
        newer=newer,
        may_undo=LogDecision.objects.filter(log=row).exists(),
    )


def log_teams_told(viewer: Viewer, log_id: int) -> Iterator[tuple[str, str, int, int, bool]]:
    """Give every team of a log, the busiest first: its name, its department's key, events, cases, whether not ours.

    Raises HiddenError, also for a log that was not counted. Three statements.
    """
    row, _found = _counted(viewer, log_id)
    keys = {card.id: card.key for card in directory.departments()}
    teams = LogTeam.objects.filter(log=row).order_by("-events", "name")
    return (
        (team.name, keys.get(team.department_id or 0, ""), team.events, team.cases, team.is_outside) for team in teams
    )


def _counted(viewer: Viewer, log_id: int) -> tuple[EventLog, Mapping[str, object]]:
    row = seen_log(viewer, log_id)
    if row.state != EventLog.State.DONE or row.found is None:
        raise HiddenError(f"The teams of log {log_id} were not counted.")
    return row, row.found


class Called:
    """Departments by their names in every language; a name that several have means none of them."""

    def __init__(self, cards: Sequence[DepartmentCard]) -> None:
        ids: dict[str, set[int]] = {}
        words: dict[frozenset[str], set[int]] = {}
        for card in cards:
            for name in {card.key, card.name, *card.names.values()}:
                ids.setdefault(plain(name), set()).add(card.id)
                words.setdefault(_words(name), set()).add(card.id)
        self.ids = {name: next(iter(some)) for name, some in ids.items() if name and len(some) == 1}
        self._words = {name: next(iter(some)) for name, some in words.items() if name and len(some) == 1}

    def exactly(self, name: str) -> int | None:
        """Return the department of this name; None where there is none, or several."""
        return self.ids.get(plain(name))

    def suggested(self, name: str) -> int | None:
        """Return the department whose name is the same, or nearly, or stands in it; None where it could be several."""
        wanted = plain(name)
        if wanted in self.ids:
            return self.ids[wanted]
        near = {self.ids[one] for one in get_close_matches(wanted, self.ids, n=2, cutoff=ALIKE)}
        if near:
            return near.pop() if len(near) == 1 else None
        own = _words(name)
        inside = [(len(words), number) for words, number in self._words.items() if words <= own]
        most = max((size for size, _number in inside), default=0)
        best = {number for size, number in inside if size == most}
        return best.pop() if len(best) == 1 else None


def _words(name: str) -> frozenset[str]:
    words = (plain(word) for word in name.replace("_", " ").replace("-", " ").split())
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD)


def _page(
    some: QuerySet[LogTeam], row: EventLog, *, after: int | None, before: int | None
) -> tuple[Collection[LogTeam], int | None, int | None]:
    """Give the teams behind one, or before one, and whether there are more on either side. Three statements at most.

    Where none are left there, all on that side have been decided meanwhile, it gives the first ones.
    """
    every = some
    number = after or before
    place = LogTeam.objects.filter(log=row, pk=number).first() if number else None
    order = ("-events", "name")
    if place is not None and before:
        order = ("events", "-name")
        some = some.filter(Q(events__gt=place.events) | Q(events=place.events, name__lt=place.name))
    elif place is not None:
        some = some.filter(Q(events__lt=place.events) | Q(events=place.events, name__gt=place.name))
    teams = list(some.order_by(*order)[: A_PAGE + 1])
    if place is not None and not teams:
        return _page(every, row, after=None, before=None)
    is_more, teams = len(teams) > A_PAGE, teams[:A_PAGE]
    if place is not None and before:
        teams.reverse()
        return teams, teams[-1].pk, teams[0].pk if is_more else None
    return teams, teams[-1].pk if is_more else None, teams[0].pk if place is not None else None


def _seen(team: LogTeam, called: Called) -> LogTeamSeen:
    is_open = team.department_id is None and not team.is_outside
    return LogTeamSeen(
        id=team.pk,
        name=team.name,
        events=team.events,
        cases=team.cases,
        members=tuple(team.members),
        department_id=team.department_id,
        is_outside=team.is_outside,
        suggested_id=called.suggested(team.name) if is_open else None,
    )
