"""The words of one language: names of things, phrases, and the templates of what people say."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from clientela.command.demonstration.content import house, table
from clientela.command.demonstration.wording import FEMININE, GENDERS, MASCULINE, Template, Voice

# In these languages the gender of a part shows in its indefinite article.
_FEMININE_ARTICLES = ("o ", "una ")
THOUSAND = 1000
SUNDAY = 6


@dataclass(frozen=True)
class Thing:
    """A thing as the language says it: its forms by slot name, its gender, and what may be wrong with it."""

    forms: dict[str, str]
    gender: int
    faults: dict[str, str]


class Words:
    """Everything said in one language. Templates are read when they are first needed."""

    def __init__(self, language: str) -> None:
        self.language = language
        names = table(f"words/{language}/things")
        self.things = {key: _thing(row) for key, row in names["things"].items()}
        self.parts: dict[str, dict[str, str]] = names["parts"]
        self.part_genders = {key: _part_gender(forms) for key, forms in self.parts.items()}
        self.since: dict[str, dict[str, str]] = names["since"]
        self.tried: dict[str, dict[str, str]] = names["tried"]
        self.phrases: dict[str, dict[str, str]] = {
            name: names[name] for name in ("goods", "gadgets", "systems", "at_department", "places", "for_whom")
        }
        self._openings: dict[str, Any] = table(f"words/{language}/openings")
        self._answers: dict[str, Any] = table(f"words/{language}/answers")
        self._dates: dict[str, Any] = table(f"words/{language}/dates")
        self._read: dict[str, tuple[Template, ...]] = {}
        self.capital_after_greeting: bool = self._dates["capital_after_greeting"]
        self.departments = {key: department.name.of(language) for key, department in house().departments.items()}

    def opening(self, scenario: str, part: str) -> tuple[Template, ...]:
        """How people ask: `part` is subject, says, more or ask."""
        return self._templates(f"{scenario}/{part}", self._openings[scenario].get(part, ()))

    def lines(self, *path: str) -> tuple[Template, ...]:
        """Lines of answers.toml by their path, such as "group", "repair", "out", "first"; () if there are none."""
        found: Any = self._answers
        for step in path:
            found = found.get(step, ())
            if not found:
                return ()
        return self._templates("/".join(path), found)

    def say(self, rng: Random, voice: Voice, *path: str) -> str:
        """One of those lines, this time."""
        lines = self.lines(*path)
        return lines[int(rng.random() * len(lines))].say(rng, voice)

    def day_slots(self, day: date) -> dict[str, str]:
        """on_day, by_day and date; by_later is two days after."""
        later = day + timedelta(days=2)
        if later.weekday() == SUNDAY:
            later += timedelta(days=1)
        return {
            "by_later": self._dates["by_day"][later.weekday()],
            "on_day": self._dates["on_day"][day.weekday()],
            "by_day": self._dates["by_day"][day.weekday()],
            "date": self.day_and_month(day),
        }

    def day_and_month(self, day: date) -> str:
        """24 November."""
        pattern: str = self._dates["date"]
        return pattern.format(day=day.day, month=self._dates["months"][day.month - 1])

    def bought_slots(self, day: date) -> dict[str, str]:
        """The forms of "in March 2024" that the language needs."""
        months = self._dates["months"]
        month_in = self._dates.get("months_in", months)[day.month - 1]
        return {
            name: pattern.format(month=months[day.month - 1], month_in=month_in, year=day.year)
            for name, pattern in self._dates["bought"].items()
        }

    def window(self, start: int) -> str:
        """Two hours, to stand after "between"."""
        pattern: str = self._dates["window"]
        return pattern.format(**{"from": f"{start}:00", "to": f"{start + 2}:00"})

    def amount(self, whole: int, currency: str) -> str:
        """1,249 lei."""
        grouped = f"{whole:,}".replace(",", self._dates["thousands"]) if whole >= THOUSAND else str(whole)
        return f"{grouped} {self._dates['currency'][currency]}"

    def _templates(self, name: str, sources: Any) -> tuple[Template, ...]:
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = tuple(Template(source) for source in sources)
        return found


@cache
def words_of(language: str) -> Words:
    """The words of a language, read once."""
    return Words(language)


def _thing(row: dict[str, Any]) -> Thing:
    forms = {name: text for name, text in row.items() if name not in {"faults", "gender"}}
    return Thing(forms, GENDERS[row.get("gender", "m")], row["faults"])


def _part_gender(forms: dict[str, str]) -> int:
    return FEMININE if forms.get("part_un", "").startswith(_FEMININE_ARTICLES) else MASCULINE
