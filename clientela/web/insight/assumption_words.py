"""What the simulation had to assume, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.web.components import words as say
from clientela.web.insight.question_words import Speaker, language


@dataclass(frozen=True)
class AssumedOf:
    """What was assumed of one department: the hands it was given, and what that makes of their time."""

    name: str
    people: str
    hands_on: str
    use: str
    note: str


def assumptions_in_words(assumptions: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was assumed of the whole house, in sentences; what every answer rests on stands first."""
    always = [
        _("People work as they did; a person more is as quick as the others from the first day."),
        _("Customers ask as often as before, whether they wait longer or not."),
    ]
    return [*always, *(words for one in assumptions if (words := _of_the_house(one)))]


def _of_the_house(assumption: Mapping[str, Any]) -> str:
    code, figures = assumption["code"], assumption["figures"]
    plain = {
        "first_come_first_served": _("Requests are taken in the order in which they came, whatever their stake."),
        "two_halves": _("Half of the work is done before another department is asked, and half after it answered."),
        "asks_by_chance": _("Whether another department is asked is chance, as often as it was in the past."),
        "no_holidays": _("Public holidays are left out: every week has its usual hours."),
        "no_seasons": _("Every week is like an average week of the history: no season, no growth, no hard time."),
    }
    if code in plain:
        return plain[code]
    if code in _COUNTED:
        return _counted(code, figures)
    if code == "little_history":
        return _("%(few)s of %(all)s services have fewer than %(stays)s stays; they borrow from their department.") % {
            "few": _number(figures["services"]),
            "all": _number(figures["of"]),
            "stays": _number(figures["stays"]),
        }
    if code == "without_promise":
        return _("%(few)s of %(all)s services promise no time, so nothing is kept or broken there.") % {
            "few": _number(figures["services"]),
            "all": _number(figures["of"]),
        }
    return ""


_COUNTED = frozenset({"open_left_out", "reopened_as_new", "cancelled_left_out", "unknown_departments_left_out"})


def _counted(code: str, figures: Mapping[str, float]) -> str:
    count = round(figures["requests"])
    if code == "open_left_out":
        words = ngettext(
            "%(n)s request that is still open was left out: how long it takes is not known yet.",
            "%(n)s requests that are still open were left out: how long they take is not known yet.",
            count,
        )
    elif code == "reopened_as_new":
        words = ngettext(
            "%(n)s request that was reopened counts as a new one.",
            "%(n)s requests that were reopened count as new ones.",
            count,
        )
    elif code == "cancelled_left_out":
        words = ngettext(
            "%(n)s request that was cancelled was left out, with the work it took.",
            "%(n)s requests that were cancelled were left out, with the work they took.",
            count,
        )
    else:
        words = ngettext(
            "%(n)s request was left out: it went through a department that is no more.",
            "%(n)s requests were left out: they went through departments that are no more.",
            count,
        )
    return words % {"n": _number(count)}


def assumed_of_departments(assumptions: Sequence[Mapping[str, Any]], speaker: Speaker) -> list[AssumedOf]:
    """What was assumed of each department, by name."""
    found: dict[int, dict[str, Mapping[str, float]]] = {}
    for one in assumptions:
        number = one["figures"].get("department")
        if number is not None:
            found.setdefault(int(number), {})[one["code"]] = one["figures"]
    rows = [_of_department(speaker.department(number), given) for number, given in found.items()]
    return sorted(rows, key=lambda row: row.name)


def _of_department(name: str, given: Mapping[str, Mapping[str, float]]) -> AssumedOf:
    people = given.get("people_counted") or given.get("people_from_members")
    hands = given.get("hands_on_from_waits", {})
    beyond = given.get("waits_longer_than_work_explains") or given.get("waits_shorter_than_work_explains")
    note = ""
    if beyond:
        note = _("It really waits %(seen)s h; the simulation of today comes to %(simulated)s h.") % {
            "seen": _number(round(beyond["seen_hours"], 1)),
            "simulated": _number(round(beyond["simulated_hours"], 1)),
        }
    elif "people_from_members" in given:
        note = _("Nobody’s work was seen by the hour, so all its members count as there.")
    return AssumedOf(
        name=name,
        people="–" if people is None else _number(round(people["people"], 1)),
        hands_on=_share(hands["share"]) if "share" in hands else "–",
        use=_share(hands["use"]) if "use" in hands else "–",
        note=note,
    )


def _number(value: float) -> str:
    return say.number_in_words(value, language=language())


def _share(value: float) -> str:
    return say.share_in_words(value, language=language())
