"""Which column of a log holds what: told in words, or found by the names that logs usually use."""

import difflib
import unicodedata
from collections.abc import Mapping, Sequence

from clientela.network.discovery.problems import LogProblemError
from clientela.network.discovery.usual_names import USUAL

JOINED = " + "  # between the names of two columns that hold one value together


def told_columns(words: str, roles: Sequence[str]) -> dict[str, str]:
    """Read `case=Case ID,activity=Activity,…`. A column whose name has a comma stands in double quotes."""
    told: dict[str, str] = {}
    for part in _parts(words):
        role, sign, name = part.partition("=")
        role = role.strip().lower()
        if not sign or not name.strip():
            raise LogProblemError(
                f"--columns: “{part.strip()}” is not role=column. Write for example case=Case ID,activity=Activity."
            )
        if role not in roles:
            near = difflib.get_close_matches(role, list(roles), n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise LogProblemError(f"--columns: there is no role “{role}”.{meant} The roles are {', '.join(roles)}.")
        told[role] = name.strip()
    return told


def column_told(name: str, role: str, names: Sequence[str], *, where: str) -> str:
    """Give the column that is meant by a name. Raises LogProblemError where there is none such.

    Two columns that hold a value together, such as the date and the hour, are joined by a plus: Date+Time.
    """
    if name in names:
        return name
    by_plain = plain_names(names)
    if plain(name) in by_plain:
        return by_plain[plain(name)]
    if JOINED.strip() in name:
        parts = [column_told(part.strip(), role, names, where=where) for part in name.split(JOINED.strip())]
        return JOINED.join(parts)
    near = difflib.get_close_matches(name, names, n=1)
    meant = f" Did you mean “{near[0]}”?" if near else ""
    raise LogProblemError(
        f"{where}: there is no column “{name}” for the role {role}.{meant} The columns are: {listed(names)}.",
        "no_column", name=name, role=role,
    )  # fmt: skip


def parts_of(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """Give the columns that a role's value stands in: nearly always one."""
    return (name,) if name in names else tuple(name.split(JOINED))


def column_by_name(role: str, by_plain: Mapping[str, str], *, taken: Sequence[str], sure: str = "") -> str:
    """Give the column whose name is usual for a role, `sure` before all; "" where there is none."""
    for usual in (sure, *USUAL[role]):
        name = by_plain.get(plain(usual), "")
        if name and name not in taken:
            return name
    return ""


def plain_names(names: Sequence[str]) -> dict[str, str]:
    """Give the columns by what is compared of their names; of several alike the first."""
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(plain(name), name)
    return by_plain


def plain(name: str) -> str:
    """Give what is compared of a name: its letters and digits, in small letters without marks (ș is s, ł is l)."""
    apart = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l"))
    return "".join(sign for sign in apart if sign.isalnum())


def listed(names: Sequence[str]) -> str:
    """List the columns there are, as many as a line holds."""
    shown = ", ".join(f"“{name}”" for name in names[:40])
    return f"{shown} and {len(names) - 40} more" if len(names) > 40 else shown or "none"  # noqa: PLR2004 -- a line's worth


def in_words(words: Sequence[str]) -> str:
    """Join words as a sentence does."""
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
