"""One change: whose standing it can touch, and what that standing is now, without looking at the rest of the house."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from clientela.requests.rules.order.ranking import urgencies
from clientela.requests.rules.order.standing import Waiting


@dataclass(frozen=True)
class Neighbourhood:
    """What hangs together with a change."""

    touched: frozenset[int]  # the changed, and all that they wait on, however far: their standing may change
    known: frozenset[int]  # those, and all that wait on them: what one must know to tell it


def hanging_together(
    changed: Collection[int], everybody: Mapping[int, Waiting], needed_by: Mapping[int, Sequence[int]]
) -> Neighbourhood:
    """What hangs together with a change to some requests; those that are not open any more are passed over.

    `needed_by` says who waits on each, as `waiting_on` does. When a link has gone, both its ends have changed.
    """
    touched = {each for each in changed if each in everybody}
    ahead = list(touched)
    while ahead:
        for needed in everybody[ahead.pop()].needs:
            if needed in everybody and needed not in touched:
                touched.add(needed)
                ahead.append(needed)
    known = set(touched)
    ahead = list(touched)
    while ahead:
        for waiting in needed_by.get(ahead.pop(), ()):
            if waiting not in known:
                known.add(waiting)
                ahead.append(waiting)
    return Neighbourhood(frozenset(touched), frozenset(known))


def reranked(
    changed: Collection[int],
    everybody: Mapping[int, Waiting],
    needed_by: Mapping[int, Sequence[int]],
    *,
    mean_work_hours: float,
    look_ahead: float,
) -> dict[int, float]:
    """The urgencies of all whom a change touches, as a ranking of the whole house would give them, to the last bit.

    Raises CircleInLinksError, whose places are those of the known in rising order of their ids.
    """
    around = hanging_together(changed, everybody, needed_by)
    some = [everybody[each] for each in sorted(around.known)]
    if not some:
        return {}
    places = {one.id: place for place, one in enumerate(some)}
    links = [(places[one.id], places[needed]) for one in some for needed in one.needs if needed in places]
    found = urgencies(
        cost_per_hour=[one.cost_per_hour for one in some],
        tier=[one.tier for one in some],
        hours_left=[one.hours_left for one in some],
        work_hours=[one.work_hours for one in some],
        waiting=[waiting for waiting, _ in links],
        needed=[needed for _, needed in links],
        mean_work_hours=mean_work_hours,
        look_ahead=look_ahead,
        waited_hours=[one.waited_hours for one in some],
        is_past_floor=[one.is_past_floor for one in some],
    )
    return {each: float(found[places[each]]) for each in sorted(around.touched)}
