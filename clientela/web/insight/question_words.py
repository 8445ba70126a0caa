"""Questions of the kind "what if" in words: one change after another, by the days they begin and end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clientela.network.queries import Names
from clientela.web.components import words as say

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Speaker:
    """What it takes to put a question into words: the names of things, and the day its weeks count from."""

    names: Names
    first_day: date  # week 0 begins here: the Monday after it was asked
    new_services: Mapping[str, str] = field(default_factory=dict)  # of the question: key in the simulation → name

    def department(self, number: int | None) -> str:
        """The name of a department for the reader; of one that is no more, its number."""
        card = self.names.departments.get(number or 0)
        return card.name_in(language()) if card else f"#{number}"

    def service(self, key: str) -> str:
        """The name of a service "department:service" for the reader; of one that does not exist yet, its own."""
        if key in self.new_services:
            return self.new_services[key]
        number = key.partition(":")[2]
        service = self.names.services.get(int(number)) if number.isdecimal() else None
        return service.title if service else key

    def day(self, week: int) -> str:
        """The first day of a week."""
        return say.day_in_words(
            self.first_day + timedelta(weeks=week), today=self.first_day - timedelta(days=60), language=language()
        )

    def when(self, change: Mapping[str, Any]) -> str:
        """From when to when, "" for always."""
        first = int(change.get("from_week") or 0)
        until = first + int(change["weeks"]) if change.get("weeks") else change.get("until_week")
        if until is not None:
            return _("from %(first)s to %(last)s") % {"first": self.day(first), "last": self.day(int(until))}
        return _("from %(first)s on") % {"first": self.day(first)} if first else ""


def speaker_of(question: Mapping[str, Any], names: Names, *, asked_at: datetime) -> Speaker:
    """Who puts this question and its answer into words. The simulation calls a new service "new:" and its place."""
    new_services = {
        f"new:{place}": change["name"]
        for place, change in enumerate(question.get("changes", ()), start=1)
        if change["kind"] == "new_service"
    }
    return Speaker(names, first_monday(asked_at), new_services)


def language() -> str:
    """The language of the page."""
    return get_language() or "en"


def first_monday(at: datetime) -> date:
    """The Monday after a moment: the first day of week 0."""
    return at.date() + timedelta(days=DAYS_A_WEEK - at.weekday())


def week_of_day(day: date, *, at: datetime) -> int:
    """Which week of a question asked at a moment a day lies in; days before it count as its first."""
    return max(0, (day - first_monday(at)).days // DAYS_A_WEEK)


def changes_in_words(question: Mapping[str, Any], speaker: Speaker) -> list[str]:
    """Each change of a question in words, without a capital: they follow "With"."""
    return [_change(change, speaker) for change in question.get("changes", ())]


def title_of(question: Mapping[str, Any], speaker: Speaker) -> str:
    """The whole question in a line."""
    words = joined(changes_in_words(question, speaker))
    return words[:1].upper() + words[1:]


def joined(parts: Sequence[str]) -> str:
    """A, b and c."""
    if len(parts) <= 1:
        return "".join(parts)
    return _("%(most)s and %(last)s") % {"most": ", ".join(parts[:-1]), "last": parts[-1]}


def _change(change: Mapping[str, Any], speaker: Speaker) -> str:
    words = _WORDS[change["kind"]](change, speaker)
    when = speaker.when(change)
    return f"{words} {when}" if when else words


def _people(change: Mapping[str, Any], speaker: Speaker) -> str:
    count, where = abs(change["more"]), speaker.department(change["department_id"])
    if change["more"] > 0:
        words = ngettext("one person more in %(where)s", "%(count)s people more in %(where)s", count)
    else:
        words = ngettext("one person fewer in %(where)s", "%(count)s people fewer in %(where)s", count)
    return words % {"count": count, "where": where}


def _holiday(change: Mapping[str, Any], speaker: Speaker) -> str:
    count = change["away"]
    words = ngettext("one person of %(where)s on holiday", "%(count)s people of %(where)s on holiday", count)
    return words % {"count": count, "where": speaker.department(change["department_id"])}


def _new_service(change: Mapping[str, Any], speaker: Speaker) -> str:
    return _("the new service “%(name)s” in %(where)s, %(count)s a week") % {
        "name": change["name"],
        "where": speaker.department(change["department_id"]),
        "count": say.number_in_words(change["a_week"], language=language()),
    }


def _arrivals(change: Mapping[str, Any], speaker: Speaker) -> str:
    share = round(100 * (change["factor"] - 1))
    values = {
        "share": abs(share),
        "who": {
            "outside": _("from customers outside"),
            "inside": _("from colleagues"),
        }.get(change.get("side") or "", _("from everybody")),
    }
    if change.get("department_id") is None:
        more, less = _("%(share)s %% more requests %(who)s"), _("%(share)s %% fewer requests %(who)s")
    else:
        values["where"] = speaker.department(change["department_id"])
        more = _("%(share)s %% more requests %(who)s to %(where)s")
        less = _("%(share)s %% fewer requests %(who)s to %(where)s")
    return (more if share >= 0 else less) % values


_WORDS: dict[str, Callable[[Mapping[str, Any], Speaker], str]] = {
    "people": _people,
    "holiday": _holiday,
    "new_service": _new_service,
    "arrivals": _arrivals,
}
