"""What the lines of the map are coloured and sized by: the measures to choose from, and their bands in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clientela.network.queries.service_map import Edge

HOUR_SECONDS = 3600
OFTEN_LATE, VERY_OFTEN_LATE = 0.10, 0.25
SHORT_WAIT_SECONDS, LONG_WAIT_SECONDS = 4 * HOUR_SECONDS, 16 * HOUR_SECONDS
MOSTLY_SATISFIED, OFTEN_SATISFIED = 0.85, 0.70
SOME_IMPORTANCE, MUCH_IMPORTANCE = 1.5, 3.0  # of 0 to 4
A_GAP = 1.0  # points of importance


@dataclass(frozen=True)
class Band:
    """A shade and what it says. `tone`: ok, risk and broken for promises, t1 to t3 for everything else."""

    tone: str
    words: str | Promise


UNKNOWN = Band("unknown", _("too few to say"))


@dataclass(frozen=True)
class Shading:
    """One measure to colour by. `band_of` names the band of an edge; `bands` are the legend, the mildest first."""

    key: str
    words: str | Promise
    bands: tuple[Band, ...]
    band_of: Callable[[Edge], Band]

    @property
    def legend(self) -> tuple[Band, ...]:
        """The bands, and what stands for none of them."""
        return self.bands if len(self.bands) == 1 or self.key == "origin" else (*self.bands, UNKNOWN)


LATE = (
    Band("ok", _("under 10 % late")),
    Band("risk", _("10–25 % late")),
    Band("broken", _("over 25 % late")),
)
WAIT = (
    Band("t1", _("half are done within 4 working hours")),
    Band("t2", _("within 16")),
    Band("t3", _("half take longer")),
)
SATISFACTION = (
    Band("t1", _("85 % satisfied or more")),
    Band("t2", _("70–85 %")),
    Band("t3", _("under 70 %")),
)
IMPORTANCE = (
    Band("t1", _("matters a little")),
    Band("t2", _("matters")),
    Band("t3", _("matters a great deal")),
)
GAP = (
    Band("t1", _("both see it alike")),
    Band("t2", _("matters less than its supplier thinks")),
    Band("t3", _("matters more than its supplier thinks")),
)
ORIGIN = (
    Band("t1", _("declared, and it happens")),
    Band("t3", _("happens, and nobody declared it")),
    Band("silent", _("declared or asked for, and never happens")),
)
PLAIN = (Band("t2", _("what is asked")),)


def late_band(edge: Edge) -> Band:
    """How much of it is late."""
    if edge.late_share is None:
        return UNKNOWN
    share = edge.late_share.share
    return LATE[(share >= OFTEN_LATE) + (share > VERY_OFTEN_LATE)]


def _wait(edge: Edge) -> Band:
    wait = edge.median_wait_seconds
    return UNKNOWN if wait is None else WAIT[(wait > SHORT_WAIT_SECONDS) + (wait > LONG_WAIT_SECONDS)]


def _satisfaction(edge: Edge) -> Band:
    if edge.satisfaction is None:
        return UNKNOWN
    share = edge.satisfaction.share
    return SATISFACTION[(share < MOSTLY_SATISFIED) + (share < OFTEN_SATISFIED)]


def _importance(edge: Edge) -> Band:
    if edge.importance is None:
        return UNKNOWN
    return IMPORTANCE[(edge.importance.mean >= SOME_IMPORTANCE) + (edge.importance.mean >= MUCH_IMPORTANCE)]


def gap_of(edge: Edge) -> float | None:
    """By how many points it matters more to the customer than the supplier thinks; None: one of them was not heard."""
    if edge.importance is None or edge.importance_by_supplier is None:
        return None
    return edge.importance.mean - edge.importance_by_supplier.mean


def _gap(edge: Edge) -> Band:
    gap = gap_of(edge)
    if gap is None:
        return UNKNOWN
    return GAP[0] if abs(gap) < A_GAP else GAP[2] if gap > 0 else GAP[1]


def _origin(edge: Edge) -> Band:
    return ORIGIN[1] if edge.is_surprise else ORIGIN[2] if edge.is_silent else ORIGIN[0]


SHADINGS = {
    one.key: one
    for one in (
        Shading("late", _("what is late"), LATE, late_band),
        Shading("wait", _("how long it takes"), WAIT, _wait),
        Shading("satisfaction", _("satisfaction"), SATISFACTION, _satisfaction),
        Shading("importance", _("how much it matters"), IMPORTANCE, _importance),
        Shading("gap", _("where both see it differently"), GAP, _gap),
        Shading("origin", _("where we know it from"), ORIGIN, _origin),
        Shading("plain", _("nothing"), PLAIN, lambda _edge: PLAIN[0]),
    )
}


@dataclass(frozen=True)
class Sizing:
    """One measure for the thickness of a line."""

    key: str
    words: str | Promise
    sentence: str | Promise
    weight_of: Callable[[Edge], float]
    thickest: float = 0.0  # 0: as the drawing has room


SIZINGS = {
    one.key: one
    for one in (
        Sizing(
            "asked",
            _("how much is asked"),
            _("A line is as thick as what is asked and narrows towards the one who is served."),
            lambda edge: float(edge.asked),
        ),
        Sizing(
            "traced",
            _("how much event logs and mail show"),
            _("A line is as thick as what event logs and mail show and narrows towards the one who is served."),
            lambda edge: float(edge.traced),
        ),
        Sizing(
            "importance",
            _("how much it matters"),
            _("A line is as thick as it matters to the one who is served, and narrows towards them."),
            lambda edge: edge.importance.mean if edge.importance else 0.0,
            thickest=16.0,
        ),
        Sizing(
            "late",
            _("how many are late"),
            _("A line is as thick as the number of late requests and narrows towards the one who is served."),
            lambda edge: float(edge.late),
        ),
        Sizing(
            "same",
            _("all the same"),
            _("All lines are equally thick and narrow towards the one who is served."),
            lambda _edge: 1.0,
            thickest=5.0,
        ),
    )
}


def sizing_for(key: str, edges: Iterable[Edge]) -> Sizing:
    """The thickness that was chosen; where nobody asked for anything, what is traced is all there is to go by."""
    some = list(edges)
    is_only_traced = any(edge.traced for edge in some) and not any(edge.asked for edge in some)
    return SIZINGS["traced" if key == "asked" and is_only_traced else key]
