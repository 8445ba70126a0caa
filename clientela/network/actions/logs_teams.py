"""Which team of a log is which department: said one by one or by a file, kept at once, and undone."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.journal import record, thing
from clientela.network.actions.logs import LogRefusedError, locked_log
from clientela.network.discovery.teams_file import TeamsFileError, TeamsProblem, read_teams_file
from clientela.network.models import EventLog, LogDecision, LogTeam
from clientela.network.queries.logs_teams import Called

MOST_UNDONE = 20  # steps that can be undone, the newest first


@transaction.atomic
def match_log_teams(
    *,
    by: Viewer,
    at: datetime,
    log_id: int,
    department_of: Mapping[int, int | None],
    undecided: Collection[int] = (),
) -> int:
    """Say which department each team (LogTeam id) is; None: it is none of ours. `undecided`: nothing is said any more.

    Others stay as they are. From then on `queries.log_edges` tells who serves whom by the log, and the map draws it.
    Returns how many teams were decided differently. Raises HiddenError, LogRefusedError for a log without a result
    and for a team or a department that is not there.
    """
    row = _counted(by, log_id)
    wished = {**dict.fromkeys(undecided), **department_of}
    teams = {team.pk: team for team in LogTeam.objects.filter(log=row, pk__in=wished)}
    known = {card.id for card in directory.departments()}
    if teams.keys() != wished.keys() or set(wished.values()) - known - {None}:
        raise LogRefusedError(_("A team or a department of this list is not there any more. Look at it again."))
    return _say(row, teams.values(), wished, outside={*department_of} - {*undecided}, by=by, at=at)


@transaction.atomic
def match_log_teams_by_file(*, by: Viewer, at: datetime, log_id: int, data: bytes) -> int:
    """Say it by a small table of teams and departments; all of it or nothing. Returns how many teams it decided.

    Departments are named in any of their languages or by their key. Raises TeamsFileError with all that is wrong with
    the table, HiddenError, LogRefusedError.
    """
    row = _counted(by, log_id)
    teams = {team.name: team for team in LogTeam.objects.filter(log=row)}
    wished = read_teams_file(
        data, teams={name: team.pk for name, team in teams.items()}, departments=Called(directory.departments()).ids
    )
    some = [team for team in teams.values() if team.pk in wished]
    return _say(row, some, wished, outside=set(wished), by=by, at=at)


@transaction.atomic
def undo_log_match(*, by: Viewer, at: datetime, log_id: int) -> int:
    """Take back what was said last; again: what was said before that. Returns how many teams are as they were before.

    Teams that the log does not have any more, and departments that are gone, are passed over. Raises HiddenError, and
    LogRefusedError where nothing is left to be undone.
    """
    row = _counted(by, log_id)
    last = LogDecision.objects.filter(log=row).order_by("-pk").first()
    if last is None:
        raise LogRefusedError(_("There is nothing to undo any more."))
    known = {card.id for card in directory.departments()}
    teams = list(LogTeam.objects.filter(log=row, name__in=list(last.before)))
    for team in teams:
        department_id, is_outside = last.before[team.name]
        team.department_id = department_id if department_id in known else None
        team.is_outside = is_outside
    LogTeam.objects.bulk_update(teams, ["department", "is_outside"])
    last.delete()
    record(verb="log.match_undone", by=by.person_id, at=at, about=[thing("log", row.pk)], teams=len(teams))
    return len(teams)


def _say(
    row: EventLog,
    teams: Collection[LogTeam],
    wished: Mapping[int, int | None],
    *,
    outside: Collection[int],
    by: Viewer,
    at: datetime,
) -> int:
    """Keep what is said, and what was said before. `outside`: for these no department means that it is none of ours."""
    before, changed = {}, []
    for team in teams:
        department_id = wished[team.pk]
        is_outside = department_id is None and team.pk in outside
        if (team.department_id, team.is_outside) != (department_id, is_outside):
            before[team.name] = [team.department_id, team.is_outside]
            team.department_id, team.is_outside = department_id, is_outside
            changed.append(team)
    LogTeam.objects.bulk_update(changed, ["department", "is_outside"], batch_size=500)
    row.matched_at = at
    row.save(update_fields=["matched_at"])
    if changed:
        LogDecision.objects.create(log=row, decided_at=at, before=before)
        kept = LogDecision.objects.filter(log=row).order_by("-pk").values("pk")[:MOST_UNDONE]
        LogDecision.objects.filter(log=row).exclude(pk__in=kept).delete()
    departments = sorted({team.department_id for team in changed if team.department_id is not None})
    about = [thing("log", row.pk), *(thing("party", number) for number in departments)]
    matched = sum(team.department_id is not None for team in changed)
    none_of_ours = sum(team.is_outside for team in changed)
    record(
        verb="log.matched", by=by.person_id, at=at, about=about, teams=len(changed), matched=matched,
        outside=none_of_ours,
    )  # fmt: skip
    return len(changed)


def _counted(by: Viewer, log_id: int) -> EventLog:
    row = locked_log(by, log_id)
    if row.state != EventLog.State.DONE:
        raise LogRefusedError(_("This log has not been counted yet."))
    return row


__all__ = [
    "TeamsFileError",
    "TeamsProblem",
    "match_log_teams",
    "match_log_teams_by_file",
    "undo_log_match",
]
