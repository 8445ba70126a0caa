"""What people answer about who depends on whom: read from a form, and counted so that nobody can be told from it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

LEAST_PEOPLE: Final = 5
MATTERS: Final = range(5)  # not at all, a little, somewhat, much, nothing goes without it
QUALITY: Final = range(1, 6)  # very badly to very well
MOST_NAMED: Final = 12  # departments on one side of a sheet: an answer should take five minutes
LONGEST_WORDS: Final = 120


class SheetError(ValueError):
    """An answer that cannot be used. Its words are for developers: a form offers only what can."""


@dataclass(frozen=True)
class Said:
    """What a person says of one department: how much it matters (0 to 4), how good it is (1 to 5); None: not said."""

    department: int
    matters: int | None = None
    quality: int | None = None
    services: tuple[int, ...] = ()  # for which it is needed
    what: str = ""  # the same in words


@dataclass(frozen=True)
class Sheet:
    """Everything that one person answered. `needs`: on whom they depend; `serves`: who depends on them."""

    job: str = ""
    needs: tuple[Said, ...] = ()
    serves: tuple[Said, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said that would be counted."""
        return not (self.needs or self.serves)


@dataclass(frozen=True)
class CountedPair:
    """What so many people of a department said of another one; counts by answer, in the order of the scale."""

    rater: int
    other: int
    people: int
    matters: tuple[int, ...]
    quality: tuple[int, ...]


@dataclass(frozen=True)
class CountedWord:
    """For what so many people of a department need another one; a service, or words. `other` is None: their job."""

    rater: int
    other: int | None
    service: int | None
    words: str
    people: int


@dataclass(frozen=True)
class Counted:
    """A round, counted: nothing that fewer than five people said is in it."""

    as_customers: tuple[CountedPair, ...]
    as_suppliers: tuple[CountedPair, ...]
    words: tuple[CountedWord, ...]


def sheet_from_json(stored: Mapping[str, Any]) -> Sheet:
    """Read a sheet as it is stored."""
    return Sheet(
        job=stored["job"],
        needs=tuple(Said(**{**row, "services": tuple(row["services"])}) for row in stored["needs"]),
        serves=tuple(Said(**{**row, "services": tuple(row["services"])}) for row in stored["serves"]),
    )


def sheet_as_json(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as it is stored."""
    return {
        "job": sheet.job,
        "needs": [{**asdict(said), "services": list(said.services)} for said in sheet.needs],
        "serves": [{**asdict(said), "services": list(said.services)} for said in sheet.serves],
    }


def checked(sheet: Sheet, *, own: int, services_of: Mapping[int, Collection[int]]) -> Sheet:
    """Return the sheet as it may be stored; `services_of`: what each department offers. Raises SheetError.

    Nobody depends on their own department here, and no department is named twice on one side.
    """
    for side in (sheet.needs, sheet.serves):
        named = [said.department for said in side]
        if len(set(named)) < len(named) or len(named) > MOST_NAMED:
            raise SheetError("Each department once, and not more than twelve.")
        for said in side:
            _check(said, own=own, services_of=services_of)
    if len(sheet.job) > LONGEST_WORDS:
        raise SheetError("The job is too long.")
    return Sheet(_tidy(sheet.job), tuple(map(_tidied, sheet.needs)), tuple(map(_tidied, sheet.serves)))


def _check(said: Said, *, own: int, services_of: Mapping[int, Collection[int]]) -> None:
    if said.department == own or said.department not in services_of:
        raise SheetError(f"Department {said.department} cannot be named.")
    if said.matters is not None and said.matters not in MATTERS:
        raise SheetError(f"{said.matters} is no answer to how much it matters.")
    if said.quality is not None and said.quality not in QUALITY:
        raise SheetError(f"{said.quality} is no answer to how good it is.")
    if not set(said.services) <= set(services_of[said.department]):
        raise SheetError("A service of somebody else.")
    if len(said.what) > LONGEST_WORDS:
        raise SheetError("The words are too long.")


def _tidied(said: Said) -> Said:
    return Said(said.department, said.matters, said.quality, tuple(sorted(set(said.services))), _tidy(said.what))


def _tidy(words: str) -> str:
    return " ".join(words.split())


@dataclass
class _Tally:
    people: int = 0
    matters: Counter[int] = field(default_factory=Counter)
    quality: Counter[int] = field(default_factory=Counter)


def counted(sheets: Iterable[tuple[int, Sheet]]) -> Counted:
    """Count what people said, given each with the department where they work.

    What fewer than five people of a department said of another is left out, also that they named it; so is a question
    about it that fewer than five of them answered, and words that fewer than five of them wrote alike.
    """
    given = list(sheets)
    words: Counter[tuple[int, int | None, int | None, str]] = Counter()
    for rater, sheet in given:
        words.update({(rater, None, None, sheet.job.casefold())} if sheet.job else ())
        for said in sheet.needs:
            words.update((rater, said.department, service, "") for service in said.services)
            words.update({(rater, said.department, None, said.what.casefold())} if said.what else ())
    return Counted(
        as_customers=_pairs((rater, sheet.needs) for rater, sheet in given),
        as_suppliers=_pairs((rater, sheet.serves) for rater, sheet in given),
        words=tuple(
            CountedWord(*key, people=people)
            for key, people in sorted(words.items(), key=lambda item: (item[0][0], -item[1], repr(item[0])))
            if people >= LEAST_PEOPLE
        ),
    )


def _pairs(given: Iterable[tuple[int, Sequence[Said]]]) -> tuple[CountedPair, ...]:
    tallies: dict[tuple[int, int], _Tally] = defaultdict(_Tally)
    for rater, side in given:
        for said in side:
            tally = tallies[rater, said.department]
            tally.people += 1
            tally.matters.update(() if said.matters is None else (said.matters,))
            tally.quality.update(() if said.quality is None else (said.quality,))
    return tuple(
        CountedPair(rater, other, tally.people, _counts(tally.matters, MATTERS), _counts(tally.quality, QUALITY))
        for (rater, other), tally in sorted(tallies.items())
        if tally.people >= LEAST_PEOPLE
    )


def _counts(answers: Counter[int], scale: range) -> tuple[int, ...]:
    if answers.total() < LEAST_PEOPLE:
        return (0,) * len(scale)
    return tuple(answers[value] for value in scale)
