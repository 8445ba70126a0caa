"""What there is to look ahead from: everything that is known and not done, in the moment of a choice."""

from collections.abc import Sequence

from clientela.requests.rules.dispatch.knowing import Known
from clientela.requests.rules.dispatch.looking_ahead import Situation
from clientela.requests.rules.dispatch.queues import Guarded, terms_of

LEAST_REMAINING = 0.25  # who takes longer than expected is expected to need at least so much of it again


def situation_of(
    known: Known,
    now: float,
    *,
    present: Sequence[int],
    team_of: Sequence[int],
    left: Sequence[int],
    start_hours: Sequence[float],
    queues: Sequence[Guarded],
    free: Sequence[int],
    settled: frozenset[int],
) -> Situation:
    """Gather it. `present` are the places that are there and not done, in the order in which they came."""
    number = {place: one for one, place in enumerate(present)}
    waiting = [[place for place in queue.by_age if place in queue.queue.versions] for queue in queues]
    is_ready = {place for places in waiting for place in places}
    running = []
    for place in present:
        if left[place] == 0 and place not in is_ready:
            expected = known.expected_hours[place]
            remaining = max(start_hours[place] + expected - now, LEAST_REMAINING * expected)
            running.append((remaining, number[place]))
    above = [[one for one in known.needed_by[place] if one in number] for place in present]
    usual = sum(known.expected_hours[place] for place in present) / len(present)
    return Situation(
        team_of=[team_of[place] for place in present],
        work_hours=[known.expected_hours[place] for place in present],
        due_hours=[known.due_hours[place] - now for place in present],
        late_cost=[
            0.0 if over else known.operations[place].cost_per_hour for place, over in zip(present, above, strict=True)
        ],
        terms=[
            [(weight, last_start - now) for weight, last_start in terms_of(known, place, is_carrying=True)]
            for place in present
        ],
        needed_by=[[number[one] for one in over] for over in above],
        left=[left[place] for place in present],
        ready=[[number[place] for place in places] for places in waiting],
        free=list(free),
        running=running,
        mean_work_hours=[
            sum(known.expected_hours[place] for place in places) / len(places) if places else usual
            for places in waiting
        ],
        settled=settled,
    )
