"""What `clientela map` says about a log, in words."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from clientela.network.discovery import Discovered, Note, Suggested, SuggestedTeam

MOST_TEAMS_SHOWN = 8
MOST_MEMBERS_SHOWN = 6
UNSURE = {
    "few": "fewer than 5 events",
    "alone": "no hand-overs with anybody who could be placed",
    "between": "as close to others as to one team",
}


def note_words(note: Note, found: Discovered) -> str:
    """Say a note in a sentence, with what helps."""
    where = f": {_where(note, found)}" if note.lines else ""
    events = "1 event" if note.count == 1 else f"{note.count:,} events"
    return {
        "encoding": f"The file is not UTF-8; it was read as {note.what}. --encoding tells otherwise.",
        "no_zone": f"{events} tell no zone; UTC was assumed. Tell theirs with --zone, e.g. --zone Europe/Bucharest.",
        "day_or_month": "Dates like 03/04/2024 were read as day/month/year; the file does not say which comes first.",
        "serial": f"The moments in “{note.what}” are numbers of days, as spreadsheets write them; they were read so.",
        "short_line": f"{note.count:,} lines with another number of columns than the heading were left out{where}.",
        "no_case": f"{events} without a case (“{note.what}”) were left out{where}.",
        "no_moment": f"{events} without a moment (“{note.what}”) that can be read were left out{where}.",
        "no_team": f"{events} do not say who did them (“{note.what}”) and were passed over{where}.",
        "defaults": f"{events} do not have “{note.what}”; the file's own default was taken.",
        "nameless_cases": f"{note.count:,} traces have no name; each counts as a case of its own.",
        "one_team": f"Every event is by “{found.nodes[0].name if found.nodes else ''}”. With one team nobody hands "
        "over to anybody: there is nothing to draw. Name a column that tells the teams apart: --columns team=….",
        "no_handover": "No case ever goes from one to another: everybody finishes what they begin, or each case has "
        "one event. Check that the column of the case is the right one: --columns case=….",
    }[note.code]


def handed_over_in_words(found: Discovered) -> str:
    """Say how much was handed over between how many."""
    what = {"team": "teams", "resource": "resources", "suggested": "suggested teams"}[found.by]
    return f"{found.handovers:,} hand-overs between {len(found.nodes):,} {what}"


def wait_words(seconds: float) -> str:
    """Say a span by the clock, coarsely."""
    for size, word in ((86_400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= size:
            return f"{seconds / size:,.1f} {word}"
    return f"{seconds:,.0f} s"


def suggested_lines(suggested: Suggested) -> Iterator[str]:
    """Say which teams the log suggests, and why."""
    yield ""
    yield "The log names no teams. By who hands over to whom these belong together (a suggestion, not a fact):"
    for team in suggested.teams[:MOST_TEAMS_SHOWN]:
        more = len(team.members) - MOST_MEMBERS_SHOWN
        members = ", ".join(team.members[:MOST_MEMBERS_SHOWN]) + (f" and {more} more" if more > 0 else "")
        yield f"- {team.name}: {members}. {_team_reason(team)}"
    if len(suggested.teams) > MOST_TEAMS_SHOWN:
        more = len(suggested.teams) - MOST_TEAMS_SHOWN
        yield f"{more:,} more teams, and {len(suggested.roles):,} roles, are in --json."
    for why, words in UNSURE.items():
        count = sum(reason == why for _who, reason in suggested.unsure)
        if count:
            yield f"Not sure about {count:,}: {words}."
    yield "Count between the suggested teams with --by suggested."


def suggested_as_json(suggested: Suggested) -> dict[str, Any]:
    """Give what the log suggests as plain data: each team, each role, and who is in none, with the reason in words."""
    return {
        "teams": [{**asdict(team), "reason": _team_reason(team)} for team in suggested.teams],
        "roles": [{**asdict(role), "reason": f"They do the same: {_does(role.does)}."} for role in suggested.roles],
        "unsure": [{"name": who, "reason": UNSURE[why]} for who, why in suggested.unsure],
    }


def _team_reason(team: SuggestedTeam) -> str:
    stay = f"{team.handovers_inside:,} of their {team.handovers:,} hand-overs stay among them"
    return f"{stay}; they do {_does(team.does)}." if team.does else f"{stay}."


def _does(does: tuple[tuple[str, float], ...]) -> str:
    return ", ".join(f"{activity} {100 * share:.0f} %" for activity, share in does)


def _where(note: Note, found: Discovered) -> str:
    what = "line" if found.kind == "csv" else "event"
    more = " and more" if note.count > len(note.lines) else ""
    return (f"{what} " if note.count == 1 else f"{what}s ") + ", ".join(map(str, note.lines)) + more
