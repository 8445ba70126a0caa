"""The policy of whose need goes first: its versions, who would win and lose by another, what people chose instead."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clientela.catalogue import queries as catalogue
from clientela.directory.policies import Viewer
from clientela.kernel.journal import thing
from clientela.kernel.policies import HiddenError, require_seen
from clientela.promises import queries as promises
from clientela.requests.models import LIVE_STATES, OwnChoice, Request, StakePolicyVersion
from clientela.requests.policies import may_see_stake_policy, sees_everything
from clientela.requests.queries.glimpses import PartyGlimpse, RequestGlimpse, cards_for, party_glimpse, request_glimpse
from clientela.requests.queries.standing.reading import Basis, OpenRequest, basis_of_order, open_with_waiting
from clientela.requests.queries.standing.weighing import TimesLeft, answered_urgencies, groups_for, weighed
from clientela.requests.queries.turn_order import TO_DO, TURN_ORDER
from clientela.requests.rules.order import (
    StakePolicy,
    compared_orders,
    policy_as_json,
    policy_from_json,
    standing_of,
    waiting_on,
)

MOST_COMPARED = 300


@dataclass(frozen=True)
class PolicyVersionSeen:
    """One version. `changes`: (field, was, is), against the version before, the oldest against the default."""

    number: int
    policy: StakePolicy
    note: str
    made_by: PartyGlimpse | None  # None: the house
    made_at: datetime
    changes: tuple[tuple[str, object, object], ...]


@dataclass(frozen=True)
class Move:
    """A request's place in its queue by the policy in force, and by the other one; 1 is next."""

    request: RequestGlimpse
    before: int
    after: int

    @property
    def gain(self) -> int:
        """How many places earlier; negative when later."""
        return self.before - self.after


@dataclass(frozen=True)
class SideMeans:
    """The mean place of one side's requests by both policies."""

    count: int
    before: float
    after: float


@dataclass(frozen=True)
class PolicyCompared:
    """Who would win and who would lose in a department's queue, in the order of the other policy.

    At most MOST_COMPARED requests are compared; `left_out` says how many more stand there, all of them further back.
    """

    department_id: int
    moves: tuple[Move, ...]
    up_count: int
    down_count: int
    inside: SideMeans | None
    outside: SideMeans | None
    left_out: int


@dataclass(frozen=True)
class ChoicesCounted:
    """How often people of a department did something else first for one reason, out of all such times there.

    `service_title` is the service of most of them, with its own count; `words` are the last reasons told.
    """

    department: PartyGlimpse
    why: str
    count: int
    of: int
    service_title: str
    service_count: int
    words: tuple[str, ...]


def stake_policy(viewer: Viewer) -> tuple[int, StakePolicy]:
    """The policy in force with its number, 0 for the default. One statement. Raises HiddenError."""
    require_seen(may_see_stake_policy(viewer))
    basis = basis_of_order()
    return basis.number, basis.policy


def stake_policy_versions(viewer: Viewer, *, limit: int = 20) -> list[PolicyVersionSeen]:
    """The newest versions, the newest first. Two statements. Raises HiddenError."""
    require_seen(may_see_stake_policy(viewer))
    rows = list(StakePolicyVersion.objects.order_by("-number")[: limit + 1])
    cards = cards_for((), also=[row.made_by_id for row in rows])
    told = [policy_as_json(policy_from_json(row.definition)) for row in rows]
    told.append(policy_as_json(StakePolicy()))
    return [
        PolicyVersionSeen(
            number=row.number,
            policy=policy_from_json(row.definition),
            note=row.note,
            made_by=None if row.made_by_id is None else party_glimpse(cards, row.made_by_id),
            made_at=row.made_at,
            changes=tuple(
                (field, older.get(field), value) for field, value in new.items() if older.get(field) != value
            ),
        )
        for row, new, older in list(zip(rows, told, told[1:], strict=False))[:limit]
    ]


