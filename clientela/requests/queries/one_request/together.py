"""What was asked of several departments in one go, as those who answer the request see it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import ServiceGlimpse
from clientela.directory.queries import PartyCard
from clientela.requests.models import PlannedAsk, Request
from clientela.requests.queries.glimpses import PartyGlimpse, party_glimpse
from clientela.requests.rules import Course, PartState, course_of, part_state


@dataclass(frozen=True)
class PartSeen:
    """One part. `state` as in rules.PartState; `reference` is "" until it is asked."""

    position: int
    title: str
    department: PartyGlimpse
    state: PartState
    reference: str


@dataclass(frozen=True)
class TogetherSeen:
    """Parts asked together, in their order. `done` of them are resolved, and `enough` are enough.

    `may_ask_next`: somebody has to decide whether the next one is asked. `may_drop`: there is something left to drop.
    """

    id: int
    manner: str
    enough: int
    done: int
    parts: tuple[PartSeen, ...]
    may_ask_next: bool
    may_drop: bool


@dataclass(frozen=True)
class PartRows:
    """The rows of the parts before names are put to them, and the services they ask for, by version."""

    rows: Sequence[PlannedAsk]
    services: Mapping[int, ServiceGlimpse]

    @property
    def department_ids(self) -> set[int]:
        """Everybody whose name they show."""
        asked = {row.asked.provider_id for row in self.rows if row.asked is not None}
        return asked | {self.services[row.service_version_id].owner_id for row in self.rows if row.asked is None}


def part_rows(request: Request, *, language: str) -> PartRows:
    """The parts of everything that was asked together for a request. One statement, and one more if there are any."""
    rows = list(
        PlannedAsk.objects.select_related("together", "asked")
        .filter(together__request=request)
        .order_by("together", "position")
    )
    versions = {row.service_version_id for row in rows}
    return PartRows(rows, catalogue.service_glimpses(versions, language=language) if versions else {})


def asked_together(found: PartRows, cards: Mapping[int, PartyCard]) -> tuple[TogetherSeen, ...]:
    """Put names to the parts, the oldest asking first."""
    by_together: dict[int, list[PlannedAsk]] = defaultdict(list)
    for row in found.rows:
        by_together[row.together_id].append(row)
    return tuple(_seen(rows, found.services, cards) for rows in by_together.values())


def _seen(
    rows: Sequence[PlannedAsk], services: Mapping[int, ServiceGlimpse], cards: Mapping[int, PartyCard]
) -> TogetherSeen:
    together = rows[0].together
    states = [
        part_state(row.asked.state if row.asked is not None else None, is_dropped=row.dropped_at is not None)
        for row in rows
    ]
    course = course_of(together.manner, together.enough, states)
    is_left = PartState.PLANNED in states
    return TogetherSeen(
        id=together.pk,
        manner=together.manner,
        enough=together.enough,
        done=states.count(PartState.RESOLVED),
        parts=tuple(
            PartSeen(
                position=row.position,
                title=row.title,
                department=party_glimpse(
                    cards,
                    row.asked.provider_id if row.asked is not None else services[row.service_version_id].owner_id,
                ),
                state=state,
                reference=row.asked.reference if row.asked is not None else "",
            )
            for row, state in zip(rows, states, strict=True)
        ),
        may_ask_next=is_left and PartState.LIVE not in states and course is not Course.IS_ENOUGH,
        may_drop=((is_left or PartState.LIVE in states) and course in {Course.STOPPED, Course.OUT_OF_REACH})
        or (is_left and PartState.LIVE not in states),
    )
