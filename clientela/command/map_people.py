"""Whose an address is, from a table of people: address, department, and whether it is the department's own."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clientela.network.discovery import LogProblemError
from clientela.network.discovery.mail import TOO_SMALL, Addresses
from clientela.network.discovery.mail.contracts import FEWEST
from clientela.network.discovery.naming import listed, plain, plain_names

NEEDED = ("address", "department")
YES = frozenset({"yes", "y", "true", "1", "x"})


@dataclass(frozen=True)
class People:
    """Whose addresses are, what departments are called by number, and which have fewer than five people."""

    addresses: Addresses
    names: Mapping[int, str]
    too_small: tuple[str, ...]


def read_people(path: Path, *, domains: str) -> People:
    """Read the table. `domains`: ours, by commas; "" takes those of the addresses.

    Raises LogProblemError naming the file, the line and the field. A department's own address is no person of it.
    """
    department_of: dict[str, str] = {}
    boxes: set[str] = set()
    for line, address, department, is_box in _rows(path):
        if department_of.setdefault(address, department) != department:
            raise LogProblemError(
                f"{path}, line {line}, column “address”: {address} is in {department_of[address]} already. Each "
                "address belongs to one department; leave one line out."
            )
        if is_box:
            boxes.add(address)
    if not department_of:
        raise LogProblemError(f"{path}: there is a heading but nobody under it.")
    number_of = {name: number for number, name in enumerate(sorted(set(department_of.values())), start=1)}
    people = Counter(name for address, name in department_of.items() if address not in boxes)
    small = tuple(sorted(name for name in number_of if people[name] < FEWEST))
    who_of = {address: number for number, address in enumerate(sorted(department_of), start=1)}
    ours = {one.strip().lower().lstrip("@") for one in domains.split(",") if one.strip()}
    return People(
        Addresses(
            known=tuple(
                (address, who_of[address], TOO_SMALL if name in small else number_of[name])
                for address, name in sorted(department_of.items())
            ),
            mailboxes=frozenset(who_of[address] for address in boxes),
            domains=frozenset(ours or {address.rpartition("@")[2] for address in department_of}),
        ),
        {number: name for name, number in number_of.items()},
        small,
    )


def _rows(path: Path) -> list[tuple[int, str, str, bool]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LogProblemError(f"{path}: {error.strerror}. Check the path and who may read it.") from error
    except UnicodeDecodeError as error:
        raise LogProblemError(f"{path}: this is not UTF-8 text. Save the table as CSV in UTF-8.") from error
    heading = text.partition("\n")[0]
    sign = max(",;\t", key=heading.count)
    rows = csv.reader(text.splitlines(), delimiter=sign)
    names = [name.strip() for name in next(rows, [])]
    by_plain = plain_names(names)
    missing = [one for one in NEEDED if one not in by_plain]
    if missing:
        raise LogProblemError(
            f"{path}, line 1: there is no column “{missing[0]}”. It needs address and department. The columns are: "
            f"{listed(names)}."
        )
    places = {one: names.index(by_plain[one]) for one in (*NEEDED, "mailbox") if one in by_plain}
    found = []
    for row in rows:
        if not any(value.strip() for value in row):
            continue
        if len(row) != len(names):
            raise LogProblemError(
                f"{path}, line {rows.line_num}: the line has {len(row)} columns and the heading has {len(names)}. "
                "Mend the line."
            )
        address, department = row[places["address"]].strip().lower(), " ".join(row[places["department"]].split())
        if "@" not in address:
            raise LogProblemError(
                f"{path}, line {rows.line_num}, column “{by_plain['address']}”: “{address}” is no mail address. "
                "Write it like ana@example.org."
            )
        if not department:
            raise LogProblemError(
                f"{path}, line {rows.line_num}, column “{by_plain['department']}”: the department is blank. Name "
                "it, or leave the line out."
            )
        is_box = "mailbox" in places and plain(row[places["mailbox"]]) in YES
        found.append((rows.line_num, address, department, is_box))
    return found
