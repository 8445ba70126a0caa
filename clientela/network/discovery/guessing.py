"""Which column holds which role: told, else by its name, else by what stands in it; and how sure that is."""

import re
from collections.abc import Mapping, Sequence

from clientela.network.discovery.contracts import ROLES, Columns, Sample
from clientela.network.discovery.moments import SERIAL, is_moment, reader_of, way_of
from clientela.network.discovery.naming import (
    JOINED,
    column_by_name,
    column_told,
    in_words,
    listed,
    parts_of,
    plain,
    plain_names,
)
from clientela.network.discovery.problems import LogProblemError

TOLD, NAME, CONTENTS = "told", "name", "contents"
NEEDED = ("case", "moment")
READABLE_SHARE = 0.95  # of the values of a column of moments
NAMED_SHARE = 0.5  # of one whose name says that it holds them
ROWS_LOOKED_AT = 200
# A day alone, and an hour alone, that may stand in a column of its own beside it.
A_DAY = re.compile(r"^(\d{1,4}([./-])\d{1,2}\2\d{2,4}|\d{8}|\d{1,2}[ ./-]?[^\W\d]{3,}\.?[ ./-]?\d{2,4})$")
AN_HOUR = re.compile(r"^(\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp]\.?[Mm]\.?)?|([01]\d|2[0-3])[0-5]\d[0-5]\d)$")
FEWEST_FIGURES = 9  # of a number that may count seconds since 1970
FEWEST_DIGITS = 4  # of a moment
# Of a column of cases at most so many of its values are different, and of a column of teams.
CASES_SHARE, TEAMS_SHARE = 0.9, 0.25
MOST_TEAMS = 500
KNOWN_SHARE = 0.5  # of the different values that are names of teams we know
ENDS_OF_HOURS = ("time", "zet", "uzeit", "tm", "ora", "hora", "godzina", "zeit", "heure")  # of figures without signs
NONE = "none"  # what is told of a role that no column holds


def guess_columns(sample: Sample, told: Mapping[str, str], *, where: str, known_teams: Sequence[str] = ()) -> Columns:
    """Say which column holds which role. Roles that are told keep what is told; the others are looked for.

    A role told as "none" is not looked for. Raises LogProblemError naming the columns where one that is needed (the
    case, the moment, and a team or a resource) is not found.
    """
    named: dict[str, str] = {}
    found_by: dict[str, str] = {}
    names = [*sample.names, *sample.classifiers]
    for role, name in told.items():
        if name != NONE:
            named[role] = _told(name, role, names, sample, where)
            found_by[role] = TOLD
    by_plain = plain_names(sample.names)
    for role in ROLES:
        if role not in told:
            name = column_by_name(role, by_plain, taken=list(named.values()), sure=sample.sure.get(role, ""))
            if name and not (role == "moment" and not _are_moments(_values(sample, name), share=NAMED_SHARE)):
                named[role], found_by[role] = name, NAME
    for role, name in _by_contents(sample, named, told, known_teams):
        named[role], found_by[role] = name, CONTENTS
    if "moment" in named and "moment" not in told:
        named["moment"] = _with_hour(sample, named)
    _check(named, sample, where)
    ordered = {role: named[role] for role in ROLES if role in named}
    return Columns(ordered, {role: found_by[role] for role in ordered})


def _told(name: str, role: str, names: Sequence[str], sample: Sample, where: str) -> str:
    # What is told without `case:` may be meant of the case: always for the case itself, else where no event has it.
    of_case = f"case:{name}"
    if sample.kind != "csv" and of_case in names and (role == "case" or name not in names):
        return of_case
    return column_told(name, role, names, where=where)


