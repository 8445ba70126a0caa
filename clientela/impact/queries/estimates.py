"""What inside does to outside, as last worked out: verdicts, figures, every check, and what would be worth what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.impact.models import Estimation
from clientela.impact.policies.estimates import may_see_impact
from clientela.kernel.languages import product_language
from clientela.kernel.policies import require_seen

MEASURES: Final = ("both", "said", "clocks")
OUTCOMES: Final = ("came_back", "left")
_HISTORY: Final = 12


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class CheckSeen:
    """A falsification. `held` None: it could not be looked at; `detail` says why and holds its figures."""

    name: str
    held: bool | None
    is_gate: bool
    figure: Interval | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class SupplierSeen:
    """An inside supplier; `name` is "" for all departments of fewer than five people together.

    `weight`: the part of a touched case that depends on it; `worth`: per 100 of these customers.

    `worth` is how many more of 100 customers would be satisfied if it served one step (a standard deviation) better;
    None: no such number.
    """

    name: str
    cases: int
    weight: float
    answers: int
    periods_known: int
    periods: int
    without: float | None  # the effect when its cases are left out
    own: Interval | None  # its own effect, drawn to that of all as far as little is known of it alone
    answer: str  # of its own effect: supported, not_supported, not_enough_data
    worth: Interval | None


@dataclass(frozen=True)
class ByCaseGroup:
    """The mean outcome of the cases whose own service was of this `quality`."""

    quality: float
    cases: int
    mean: float


@dataclass(frozen=True)
class ByCase:
    """What everybody looks at first, and no proof: cases beside each other by how well each itself was served.

    `within`: the difference in the outcome for one unit of quality among cases alike; None where it cannot be told.
    """

    within: Interval | None
    groups: tuple[ByCaseGroup, ...]


@dataclass(frozen=True)
class Awaited:
    """What became of customers who bought: `source` as `code` of a measure, and which weeks it is known of.

    `days`: how many had to pass after each case. `bought`: all cases there are, also those of which it is not known.
    `share`: how many of those of whom it is known came back, or left. `known_from`: where it is known of nobody, the
    Monday from which on it is of some; `is_awaited` False: nobody's days run, as nobody is a regular customer yet.
    """

    source: str
    since: date
    until: date
    days: int
    bought: int
    share: float | None  # of those of whom it is known
    known_from: date | None = None
    is_awaited: bool = True


@dataclass(frozen=True)
class MeasureSeen:
    """What one source of inside quality says, or one outcome of a file of cases.

    `code`: said (by colleagues), clocks, or both; of a file, the outcome's column. `effect`, `smallest_visible` in
    standard deviations. `points`: of 5; of a file, in the outcome's own unit. All None where there is no number:
    `refusal` is the code.

    The fields with a default are of files: `period` is week (so many `period_weeks`), month, year or number, and then
    `periods_more` stands for `weeks_more`. `is_share`: the outcome is yes or no, and `satisfied` how its share changes.
    `is_turned`: more of it is worse, so every figure is turned to mean better. `is_linked` False: the weaker panel.
    """

    code: str
    answer: str
    reasons: tuple[str, ...]
    collect: tuple[str, ...]
    failed: tuple[str, ...]
    weeks_more: int | None
    answers_more: int | None
    refusal: str
    refusal_figures: Mapping[str, Any]
    period_weeks: int
    periods: int
    cases: int
    answered: int
    inside_answers: int
    effect: Interval | None
    points: Interval | None
    satisfied: Interval | None  # change of the share of satisfied customers, 0 to 1
    smallest_visible: float | None
    smallest_points: float | None
    reliability: float | None
    load_share: float | None
    checks: tuple[CheckSeen, ...]
    suppliers: tuple[SupplierSeen, ...]
    period: str = "week"
    periods_more: int | None = None
    is_linked: bool = True
    is_share: bool = False
    is_turned: bool = False
    per_unit: Interval | None = None  # the change of the outcome for one unit of quality as the file tells it
    outcome_sd: float | None = None
    quality_sd: float | None = None  # one step of quality in its own unit
    between: float | None = None  # how much suppliers differ in their effects: a standard deviation of these
    by_case: ByCase | None = None
    awaited: Awaited | None = None  # of an outcome that takes time to be known


@dataclass(frozen=True)
class Work:
    """A working out that waits, runs, or did not end well. `is_stopping`: told to stop, and not yet ended."""

    id: int
    state: str
    progress: float
    asked_at: datetime
    error: str
    is_stopping: bool


@dataclass(frozen=True)
class ImpactPage:
    """Everything the page says. `measures` is empty as long as nothing was worked out; `before`: earlier answers.

    `outcomes` is None where they were not asked for: before anything was worked out, and in what is older than they.
    """

    since: date | None
    until: date | None
    worked_out_at: datetime | None
    measures: tuple[MeasureSeen, ...]
    outcomes: tuple[MeasureSeen, ...] | None  # whether customers come back; empty: nothing is said to be bought
    back_days: int  # as the newest one was asked
    left_days: int
    under_way: Work | None
    failed: Work | None  # the newest one, if it failed after the last that is shown
    before: tuple[tuple[datetime, Mapping[str, str]], ...]  # when, and each measure's answer; the newest first


def impact_page(viewer: Viewer) -> ImpactPage:
    """Return what was worked out last. Three statements. Raises HiddenError."""
    require_seen(may_see_impact(viewer))
    newest = list(Estimation.objects.order_by("-asked_at", "-pk").defer("result")[:1])
    done = list(Estimation.objects.filter(state="done").order_by("-finished_at", "-pk")[:_HISTORY])
    cards = {card.id: card for card in directory.departments()}
    shown = done[0] if done else None
    told: dict[str, Any] = (shown.result or {}) if shown is not None else {}
    language = product_language(viewer.language)

    def name_of(number: int) -> str | None:
        """What a department is called; None for one that is no more, "" for all the small ones together."""
        if not number:
            return ""
        return cards[number].name_in(language) if number in cards else None

    work = _work(newest[0]) if newest else None
    as_asked = newest[0] if newest else Estimation()
    return ImpactPage(
        since=date.fromisoformat(told["since"]) if told else None,
        until=date.fromisoformat(told["until"]) if told else None,
        worked_out_at=shown.finished_at if shown is not None else None,
        measures=tuple(
            measure_seen(code, told["of"][code], key="department_id", name_of=name_of)
            for code in MEASURES
            if code in told["of"]
        )
        if told
        else (),
        outcomes=_outcomes(told.get("outcomes"), name_of),
        back_days=as_asked.back_days,
        left_days=as_asked.left_days,
        under_way=work if work is not None and work.state in {"waiting", "running"} else None,
        failed=work if work is not None and work.state == "failed" else None,
        before=tuple(
            (row.finished_at, _answers(row.result))
            for row in done[1:]
            if row.finished_at is not None and row.result is not None
        ),
    )


def _answers(told: Mapping[str, Any]) -> dict[str, str]:
    both = {**told["of"], **told.get("outcomes", {})}
    return {code: one["verdict"]["answer"] for code, one in both.items()}


def _outcomes(told: Mapping[str, Any] | None, name_of: Callable[[Any], str | None]) -> tuple[MeasureSeen, ...] | None:
    if told is None:
        return None
    return tuple(
        replace(
            measure_seen(code, told[code], key="department_id", name_of=name_of),
            awaited=Awaited(
                told[code]["source"],
                date.fromisoformat(told[code]["since"]),
                date.fromisoformat(told[code]["until"]),
                told[code]["days"],
                told[code]["bought"],
                told[code]["share"],
                date.fromisoformat(told[code]["known_from"]) if told[code].get("known_from") else None,
                told[code].get("known_from") != "",
            ),
        )
        for code in OUTCOMES
        if code in told
    )


def _work(row: Estimation) -> Work:
    return Work(
        row.pk, row.state, row.progress, row.asked_at, row.error, row.is_cancel_wished and row.state == "running"
    )


def measure_seen(code: str, told: Mapping[str, Any], *, key: str, name_of: Callable[[Any], str | None]) -> MeasureSeen:
    """What was kept of one estimate, as a page needs it. Under `key` each supplier stands, `name_of` says its name."""
    judged, found = told["verdict"], told.get("estimate")
    refused = told.get("no_answer") or {"code": "", "figures": {}}
    satisfied = told.get("satisfied")
    own = found["own"] if found else None
    return MeasureSeen(
        code=code,
        answer=judged["answer"],
        reasons=tuple(judged["reasons"]),
        collect=tuple(judged["collect"]),
        failed=tuple(judged["failed"]),
        weeks_more=judged["weeks_more"],
        answers_more=judged["answers_more"],
        refusal=refused["code"],
        refusal_figures=refused["figures"],
        period_weeks=told["period_weeks"],
        periods=found["n_periods"] if found else 0,
        cases=told["cases"],
        answered=told["answered"],
        inside_answers=told["inside_answers"],
        effect=_interval(found, "effect"),
        points=_interval(own, "effect"),
        satisfied=_interval(satisfied, "effect"),
        smallest_visible=found["smallest_visible"] if found else None,
        smallest_points=_times(found, "smallest_visible", "outcome_sd"),
        reliability=found["reliability"] if found else None,
        load_share=found["load_share"] if found else None,
        checks=tuple(_check(one) for one in told.get("checks", ())),
        suppliers=_suppliers(told, key, name_of, _interval(satisfied, "effect")),
        period=told.get("period", "week"),
        periods_more=judged.get("periods_more"),
        is_linked=told.get("is_linked", True),
        is_share=told.get("is_share", False),
        is_turned=told.get("is_turned", False),
        per_unit=_per_unit(own),
        outcome_sd=found["outcome_sd"] if found else None,
        quality_sd=found["quality_sd"] if found else None,
        between=told.get("between"),
        by_case=_by_case(told.get("by_case")),
    )


def _suppliers(
    told: Mapping[str, Any], key: str, name_of: Callable[[Any], str | None], satisfied: Interval | None
) -> tuple[SupplierSeen, ...]:
    """Those that most depends on stand first; one that is no more is left out."""
    without = {one[key]: one["effect"] for one in told.get("left_out", ())}
    own = {one[key]: _interval(one, "effect") for one in told.get("each", ())}
    found = []
    for one in told["suppliers"]:
        number = one[key]
        name = name_of(number)
        if name is None:
            continue
        weight = one["weight"] * told["cases"] / one["cases"] if one["cases"] else 0.0
        found.append(
            SupplierSeen(
                name=name,
                cases=one["cases"],
                weight=weight,
                answers=one["answers"],
                periods_known=one["periods_known"],
                periods=one["periods"],
                without=without.get(number),
                own=own.get(number),
                answer=_answer_of(own.get(number), told["verdict"]["answer"]),
                worth=_scaled(satisfied, 100 * weight),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.cases * one.weight, one.name)))


def _per_unit(own: Mapping[str, Any] | None) -> Interval | None:
    if own is None or any(own[one] is None for one in ("per_unit", "per_unit_low", "per_unit_high")):
        return None
    return Interval(own["per_unit"], own["per_unit_low"], own["per_unit_high"])


def _by_case(told: Mapping[str, Any] | None) -> ByCase | None:
    if told is None:
        return None
    return ByCase(_interval(told["within"], "effect"), tuple(ByCaseGroup(**group) for group in told["groups"]))


def _answer_of(own: Interval | None, whole: str) -> str:
    """One supplier is said to have an effect only where all together have one, and its own is told from nothing."""
    if own is None or whole == "not_enough_data":
        return "not_enough_data"
    if own.low > 0 and whole == "supported":
        return "supported"
    return "not_supported" if own.high < 0 or whole == "not_supported" else "not_enough_data"


def _scaled(one: Interval | None, by: float) -> Interval | None:
    return None if one is None else Interval(one.value * by, one.low * by, one.high * by)


def _times(found: Mapping[str, Any] | None, first: str, second: str) -> float | None:
    if found is None or found[first] is None or found[second] is None:
        return None
    return float(found[first] * found[second])


def _check(told: Mapping[str, Any]) -> CheckSeen:
    return CheckSeen(told["name"], told["held"], told["is_gate"], _interval(told, "effect"), told["detail"])


def _interval(told: Mapping[str, Any] | None, name: str) -> Interval | None:
    """A figure, if it and both its ends are known."""
    if told is None or any(told[one] is None for one in (name, "low", "high")):
        return None
    return Interval(told[name], told["low"], told["high"])
