"""How long things take, learned from stays that ended; where there are few, leaning on the whole department's."""

from collections.abc import Sequence

import numpy as np

from clientela.network.simulation.fitting.past import HOUR, Key, Past
from clientela.network.simulation.fitting.rows import HistoryRows, LegLike, ServiceRow
from clientela.network.simulation.house import NO_DELAY, NOTHING, Ask, Assumption, Delay, Floats, Hours, Service, spread

QUANTILES = np.linspace(0.0, 1.0, 41)
LEAN_MEAN = 10  # so many stays of the department count beside the service's own
LEAN_SHAPE = 30
LITTLE = 10
SECOND_PART = 0.5
PAUSES = {"waiting_customer": "customer", "waiting_date": "date", "waiting_department": "department"}


def services_of(past: Past, rows: HistoryRows) -> tuple[tuple[Service, ...], list[Assumption]]:
    """Every service as every department does it; `hands` is still all the time somebody had it (see `calibrating`)."""
    terms = {row.id: row for row in rows.services}
    everybody = {}
    for department_id in {key[0] for key in past.stays}:
        ended = [leg for key, legs in past.ended.items() if key[0] == department_id for leg in legs]
        everybody[department_id] = ended or [leg for legs in past.ended.values() for leg in legs]
    found = [_service(past, key, everybody[key[0]], terms.get(key[1])) for key in sorted(past.stays)]
    little = sum(len(past.ended[key]) < LITTLE for key in past.stays)
    assumed = [
        Assumption("first_come_first_served"),
        Assumption("two_halves", {"first": SECOND_PART}),
        Assumption("asks_by_chance"),
        Assumption("no_holidays"),
        Assumption("no_seasons", {"weeks": round(past.weeks, 1)}),
    ]
    if little:
        assumed.append(Assumption("little_history", {"services": little, "of": len(found), "stays": LITTLE}))
    unpromised = sum(service.promise_hours is None for service in found)
    if unpromised:
        assumed.append(Assumption("without_promise", {"services": unpromised, "of": len(found)}))
    return tuple(found), assumed


def name_of(key: Key) -> str:
    """The key of a service in the house."""
    return f"{key[0]}:{key[1]}"


def _service(past: Past, key: Key, everybody: Sequence[LegLike], terms: ServiceRow | None) -> Service:
    own = past.ended[key]
    count = len(past.stays[key])
    return Service(
        key=name_of(key),
        department_id=key[0],
        service_id=key[1],
        hands=_hours(_column(own, "work_seconds"), _column(everybody, "work_seconds")),
        first_share=SECOND_PART,
        customer=_delay(own, everybody, "customer_seconds"),
        date=_delay(own, everybody, "date_seconds"),
        asks=tuple(Ask(name_of(child), min(1.0, asked / count)) for child, asked in sorted(past.asks[key].items())),
        handed_over=tuple(Ask(name_of(to), over / count) for to, over in sorted(past.hand_overs[key].items())),
        promise_hours=None if terms is None or terms.resolution_seconds is None else terms.resolution_seconds / HOUR,
        pauses=() if terms is None else tuple(PAUSES[state] for state in terms.pauses_while if state in PAUSES),
    )


def _column(legs: Sequence[LegLike], name: str) -> Floats:
    return np.asarray([getattr(leg, name) / HOUR for leg in legs], dtype=float)


def _hours(own: Floats, everybody: Floats) -> Hours:
    """Mean and shape, each leaning on the department's by how few there are."""
    usual = float(everybody.mean()) if len(everybody) else 0.0
    mean = (float(own.sum()) + LEAN_MEAN * usual) / (len(own) + LEAN_MEAN)
    if mean <= 0:
        return NOTHING
    weight = len(own) / (len(own) + LEAN_SHAPE) if own.any() else 0.0
    shape = np.zeros(len(QUANTILES))
    if weight:
        shape = shape + weight * np.quantile(own, QUANTILES) / own.mean()
    if everybody.any():
        shape = shape + (1 - weight) * np.quantile(everybody, QUANTILES) / usual
    return Hours(mean, spread(shape))


def _delay(own: Sequence[LegLike], everybody: Sequence[LegLike], name: str) -> Delay:
    here, there = _column(own, name), _column(everybody, name)
    usual = float((there > 0).mean()) if len(there) else 0.0
    share = (float((here > 0).sum()) + LEAN_MEAN * usual) / (len(here) + LEAN_MEAN)
    if share <= 0:
        return NO_DELAY
    return Delay(share, _hours(here[here > 0], there[there > 0]))
