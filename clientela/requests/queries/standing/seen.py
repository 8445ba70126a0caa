"""Why requests stand where they stand, as one viewer may know it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import PartyCard
from clientela.promises.queries import ClockSeen, TimeLeft, WorkingHours, time_left_of
from clientela.requests.models import OwnChoice
from clientela.requests.policies import may_know_whose_it_is
from clientela.requests.queries.glimpses import PartyGlimpse, party_glimpse
from clientela.requests.queries.standing.reading import Basis, OpenRequest, basis_of_order
from clientela.requests.queries.standing.weighing import TimesLeft, Weighed, answered_urgencies, groups_for, weighed
from clientela.requests.rules.order import Explanation, explained, standing_of, waiting_on
from clientela.requests.rules.turns import Because, ExpectedWork, because_of


@dataclass(frozen=True)
class Counted:
    """A request that counts for a place: the one that stands there, or one that waits on it.

    Of one that the viewer may not know of only the figures are told: `reference`, `title` and `customer` are empty.
    """

    request_id: int
    reference: str
    title: str
    language: str
    customer: str
    holder: str
    provider: PartyGlimpse
    is_inside: bool
    promise: TimeLeft | None  # by which it counts; None: nothing is promised by a moment
    hours_left: float
    cost_per_hour: float
    factors: tuple[tuple[str, float], ...]  # what made the cost: see `rules.order.Stake`
    work_hours: float

    @property
    def is_known(self) -> bool:
        """Whether the viewer may know which request it is."""
        return self.reference != ""


@dataclass(frozen=True)
class ChoiceSeen:
    """That the viewer put a request first, and why."""

    why: str
    words: str
    at: datetime
    until: datetime


@dataclass(frozen=True)
class StandingSeen:
    """Where a request stands and why, as of now. Hours are working hours.

    `because_of` is the request whose need decides; `carried` are all that wait on it, the dearest first.
    """

    because: Because
    because_of: Counted
    itself: Counted
    lead: Counted
    carried: tuple[Counted, ...]
    answer: TimeLeft | None  # what it owes before it is done
    work: ExpectedWork
    waited_hours: float
    figures: Explanation
    urgency: float  # the larger, the sooner
    was_ranked: bool  # False: it has just come in
    choice: ChoiceSeen | None
    basis: Basis

    @property
    def is_own(self) -> bool:
        """Whether its own need decides."""
        return self.because_of.request_id == self.itself.request_id


def choices_of(viewer: Viewer, *, at: datetime) -> dict[int, ChoiceSeen]:
    """What the viewer put first for now, by request. One statement."""
    rows = OwnChoice.objects.filter(person=viewer.person_id, at__lte=at, until__gt=at).order_by("at", "pk")
    return {row.request_id: ChoiceSeen(row.why, row.words, row.at, row.until) for row in rows}


def times_of(clocks: Mapping[str, Sequence[ClockSeen]]) -> TimesLeft:
    """What is left of promises that have been looked at already."""
    return {subject: [time_left_of(clock) for clock in owed] for subject, owed in clocks.items()}


def parties_in(requests: Mapping[int, OpenRequest]) -> set[int]:
    """Everybody whose card the standings name."""
    named = {one.customer_id for one in requests.values()} | {one.provider_id for one in requests.values()}
    return named | {one.holder_id for one in requests.values() if one.holder_id is not None}


def standings(
    viewer: Viewer,
    requests: Mapping[int, OpenRequest],
    *,
    at: datetime,
    shown_ids: Collection[int],
    times: TimesLeft,
    hours: WorkingHours,
    cards: Mapping[int, PartyCard],
    choices: Mapping[int, ChoiceSeen],
) -> dict[int, StandingSeen]:
    """The standings of the shown requests. `requests`: they and all that wait on them.

    One statement; one more if the policy looks at groups, and one if somebody asked in person at another department.
    """
    basis = basis_of_order()
    found = weighed(
        requests,
        at=at,
        policy=basis.policy,
        times=times,
        hours=hours,
        groups=groups_for(basis.policy, requests.values()),
    )
    everybody = {number: one.waiting for number, one in found.items()}
    own = [number for number in shown_ids if number in found]
    places = standing_of(
        own,
        everybody,
        mean_work_hours=basis.mean_work_hours,
        look_ahead=basis.policy.look_ahead,
        needed_by=waiting_on(everybody),
    )
    raised = answered_urgencies([found[number] for number in own], [places[number].urgency for number in own], basis)
    private = private_among(viewer, requests, cards=cards, at=at)
    counted = {number: _counted(one, viewer, cards=cards, private=private) for number, one in found.items()}
    stakes = {number: one.stake for number, one in found.items()}
    seen = {}
    for number, urgency in zip(own, raised, strict=True):
        figures = explained(
            number,
            places[number],
            everybody,
            mean_work_hours=basis.mean_work_hours,
            look_ahead=basis.policy.look_ahead,
            stakes=stakes,
        )
        choice = choices.get(number)
        because = because_of(
            figures.reason, is_chosen=choice is not None, is_answer_first=urgency > places[number].urgency
        )
        decides = number if because in {Because.CHOSEN, Because.ANSWER} else figures.because_of
        seen[number] = StandingSeen(
            because=because,
            because_of=counted[decides],
            itself=counted[number],
            lead=counted[figures.lead_id],
            carried=tuple(counted[one] for one in places[number].carriers),
            answer=found[number].answer,
            work=found[number].work,
            waited_hours=found[decides].waited_hours,
            figures=figures,
            urgency=urgency,
            was_ranked=requests[number].was_ranked,
            choice=choice,
            basis=basis,
        )
    return seen


def private_among(
    viewer: Viewer, requests: Mapping[int, OpenRequest], *, cards: Mapping[int, PartyCard], at: datetime
) -> frozenset[int]:
    """The colleagues who asked in person, among the customers of what the viewer's departments do not answer."""
    others = {
        one.customer_id
        for one in requests.values()
        if one.provider_id not in viewer.department_ids
        and one.customer_id in cards
        and cards[one.customer_id].kind == "person"
    }
    return directory.employees_among(others, at)


def _counted(one: Weighed, viewer: Viewer, *, cards: Mapping[int, PartyCard], private: frozenset[int]) -> Counted:
    request = one.request
    is_known = bool(
        may_know_whose_it_is(
            viewer,
            provider_id=request.provider_id,
            customer_id=request.customer_id,
            is_private=request.customer_id in private,
        )
    )
    return Counted(
        request_id=request.id,
        reference=request.reference if is_known else "",
        title=request.title if is_known else "",
        language=request.language,
        customer=party_glimpse(cards, request.customer_id).name if is_known else "",
        holder=party_glimpse(cards, request.holder_id).name if is_known and request.holder_id is not None else "",
        provider=party_glimpse(cards, request.provider_id),
        is_inside=request.side == "inside",
        promise=one.promise,
        hours_left=one.waiting.hours_left,
        cost_per_hour=one.waiting.cost_per_hour,
        factors=one.stake.factors,
        work_hours=one.work.hours,
    )
