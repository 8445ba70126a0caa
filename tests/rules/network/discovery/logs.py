"""Small logs of our own, and a short way to discover them."""

import csv
import gzip
from collections import Counter, defaultdict
from math import comb
from pathlib import Path
from typing import Any

from clientela.network.discovery import Discovered, LogProblemError, Suggested, Wish
from clientela.network.discovery.discovering import discover

HEADING = "case,activity,team,moment\n"
# Five cases: with ties (case 4), out of order (case 3), going back (1 and 4), alone (5).
HELP = (
    HEADING
    + """1,open,Desk,2024-03-04T09:00:00
1,look,Repair,2024-03-04T09:30:00
1,ask,Desk,2024-03-04T10:30:00
1,look,Repair,2024-03-04T10:30:00
1,close,Repair,2024-03-04T12:00:00
2,open,Desk,2024-03-05T09:00:00
2,pay,Billing,2024-03-05T09:10:00
2,close,Billing,2024-03-05T09:20:00
3,close,Repair,2024-03-07T09:00:00
3,open,Desk,2024-03-06T09:00:00
3,pay,Billing,2024-03-06T10:00:00
4,open,Desk,2024-03-08T09:00:00
4,look,Repair,2024-03-08T09:00:00
4,pay,Billing,2024-03-08T09:00:00
4,close,Desk,2024-03-08T09:00:00
5,open,Desk,2024-03-09T09:00:00
"""
)
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>
  <global scope="event"><string key="org:group" value="Desk"/><string key="concept:name" value="__INVALID__"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>
  <classifier name="What and how" keys="concept:name lifecycle:transition"/>
  <trace>
    <string key="concept:name" value="a"/>
    <list key="notes"><string key="concept:name" value="not the case"/></list>
    <event>
      <string key="concept:name" value="Check"><string key="org:group" value="not the team"/></string>
      <date key="time:timestamp" value="2024-03-04T09:00:00.000+02:00"/>
      <string key="lifecycle:transition" value="start"/>
    </event>
    <event>
      <string key="concept:name" value="Check"/><string key="org:group" value="Repair"/>
      <date key="time:timestamp" value="2024-03-04T08:00:00.000Z"/>
      <string key="lifecycle:transition" value="complete"/>
    </event>
  </trace>
  <trace>
    <event>
      <string key="concept:name" value="Pay"/><string key="org:group" value="Billing"/>
      <date key="time:timestamp" value="2024-03-05T10:00:00.000Z"/>
      <string key="lifecycle:transition" value="complete"/>
    </event>
  </trace>
</log>
"""


def written(folder: Path, text: str, *, name: str = "log.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def discovered(path: Path, **wish: Any) -> Discovered:
    return discovered_with_teams(path, **wish)[0]


def discovered_with_teams(path: Path, **wish: Any) -> tuple[Discovered, Suggested | None]:
    return discover(path, Wish(**wish), name=path.name)


def problem(path: Path, **wish: Any) -> LogProblemError:
    try:
        discovered(path, **wish)
    except LogProblemError as found:
        return found
    raise AssertionError("it was read")


def counts(found: Discovered) -> dict[tuple[str, str], int]:
    return {(edge.giver, edge.taker): edge.handovers for edge in found.edges}


def notes(found: Discovered) -> dict[str, tuple[int, tuple[int, ...]]]:
    return {note.code: (note.count, note.lines) for note in found.notes}


def agreement(path: Path, group_of: dict[str, str]) -> float:
    """The adjusted Rand index of these groups against the team in which each was seen most often."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            seen[row["Resource"]][row["organization involved"]] += 1
    team_of = {who: min(teams, key=lambda team: (-teams[team], team)) for who, teams in seen.items()}
    both = Counter((group_of[who], team_of[who]) for who in group_of)
    groups, teams = Counter(group_of.values()), Counter(team_of[who] for who in group_of)
    together, one, other = (sum(comb(n, 2) for n in some.values()) for some in (both, groups, teams))
    expected = one * other / comb(len(group_of), 2)
    return (together - expected) / ((one + other) / 2 - expected)