def _by_contents(
    sample: Sample, named: Mapping[str, str], told: Mapping[str, str], known_teams: Sequence[str]
) -> list[tuple[str, str]]:
    """Find what the names do not tell. Only what stands out is taken; between two of a kind a person has to choose."""
    found: list[tuple[str, str]] = []
    wanted = [role for role in ROLES if role not in named and role not in told]
    if not {"case", "moment", "team"} & set(wanted):
        return found
    left = [name for name in sample.names if name and name not in named.values()]
    values = {name: _values(sample, name) for name in left}
    moments = [name for name in left if _are_moments(values[name])]
    if "moment" in wanted and moments:
        # What was noted once for each case stands in many columns; when something happened differs most.
        found.append(("moment", max(moments, key=lambda name: (len(set(values[name])), -moments.index(name)))))
    left = [name for name in left if name not in moments]
    known = {plain(team) for team in known_teams}
    if "team" in wanted and "resource" not in told:
        teams = [name for name in left if _share_known(values[name], known) >= KNOWN_SHARE]
        if len(teams) == 1:
            found.append(("team", teams[0]))
            left.remove(teams[0])
    if "case" in wanted:
        # An hour of a day comes back as often as a case does.
        cases = [name for name in left if _are_cases(values[name]) and not _are_hours(values[name])]
        if cases:
            most = max(cases, key=lambda name: (len(set(values[name])), -left.index(name)))
            found.append(("case", most))
            left.remove(most)
    # One column of few, often repeated words is left: then it can only be who did it.
    if not {"team", "resource"} & ({*named, *told} | {role for role, _name in found}):
        few = [name for name in left if _are_teams(values[name])]
        if len(few) == 1:
            found.append(("team", few[0]))
    return found


def texts_of(sample: Sample, name: str) -> list[str]:
    """Give what the rows of a sample say in a column, or in two that are joined; none where it is no column of it."""
    parts = parts_of(name, sample.names)
    if not set(parts) <= set(sample.names):
        return []
    places = [sample.names.index(part) for part in parts]
    if len(places) == 1:  # nearly always, and several times as fast
        return [row[places[0]].strip() for row in sample.rows]
    return [" ".join(row[place].strip() for place in places).strip() for row in sample.rows]


def _with_hour(sample: Sample, named: Mapping[str, str]) -> str:
    """Join the hour to the day, where it stands in a column of its own; else give the column of the moment alone."""
    name = named["moment"]
    if not all(A_DAY.match(value) for value in _values(sample, name)[:ROWS_LOOKED_AT]):
        return name
    for other in sample.names:
        hours = _values(sample, other)[:ROWS_LOOKED_AT] if other and other not in named.values() else []
        if hours and sum(bool(AN_HOUR.match(value)) for value in hours) >= READABLE_SHARE * len(hours):
            joined = JOINED.join((name, other))
            if ":" in hours[0] or plain(other).endswith(ENDS_OF_HOURS):
                return joined
    return name


def _are_hours(values: Sequence[str]) -> bool:
    return all(":" in value and AN_HOUR.match(value) for value in values[:ROWS_LOOKED_AT])


def _values(sample: Sample, name: str) -> list[str]:
    return [value for value in texts_of(sample, name) if value]


def _are_moments(values: Sequence[str], *, share: float = READABLE_SHARE) -> bool:
    # Trying every way of writing is slow: words are no moments, whatever the way.
    if not values or not any(_has_digits(value) for value in values[:20]):
        return False
    some = values[:ROWS_LOOKED_AT]
    way, _is_either = way_of(some)
    if way == SERIAL:  # any sum of money looks like a day of a spreadsheet: the name has to tell
        return share < READABLE_SHARE
    read = reader_of(way)
    readable = 0
    for value in some:
        number = value.replace(",", ".")
        is_number = number.replace(".", "", 1).isdecimal()
        if is_number and len(number.partition(".")[0]) < FEWEST_FIGURES and not A_DAY.match(value):
            continue  # a small number counts pieces, not seconds
        readable += is_moment(read, value)
    return readable >= share * len(some)


def _has_digits(value: str) -> bool:
    return sum(sign.isdecimal() for sign in value) >= FEWEST_DIGITS


def _are_cases(values: Sequence[str]) -> bool:
    different = len(set(values))
    return 1 < different <= CASES_SHARE * len(values)


def _are_teams(values: Sequence[str]) -> bool:
    different = len(set(values))
    is_words = any(any(sign.isalpha() for sign in value) for value in values)
    return is_words and 1 < different <= min(MOST_TEAMS, max(2, TEAMS_SHARE * len(values)))


def _share_known(values: Sequence[str], known: set[str]) -> float:
    different = {plain(value) for value in values}
    return len(different & known) / len(different) if different and known else 0.0


def _check(named: Mapping[str, str], sample: Sample, where: str) -> None:
    missing = [role for role in NEEDED if role not in named]
    if not {"team", "resource"} & named.keys():
        missing.append("team (or resource)")
    if missing:
        raise LogProblemError(
            f"{where}: no column was found for {in_words(missing)}. The columns are: {listed(sample.names)}. "
            "Tell which is which: --columns case=…,activity=…,team=…,moment=….",
            "no_role", role=", ".join(missing),
        )  # fmt: skip