def policy_compared(viewer: Viewer, department_id: int, policy: StakePolicy, *, at: datetime) -> PolicyCompared:
    """Who wins and who loses in a queue by another policy than the one in force. A fixed number of statements.

    Raises HiddenError for a department whose requests the viewer does not see, or a policy that is not for them.
    """
    require_seen(may_see_stake_policy(viewer))
    if not sees_everything(viewer) and department_id not in viewer.department_ids:
        raise HiddenError(f"There is no department {department_id} for this viewer.")
    queue = Request.objects.filter(TO_DO, provider=department_id, state__in=LIVE_STATES)
    rows = {row.pk: row for row in queue.order_by(*TURN_ORDER)[:MOST_COMPARED]}
    requests = open_with_waiting(list(rows))
    shown = [number for number in rows if number in requests]
    basis = basis_of_order()
    times = promises.time_left(at=at, subjects=[thing("request", number) for number in requests])
    hours = promises.working_hours()
    figures = [
        _urgencies(shown, requests, Basis(one, basis.number, basis.mean_work_hours), at=at, times=times, hours=hours)
        for one in (basis.policy, policy)
    ]
    changes = compared_orders(figures[0], figures[1], queues={department_id: shown})
    cards = cards_for(rows.values())
    moves = tuple(Move(request_glimpse(rows[one.request_id], cards), one.before, one.after) for one in changes)
    return PolicyCompared(
        department_id=department_id,
        moves=moves,
        up_count=sum(move.gain > 0 for move in moves),
        down_count=sum(move.gain < 0 for move in moves),
        inside=_means([move for move in moves if move.request.is_inside]),
        outside=_means([move for move in moves if not move.request.is_inside]),
        left_out=max(queue.count() - len(rows), 0),
    )


def choices_counted(viewer: Viewer, *, since: datetime, language: str) -> list[ChoicesCounted]:
    """What people did first against the order, by department and reason, the commonest first. Raises HiddenError.

    Departments only, never persons. Four statements at most.
    """
    require_seen(may_see_stake_policy(viewer))
    rows = OwnChoice.objects.filter(at__gte=since).order_by("-at", "-pk")
    if not sees_everything(viewer):
        rows = rows.filter(provider__in=viewer.department_ids)
    groups: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for provider_id, why, version_id, words in rows.values_list(
        "provider_id", "why", "request__service_version_id", "words"
    ):
        groups[provider_id, why].append((version_id, words))
    of = Counter({provider_id: 0 for provider_id, _ in groups})
    for (provider_id, _), chosen in groups.items():
        of[provider_id] += len(chosen)
    titles = {
        version_id: service.title
        for version_id, service in catalogue.service_glimpses(
            {version_id for chosen in groups.values() for version_id, _ in chosen}, language=language
        ).items()
    }
    cards = cards_for((), also=of)
    counted = []
    for (provider_id, why), chosen in groups.items():
        service, service_count = Counter(titles.get(version_id, "") for version_id, _ in chosen).most_common(1)[0]
        told = tuple(dict.fromkeys(words for _, words in chosen if words))[:3]
        counted.append(
            ChoicesCounted(
                party_glimpse(cards, provider_id), why, len(chosen), of[provider_id], service, service_count, told
            )
        )
    return sorted(counted, key=lambda one: (-one.count, one.department.name, one.why))


def _urgencies(
    shown: list[int],
    requests: Mapping[int, OpenRequest],
    basis: Basis,
    *,
    at: datetime,
    times: TimesLeft,
    hours: promises.WorkingHours,
) -> dict[int, float]:
    groups = groups_for(basis.policy, requests.values())
    found = weighed(requests, at=at, policy=basis.policy, times=times, hours=hours, groups=groups)
    everybody = {number: one.waiting for number, one in found.items()}
    places = standing_of(
        shown,
        everybody,
        mean_work_hours=basis.mean_work_hours,
        look_ahead=basis.policy.look_ahead,
        needed_by=waiting_on(everybody),
    )
    figures = answered_urgencies([found[one] for one in shown], [places[one].urgency for one in shown], basis)
    return dict(zip(shown, figures, strict=True))


def _means(moves: list[Move]) -> SideMeans | None:
    if not moves:
        return None
    return SideMeans(
        len(moves), sum(one.before for one in moves) / len(moves), sum(one.after for one in moves) / len(moves)
    )
