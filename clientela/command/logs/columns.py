"""Which column of a log holds what: told by `--columns`, or found by the names that logs usually use."""

import difflib
from collections.abc import Sequence

from clientela.command.logs.problems import LogProblemError

ROLES = (
    "case", "activity", "moment", "end", "team", "resource", "priority", "transition", "due", "parent",
)  # fmt: skip
NEEDED = ("case", "activity", "moment")

# Names that logs usually use, the surest first; compared without case, spaces, and signs.
USUAL = {
    "case": ("case:concept:name", "case id", "caseid", "case", "case key", "trace", "incident id", "ticket id",
             "sr number", "request id", "request", "id"),
    "activity": ("activity", "task", "event", "status", "action", "concept:name", "activity name", "state", "type"),
    "moment": ("time:timestamp", "complete timestamp", "timestamp", "moment", "end timestamp", "time", "date",
               "datetime", "event time", "change date+time", "start timestamp", "start time", "completetime", "start"),
    "end": ("end", "end time", "completed at", "finish", "finish time"),
    "team": ("org:group", "team", "group", "department", "organization involved", "support team", "assignment group"),
    "resource": ("org:resource", "resource", "user", "agent", "server", "person", "employee"),
    "priority": ("priority", "impact", "urgency", "severity", "case:priority", "case:impact"),
    "transition": ("lifecycle:transition", "transition", "lifecycle"),
    "due": ("due", "due date", "due at", "deadline", "promised", "promised at"),
    "parent": ("parent", "parent case", "parent id", "asked by case"),
}  # fmt: skip

# Two moments in one row: when a piece of work began, and when it was done. Found together or not at all.
BEGUN = ("start timestamp", "start time", "started at", "start date", "begin", "start")
DONE = ("end timestamp", "complete timestamp", "end time", "completed at", "end date", "finish", "finish time", "end")


def told_columns(words: str) -> dict[str, str]:
    """Read `case=Case ID,activity=Activity,…`. A column whose name has a comma stands in double quotes."""
    told: dict[str, str] = {}
    for part in _parts(words):
        role, sign, name = part.partition("=")
        role = role.strip().lower()
        if not sign or not name.strip():
            raise LogProblemError(
                f"--columns: «{part.strip()}» is not role=column. Write for example case=Case ID,activity=Activity."
            )
        if role not in ROLES:
            near = difflib.get_close_matches(role, ROLES, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise LogProblemError(f"--columns: there is no role «{role}».{meant} The roles are {', '.join(ROLES)}.")
        told[role] = name.strip()
    return told


def found_columns(
    told: dict[str, str], names: Sequence[str], *, where: str, sure: dict[str, str] | None = None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Say which column holds which role, and which roles were found and not told.

    What is told must be there. When nothing is told every role is looked for; when something is told, only what is
    needed (case, activity, moment) is looked for beside it: a column left out was meant to be left out. `sure` are
    names that a format itself gives to a role; they are taken first where something has to be found.
    """
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(_plain(name), name)
    columns: dict[str, str] = {}
    for role, name in told.items():
        there = name if name in names else by_plain.get(_plain(name))
        if there is None:
            near = difflib.get_close_matches(name, names, n=1)
            meant = f" Did you mean «{near[0]}»?" if near else ""
            raise LogProblemError(
                f"{where}: there is no column «{name}» for the role {role}.{meant} The columns are: {_listed(names)}."
            )
        columns[role] = there
    found: list[str] = []
    if not told and "moment" not in (sure or {}):
        columns |= _begun_and_done(by_plain)
        found += columns
    for role in ROLES if not told else NEEDED:
        if role in columns:
            continue
        for usual in ((sure or {}).get(role, ""), *USUAL[role]):
            name = by_plain.get(_plain(usual), "")
            if name and name not in columns.values():
                columns[role] = name
                found.append(role)
                break
    missing = [role for role in NEEDED if role not in columns]
    if missing:
        raise LogProblemError(
            f"{where}: no column was found for {_and(missing)}. The columns are: {_listed(names)}. "
            f"Tell which is which: --columns {','.join(f'{role}=…' for role in NEEDED)}."
        )
    return columns, tuple(found)


def _begun_and_done(by_plain: dict[str, str]) -> dict[str, str]:
    begun, done = (
        next((by_plain[_plain(usual)] for usual in usuals if _plain(usual) in by_plain), "") for usuals in (BEGUN, DONE)
    )
    return {"moment": begun, "end": done} if begun and done else {}


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"«{name}»" for name in names[:40])
    return f"{shown} and {len(names) - 40} more" if len(names) > 40 else shown or "none"  # noqa: PLR2004 -- a line's worth


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _parts(words: str) -> list[str]:
    parts, part, is_quoted = [], "", False
    for sign in words:
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == "," and not is_quoted:
            parts.append(part)
            part = ""
        else:
            part += sign
    return [part for part in [*parts, part] if part.strip()]
