"""Which team of an event log is which department: said row by row, by suggestions, by a small file; and undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clientela.directory.queries import DepartmentCard
from clientela.kernel.clock import now
from clientela.network import actions
from clientela.network import queries as network
from clientela.network.discovery.teams_file import OUTSIDE
from clientela.web.components.reader import page_language
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.map.log_forms import TeamsForm
from clientela.web.map.log_words import teams_problem_words
from clientela.web.map.logs import map_url
from clientela.web.viewer import KnownRequest

NOT_OURS, YES, ACCEPT = "outside", "yes-", "accept"  # what is decided; else it is a department's name that was written
PARTS = ":"  # between a team and the department that was suggested for it
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Asked:
    """Which teams are shown: with these words in their names, only open ones, from one of them on."""

    words: str = ""
    is_open_only: bool = False
    after: int | None = None
    before: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """Read it from an address; what cannot be read asks for nothing."""
        after, before = (given.get(name, "") for name in ("after", "before"))
        return cls(
            given.get("q", "").strip()[:LONGEST_WORDS],
            given.get("show") == "open",
            int(after) if after.isdecimal() and len(after) < len(str(2**63)) else None,
            int(before) if before.isdecimal() and len(before) < len(str(2**63)) else None,
        )

    def query(self, *, after: int | None = None, before: int | None = None) -> str:
        """Write it as an address does."""
        told = {"q": self.words, "show": "open" if self.is_open_only else "", "after": after, "before": before}
        return urlencode({name: value for name, value in told.items() if value})

    def url(self, number: int) -> str:
        """The page as it is now."""
        query = self.query(after=self.after, before=self.before)
        return reverse("map:log_teams", args=[number]) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Row:
    """A team, the name of what it was said to be, and of what its name suggests."""

    team: network.LogTeamSeen
    department: str
    suggested: str
    written: str = ""  # what was written and is no department
    error: str = ""


@for_employees
def log_teams(request: KnownRequest, number: int) -> HttpResponse:
    """Show teams of a log, the busiest first, each to be matched with a department."""
    return _shown(request, number)


@for_employees
@require_POST
def match_log(request: KnownRequest, number: int) -> HttpResponse:
    """Keep what was said of one team, or every suggestion that was shown."""
    decision = request.POST.get("decision", "")
    team = _number(request.POST.get("team", ""))
    if decision == ACCEPT:
        pairs = [pair.partition(PARTS) for pair in request.POST.getlist("pair")]
        return _kept(request, number, {_number(one): _number(other) for one, _sign, other in pairs})
    if decision == NOT_OURS:
        return _kept(request, number, {team: None})
    if decision.startswith(YES):
        return _kept(request, number, {team: _number(decision.removeprefix(YES))})
    written = request.POST.get("department", "").strip()
    if not written:
        return _kept(request, number, {}, undecided=[team])
    page = network.log_teams_page(request.viewer, number)
    department = _department(written, page.departments)
    if department is None:
        why = _("There is no department “%(name)s”. Choose one from the list.") % {"name": written[:LONGEST_WORDS]}
        return _shown(request, number, refused={team: (written, why)})
    return _kept(request, number, {team: department})


@for_employees
@require_POST
def match_log_by_file(request: KnownRequest, number: int) -> HttpResponse:
    """Keep what a small table says of the teams; all of it or nothing."""
    form = TeamsForm(request.POST, request.FILES)
    problems: Sequence[str] = ()
    count = 0
    if form.is_valid():
        file = form.cleaned_data["teams"]
        try:
            count = actions.match_log_teams_by_file(by=request.viewer, at=now(), log_id=number, data=file.read())
        except actions.TeamsFileError as error:
            page = network.log_teams_page(request.viewer, number)
            problems = teams_problem_words(file.name, error.problems, error.count, _plain_labels(page.departments))
        except actions.LogRefusedError as refusal:
            say(request, str(refusal))
            return redirect("map:log", number)
        else:
            _say(request, number, count)
            return redirect("map:log_teams", number)
    return _shown(request, number, form=form, problems=problems)


@for_employees
@require_POST
def undo_match(request: KnownRequest, number: int) -> HttpResponse:
    """Take back what was said last."""
    try:
        count = actions.undo_log_match(by=request.viewer, at=now(), log_id=number)
    except actions.LogRefusedError as refusal:
        say(request, str(refusal))
    else:
        say(request, ngettext("%(n)s team is as it was before.", "%(n)s teams are as they were before.", count)
            % {"n": count})  # fmt: skip
    return redirect(Asked.of(request.GET).url(number))


@for_employees
def log_teams_as_csv(request: KnownRequest, number: int) -> HttpResponse:
    """Hand out every team of a log as a table, to be filled in and brought back."""
    rows = network.log_teams_told(request.viewer, number)
    filled = ((name, OUTSIDE[0] if outside else key, events, cases) for name, key, events, cases, outside in rows)
    return as_table(f"teams-{number}.csv", ("team", "department", "events", "cases"), filled)


def _kept(
    request: KnownRequest, number: int, department_of: Mapping[int, int | None], *, undecided: Sequence[int] = ()
) -> HttpResponse:
    try:
        count = actions.match_log_teams(
            by=request.viewer, at=now(), log_id=number, department_of=department_of, undecided=undecided
        )
    except actions.LogRefusedError as refusal:
        say(request, str(refusal))
    else:
        _say(request, number, count)
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx
        return _shown(request, number)
    return redirect(Asked.of(request.GET).url(number))


def _say(request: KnownRequest, number: int, count: int) -> None:
    if not count:
        say(request, _("Nothing changed."))
        return
    words = ngettext("Kept: %(n)s team. The map follows.", "Kept: %(n)s teams. The map follows.", count)
    query = Asked.of(request.GET)
    address = query.query(after=query.after, before=query.before)
    undo_url = reverse("map:undo_match", args=[number]) + (f"?{address}" if address else "")
    say(request, words % {"n": count}, undo_url=undo_url)


def _shown(
    request: KnownRequest,
    number: int,
    *,
    refused: Mapping[int, tuple[str, str]] | None = None,
    form: TeamsForm | None = None,
    problems: Sequence[str] = (),
) -> HttpResponse:
    asked = Asked.of(request.GET)
    page = network.log_teams_page(
        request.viewer, number, words=asked.words, is_open_only=asked.is_open_only, after=asked.after,
        before=asked.before,
    )  # fmt: skip
    labels = _labels(page.departments)
    rows = [
        Row(
            team,
            labels.get(team.department_id or 0, ""),
            labels.get(team.suggested_id or 0, ""),
            *(refused or {}).get(team.id, ("", "")),
        )
        for team in page.teams
    ]
    query = asked.query(after=asked.after, before=asked.before)
    context = {
        "at": now(),
        "place": "map",
        "page": page,
        "line": page.line,
        "rows": rows,
        "pairs": [f"{row.team.id}{PARTS}{row.team.suggested_id}" for row in rows if row.suggested],
        "labels": sorted(labels.values(), key=str.casefold),
        "asked": asked,
        "query": f"?{query}" if query else "",
        "older_url": _place(asked, number, after=page.older) if page.older else "",
        "newer_url": _place(asked, number, before=page.newer) if page.newer else "",
        "map_url": map_url(page.found),
        "form": form or TeamsForm(),
        "problems": problems,
    }
    is_wrong = bool(refused or problems or (form and form.errors))
    return render(request, "map/log_teams.html", context, status=422 if is_wrong else 200)


def _place(asked: Asked, number: int, *, after: int | None = None, before: int | None = None) -> str:
    return f"{reverse('map:log_teams', args=[number])}?{asked.query(after=after, before=before)}"


def _labels(cards: Sequence[DepartmentCard]) -> dict[int, str]:
    """Give each department a name of its own: where several are called the same, with the key."""
    language = page_language()
    names = {card.id: card.name_in(language) for card in cards}
    counts: dict[str, int] = {}
    for name in names.values():
        counts[name] = counts.get(name, 0) + 1
    return {
        card.id: names[card.id] if counts[names[card.id]] == 1 else f"{names[card.id]} ({card.key})" for card in cards
    }


def _plain_labels(cards: Sequence[DepartmentCard]) -> dict[str, str]:
    labels = _labels(cards)
    return {name: labels[number] for name, number in network.Called(cards).ids.items()}


def _department(written: str, cards: Sequence[DepartmentCard]) -> int | None:
    by_label = {label.casefold(): number for number, label in _labels(cards).items()}
    return by_label.get(written.casefold()) or network.Called(cards).exactly(written)


def _number(text: str) -> int:
    """Give a number that was sent; 0, which nothing has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < len(str(2**63)) else 0
