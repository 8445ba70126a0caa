"""An answer in words: what a change would do, with its range, and how far to trust it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.web.components import words as say
from clientela.web.insight.question_words import Speaker, joined, language

HOUR = 3600
DAY_SECONDS = 28_800
CLEAR = frozenset({"more", "less"})
# What is sure and yet so little is not worth a sentence: of many figures some look sure by chance.
LEAST_SHARE, LEAST_HOURS, LEAST_POINTS = 0.005, 1 / 12, 0.005
SHARES = frozenset({"use", "kept_share"})
LEAST_WAIT_HOURS, MOST_WAITS = 1.0, 6
Figure = Mapping[str, Any]  # as simulation.comparing.Compared, in JSON


@dataclass(frozen=True)
class FigureShown:
    """One figure today and then; the difference as a dot with its 95 % range on the scale of its kind."""

    today: str
    then: str
    difference: float | None
    low: float
    high: float
    words: str
    is_clear: bool
    scale_to: float = 1.0
    label: str = ""  # the name of its column, for a phone

    @property
    def scale_from(self) -> float:
        """The left end of the scale: today stands in its middle."""
        return -self.scale_to


@dataclass(frozen=True)
class RowShown:
    """A department, or a service at the end of the chains."""

    name: str
    figures: tuple[FigureShown, ...]
    is_clear: bool
    is_asked: bool = False


@dataclass(frozen=True)
class TableShown:
    """Departments or services: those in which something moves clearly, or which were asked about, and the others."""

    names: tuple[str, ...]
    shown: tuple[RowShown, ...]
    quiet: tuple[RowShown, ...]


def hours_words(hours: float) -> str:
    """So many working hours."""
    return say.working_duration_in_words(abs(hours) * HOUR, language=language(), day_seconds=DAY_SECONDS)


def range_words(low: float, high: float) -> str:
    """From so many hours to so many, the smaller first; of both signs, both with their word."""
    small, large = sorted((abs(low), abs(high)))
    if low * high < 0:
        return _("from %(less)s less to %(more)s more") % {
            "less": hours_words(min(low, high)),
            "more": hours_words(max(low, high)),
        }
    return _("%(low)s to %(high)s") % {"low": hours_words(small), "high": hours_words(large)}


def sentence_of(answer: Mapping[str, Any], question: Mapping[str, Any], said: Sequence[str], speaker: Speaker) -> str:
    """The answer in one sentence: the department that was asked about (or the one most moved), then those outside."""
    with_what = joined(said)
    department, service = _department_part(answer, question, speaker), _service_part(answer, speaker)
    if not department and not service:
        return _("With %(what)s, nothing changes that this simulation could tell from chance.") % {"what": with_what}
    return _("With %(what)s, %(inside)s, and %(outside)s.") % {
        "what": with_what,
        "inside": department or _("no department’s waits change clearly"),
        "outside": service or _("for customers outside the difference is too small to tell"),
    }


def _department_part(answer: Mapping[str, Any], question: Mapping[str, Any], speaker: Speaker) -> str:
    asked = [change.get("department_id") for change in question["changes"]]
    by_id = {row["department_id"]: row for row in answer["departments"]}
    headline = answer.get("headline") or {}
    for number in [*asked, headline.get("department_id")]:
        figure = by_id.get(number, {}).get("figures", {}).get("wait_mean")
        if _is_clear(figure, "wait_mean"):
            words = (
                _("%(name)s’s requests wait %(hours)s less (%(range)s)")
                if figure["difference"] < 0
                else _("%(name)s’s requests wait %(hours)s more (%(range)s)")
            )
            return words % {
                "name": speaker.department(number),
                "hours": hours_words(figure["difference"]),
                "range": range_words(figure["low_95"], figure["high_95"]),
            }
    return ""


def _service_part(answer: Mapping[str, Any], speaker: Speaker) -> str:
    """Of the services that clearly change, the one in which customers outside save (or lose) most hours together."""
    clear = [row for row in answer["services"] if _is_clear(row["figures"].get("stay_mean"), "stay_mean")]
    if not clear:
        return ""
    row = max(clear, key=_hours_together)
    figure = row["figures"]["stay_mean"]
    words = (
        _("“%(name)s” is done %(hours)s sooner for customers outside (%(range)s)")
        if figure["difference"] < 0
        else _("“%(name)s” is done %(hours)s later for customers outside (%(range)s)")
    )
    return words % {
        "name": speaker.service(row["service"]),
        "hours": hours_words(figure["difference"]),
        "range": range_words(figure["low_95"], figure["high_95"]),
    }


def _hours_together(row: Mapping[str, Any]) -> float:
    arrivals = row["figures"].get("arrivals")
    return float(abs(row["figures"]["stay_mean"]["difference"]) * (arrivals["today"] if arrivals else 1))


def waits_in_words(answer: Mapping[str, Any], speaker: Speaker) -> list[str]:
    """Who would wait less (or more) because of whom, as far as it is sure; the clearest first."""
    found = []
    for row in answer["waits"]:
        figure = row["hours_a_week"]
        if figure["verdict"] in CLEAR and abs(figure["difference"]) >= LEAST_WAIT_HOURS:
            words = (
                _("%(waiting)s waits %(hours)s a week less on %(needed)s (%(range)s).")
                if figure["difference"] < 0
                else _("%(waiting)s waits %(hours)s a week more on %(needed)s (%(range)s).")
            )
            found.append(
                words
                % {
                    "waiting": speaker.department(row["waiting_id"]),
                    "needed": speaker.department(row["needed_id"]),
                    "hours": hours_words(figure["difference"]),
                    "range": range_words(figure["low_95"], figure["high_95"]),
                }
            )
    return found[:MOST_WAITS]


def departments_table(answer: Mapping[str, Any], question: Mapping[str, Any], speaker: Speaker) -> TableShown:
    """Every department: how long its requests wait, how busy its people are, how many promises it keeps."""
    asked = {change.get("department_id") for change in question["changes"]}
    kinds = ("wait_mean", "use", "kept_share")
    rows = [
        RowShown(
            name=speaker.department(row["department_id"]),
            figures=tuple(_figure(row["figures"].get(kind), kind) for kind in kinds),
            is_clear=any(_is_clear(row["figures"].get(kind), kind) for kind in kinds),
            is_asked=row["department_id"] in asked,
        )
        for row in answer["departments"]
    ]
    names = (_("Wait for somebody"), _("Use of its people"), _("Promises kept"))
    return _table(rows, names, [_reach(answer["departments"], kind) for kind in kinds])


def services_table(answer: Mapping[str, Any], speaker: Speaker) -> TableShown:
    """What customers outside see at the end of the chains."""
    kinds = ("stay_mean", "kept_share")
    rows = [
        RowShown(
            name=speaker.service(row["service"]),
            figures=tuple(_figure(row["figures"].get(kind), kind) for kind in kinds),
            is_clear=any(_is_clear(row["figures"].get(kind), kind) for kind in kinds),
        )
        for row in answer["services"]
    ]
    names = (_("Until it is done"), _("Promises kept"))
    return _table(rows, names, [_reach(answer["services"], kind) for kind in kinds])


def _table(rows: Sequence[RowShown], names: tuple[str, ...], reaches: Sequence[float]) -> TableShown:
    """Part the rows, and give each kind of figure one scale. `reaches`: the largest difference of each kind."""
    scaled = [
        replace(
            row,
            figures=tuple(
                replace(figure, scale_to=reach, label=label)
                for figure, reach, label in zip(row.figures, reaches, names, strict=True)
            ),
        )
        for row in rows
    ]
    return TableShown(
        names=names,
        shown=tuple(row for row in scaled if row.is_clear or row.is_asked),
        quiet=tuple(row for row in scaled if not (row.is_clear or row.is_asked)),
    )


def _is_clear(figure: Figure | None, kind: str) -> bool:
    """Whether the difference is sure, and enough to matter."""
    if figure is None or figure["verdict"] not in CLEAR:
        return False
    least = LEAST_POINTS if kind in SHARES else max(LEAST_HOURS, LEAST_SHARE * abs(figure["today"]))
    return bool(abs(figure["difference"]) >= least)


def _reach(rows: Iterable[Mapping[str, Any]], kind: str) -> float:
    ends = [
        abs(figure[end])
        for row in rows
        for figure in [row["figures"].get(kind)]
        if figure is not None
        for end in ("low_95", "high_95")
    ]
    return float(max([*ends, 0.01]))


def _figure(figure: Figure | None, kind: str) -> FigureShown:
    if figure is None:
        return FigureShown("–", "–", None, 0, 0, _("nothing to measure"), is_clear=False)
    is_share, is_clear = kind in SHARES, _is_clear(figure, kind)
    amount = _share_words if is_share else hours_words
    difference, low, high = figure["difference"], figure["low_95"], figure["high_95"]
    if figure["verdict"] == "same":
        words = _("the same")
    elif figure["verdict"] == "too_small":
        words = _("too small to tell")
    elif not is_clear:
        words = _("too small to matter")
    elif is_share:
        words = _points_words(difference, low, high)
    else:
        words = (_("%(hours)s less (%(range)s)") if difference < 0 else _("%(hours)s more (%(range)s)")) % {
            "hours": hours_words(difference),
            "range": range_words(low, high),
        }
    return FigureShown(
        today=amount(figure["today"]),
        then=amount(figure["whatif"]),
        difference=difference,
        low=low,
        high=high,
        words=words,
        is_clear=is_clear,
    )


def _share_words(share: float) -> str:
    return say.share_in_words(share, language=language())


def _points_words(difference: float, low: float, high: float) -> str:
    count = max(1, round(abs(100 * difference)))
    values = {
        "points": _points(abs(difference)),
        "low": _points(min(abs(low), abs(high))),
        "high": _points(max(abs(low), abs(high))),
    }
    if difference < 0:
        words = ngettext(
            "%(points)s point less (%(low)s to %(high)s)", "%(points)s points less (%(low)s to %(high)s)", count
        )
    else:
        words = ngettext(
            "%(points)s point more (%(low)s to %(high)s)", "%(points)s points more (%(low)s to %(high)s)", count
        )
    return words % values


def _points(share: float) -> str:
    points = 100 * share
    return say.number_in_words(round(points, 1) if points < 1 else round(points), language=language())


def headline_words(answer: Mapping[str, Any], speaker: Speaker) -> list[str]:
    """What the answer hangs on: how the headline moves when an assumption is off by ten per cent."""
    headline = answer.get("headline")
    if not headline:
        return []
    variants = {
        "more_work": _("If each piece of work takes 10 %% more time"),
        "less_work": _("If each piece of work takes 10 %% less time"),
        "more_arrivals": _("If 10 %% more comes in everywhere"),
        "fewer_arrivals": _("If 10 %% less comes in everywhere"),
    }
    figure = next(
        (
            row["figures"][headline["name"]]
            for row in answer["departments"]
            if row["department_id"] == headline["department_id"] and headline["name"] in row["figures"]
        ),
        None,
    )
    if figure is None:
        return []
    return [
        _("%(if)s, the difference at %(name)s is %(then)s instead of %(now)s.")
        % {
            "if": variants[one["variant"]] % (),
            "name": speaker.department(headline["department_id"]),
            "then": _signed(one["difference"]),
            "now": _signed(figure["difference"]),
        }
        for one in answer["sensitivities"]
        if one["variant"] in variants
    ]


def _signed(hours: float) -> str:
    return (_("%(hours)s less") if hours < 0 else _("%(hours)s more")) % {"hours": hours_words(hours)}


@dataclass(frozen=True)
class FitShown:
    """One figure that really happened, beside what the simulation of today says of it."""

    name: str
    what: str
    seen: str
    simulated: str
    is_fitted: bool


FITS = ("arrivals_a_week", "wait_mean", "wait_p90", "stay_mean", "kept_share")


def fits_shown(answer: Mapping[str, Any], speaker: Speaker) -> list[FitShown]:
    """How well the simulation of today tells what really happened, by department."""
    names = {
        "arrivals_a_week": _("comes in, a week"),
        "wait_mean": _("waits for somebody"),
        "wait_p90": _("one in ten waits longer than"),
        "stay_mean": _("until it is done"),
        "kept_share": _("promises kept"),
    }
    return [
        FitShown(
            name=speaker.service(one["service"]) if one["service"] else speaker.department(one["department_id"]),
            what=names[one["name"]],
            seen=_fit_words(one["seen"], one["name"]),
            simulated=_fit_words(one["simulated"], one["name"]),
            is_fitted=one["is_fitted"],
        )
        for one in answer["fits"]
        if one["name"] in FITS
    ]


def _fit_words(value: float, name: str) -> str:
    if name == "arrivals_a_week":
        return say.number_in_words(round(value, 1), language=language())
    return _share_words(value) if name == "kept_share" else hours_words(value)


def fit_sentence(answer: Mapping[str, Any]) -> str:
    """In how many of the departments the simulation of today comes close in what it was not made to agree with."""
    waits = [one for one in answer["fits"] if one["name"] in {"wait_mean", "stay_mean"} and not one["is_fitted"]]
    given = [one for one in waits if one["seen"] and one["service"] is None]
    if not given:
        return ""
    close = sum(abs(one["simulated"] - one["seen"]) <= 0.25 * one["seen"] for one in given)
    return ngettext(
        "The simulation of today comes within a quarter of what really happened in %(close)s of %(count)s figure "
        "it was not made to agree with.",
        "The simulation of today comes within a quarter of what really happened in %(close)s of %(count)s figures "
        "it was not made to agree with.",
        len(given),
    ) % {"close": close, "count": len(given)}
