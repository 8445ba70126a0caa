"""The page of a request as a colleague sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import DepartmentServices, ServiceGlimpse, ServiceSeen
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import CustomerProfile, DepartmentCard, PartyCard
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.journal import FactSeen, facts_about_any, thing
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, Verdict
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen
from clientela.requests.models import LIVE_STATES, Looking, Request, Step
from clientela.requests.policies import Access, may_serve, sees_everything, verdict_now
from clientela.requests.queries.chains import Chain, chain_of
from clientela.requests.queries.glimpses import (
    PartyGlimpse,
    RequestGlimpse,
    cards_for,
    party_glimpse,
    request_glimpse,
)
from clientela.requests.queries.one_request.chain_time import ChainTime, chain_time, family_of, life_of
from clientela.requests.queries.one_request.conversation import (
    EVENTS,
    PUBLIC_EVENTS,
    EventSeen,
    MessageRows,
    MessagesPlace,
    Said,
    conversation,
    message_rows,
    parties_named,
)
from clientela.requests.queries.one_request.sight import access_in_chain, is_in_chain
from clientela.requests.queries.one_request.together import PartRows, TogetherSeen, asked_together, part_rows
from clientela.requests.queries.past_changes import CHANGES
from clientela.requests.rules import AskedPart, State, Verb, parts_of_steps

MESSAGES_A_PAGE = 100
MOST_FACTS = 5_000  # of a whole chain: more than any that people can follow
SEEN_LATELY = timedelta(seconds=60)


@dataclass(frozen=True)
class ChainLink:
    """One request of the chain. `depth`: −1 waits on this one, 0 is this one, 1 is what it waits on, and so on.

    `promise` is the open promise that is due first. `is_outermost`: nothing waits on it in turn.
    """

    depth: int
    request: RequestGlimpse
    is_blocking: bool
    promise: ClockSeen | None
    is_outermost: bool = False


@dataclass(frozen=True)
class StepSeen:
    """A step of the plan, worded for the viewer.

    A step that takes another department's service: `ask` is that service where the viewer may ask for it, `asked` the
    request by which it was asked for. Both only for who sees the request whole.
    """

    key: str
    title: str
    is_shown_to_customer: bool
    done_at: datetime | None
    done_by: PartyGlimpse | None  # None with a moment: what was asked for it is done
    ask: ServiceGlimpse | None = None
    asked: RequestGlimpse | None = None


@dataclass(frozen=True)
class LookerSeen:
    """A colleague who has the page open."""

    person_id: int
    name: str
    seen_at: datetime


@dataclass(frozen=True)
class CustomerCard:
    """Who the customer is. `profile` is None where the viewer may not read it (a colleague's private matters)."""

    customer: PartyGlimpse
    asker: PartyGlimpse
    asker_email: str
    profile: CustomerProfile | None
    requests_count: int  # of this customer at this department, this one included; at most 1,000 are counted


@dataclass(frozen=True)
class RequestPage:
    """Everything the page of a request shows. `access` says how much; a CHAIN page has no conversation and no card.

    `conversation` runs from old to new; `older` continues it backwards. `verdicts`: for every verb, allowed or why not.
    `is_served`: the viewer is of those who answer it, and does not only read it whole.
    """

    at: datetime
    access: Access
    is_served: bool
    request: RequestGlimpse
    service: ServiceSeen
    answers: Mapping[str, object]
    above: tuple[ChainLink, ...]  # from the outermost request down to this one, without it
    below: tuple[ChainLink, ...]
    together: tuple[TogetherSeen, ...]  # what was asked of several in one go; only for who sees the request whole
    chain_time: ChainTime | None  # None for who is no part of the chain
    conversation: tuple[Said | EventSeen, ...]
    older: MessagesPlace | None
    clocks: tuple[ClockSeen, ...]
    promisers: Mapping[int, PartyGlimpse]  # who made the personal promises
    customer: CustomerCard | None
    steps: tuple[StepSeen, ...]
    lookers: tuple[LookerSeen, ...]
    verdicts: Mapping[Verb, Verdict]
    colleagues: tuple[PartyGlimpse, ...]  # to whom it can be given
    departments: tuple[DepartmentCard, ...]  # to whom it can be handed over
    askable: tuple[DepartmentServices, ...]  # what can be asked of others on this customer's behalf


def request_page(viewer: Viewer, reference: str, *, at: datetime, before: MessagesPlace | None = None) -> RequestPage:
    """The page of a request for a colleague.

    Its number of statements depends on `access`, and on whether a plan names services of others; not on how much it is.
    Raises HiddenError when there is no such request for this viewer; a customer from outside uses `request_status`.
    """
    request = Request.objects.filter(reference=normal_reference(reference) or "").first()
    if request is None or not (viewer.is_employee or sees_everything(viewer)):
        raise HiddenError(f"There is no request {reference}.")
    chain = chain_of(request)
    access = access_in_chain(viewer, chain, request)
    is_of_chain = is_in_chain(viewer, chain)
    if not is_of_chain:
        chain = Chain((), {request.pk: request})  # a mere customer learns nothing of who else works on it
    is_full = access is Access.FULL
    language = product_language(viewer.language)
    family = family_of(request, chain) if is_of_chain else None
    things = {thing("request", number) for number in chain.rows}
    subject = sorted(things.union(family.subjects if family is not None else ()))
    facts = facts_about_any(subject, verbs=EVENTS | CHANGES, limit=MOST_FACTS)
    own = [fact for fact in facts if f"request:{request.pk}" in fact.about and _is_event(fact, request, access)]
    rows = (
        MessageRows((), {}, has_older=False)
        if access is Access.CHAIN
        else message_rows(request.pk, access=access, child_ids=chain.child_ids, before=before, limit=MESSAGES_A_PAGE)
    )
    clocks = promises.clocks_of(subject, at=at)
    steps = list(Step.objects.filter(request=request).order_by("position"))
    lookers = _looker_rows(request, viewer, at=at) if is_full else []
    parts = part_rows(request, language=language) if is_full else PartRows((), {})
    life = life_of(family, facts, clocks, promises.calendar_history(), at=at) if family is not None else None
    cards = cards_for(
        chain.rows.values(),
        also=[
            *parties_named(rows, own),
            *parts.department_ids,
            *(life.department_ids if life is not None else ()),
            *(step.done_by_id for step in steps),
            *(row.person_id for row in lookers),
            *(clock.promised_by_id for clock in clocks.get(f"request:{request.pk}", ())),
        ],
    )
    own_clocks = tuple(clocks.get(f"request:{request.pk}", ()))
    service = catalogue.service_seen(version_id=request.service_version_id, language=language)
    links = _chain_links(chain, cards=cards, clocks=clocks)
    is_readable = access is not Access.CHAIN
    askable = _askable(viewer, request, language) if is_full else ()
    blockers = sum(link.depth == 1 and link.is_blocking and link.request.state in LIVE_STATES for link in links)
    return RequestPage(
        at=at,
        access=access,
        is_served=bool(may_serve(viewer, request)),
        request=request_glimpse(request, cards),
        service=service,
        answers=request.answers if is_readable else {},
        above=tuple(link for link in links if link.depth < 0),
        below=tuple(link for link in links if link.depth > 0),
        together=asked_together(parts, cards),
        chain_time=None if family is None or life is None else chain_time(family, life, cards),
        conversation=conversation(
            rows,
            own if is_readable else [],
            is_public=not is_full,
            request_id=request.pk,
            cards=cards,
            clocks=own_clocks,
            references={number: row.reference for number, row in chain.rows.items()},
        ),
        older=(rows.messages[0].at, rows.messages[0].pk) if rows.has_older else None,
        clocks=own_clocks,
        promisers={
            clock.promised_by_id: party_glimpse(cards, clock.promised_by_id)
            for clock in own_clocks
            if clock.promised_by_id is not None
        },
        customer=_customer_card(request, cards, viewer=viewer, at=at) if is_full else None,
        steps=_steps(steps, service, cards, _Others(chain, links, askable) if is_full else None),
        lookers=tuple(
            LookerSeen(row.person_id, party_glimpse(cards, row.person_id).name, row.seen_at) for row in lookers
        ),
        verdicts={verb: verdict_now(viewer, verb, request, at=at, open_blockers=blockers) for verb in Verb},
        colleagues=_colleagues(request, at=at) if is_full else (),
        departments=tuple(department for department in directory.departments() if department.id != request.provider_id)
        if is_full
        else (),
        askable=askable,
    )


def _when_due(clock: ClockSeen) -> tuple[bool, datetime, int]:
    return (clock.due_at is None, clock.due_at or clock.started_at, clock.id)


def _is_event(fact: FactSeen, request: Request, access: Access) -> bool:
    """Whether a fact is shown in the conversation. A parent's facts about its child belong to the parent's page."""
    if fact.verb not in (EVENTS if access is Access.FULL else PUBLIC_EVENTS):
        return False
    return fact.about[0] == f"request:{request.pk}"


def _looker_rows(request: Request, viewer: Viewer, *, at: datetime) -> list[Looking]:
    rows = Looking.objects.filter(request=request, seen_at__gt=at - SEEN_LATELY).exclude(person=viewer.person_id)
    return list(rows.order_by("seen_at"))


def _chain_links(
    chain: Chain, *, cards: Mapping[int, PartyCard], clocks: Mapping[str, Sequence[ClockSeen]]
) -> list[ChainLink]:
    links = []
    waited_on = {link.next_id for link in chain.links if link.depth < -1}
    for link in sorted(chain.links, key=lambda link: (link.depth, link.request_id)):
        row = chain.rows[link.request_id]
        owed = [clock for clock in clocks.get(f"request:{row.pk}", ()) if clock.is_open]
        links.append(
            ChainLink(
                depth=link.depth,
                request=request_glimpse(row, cards),
                is_blocking=link.is_blocking,
                promise=min(owed, key=_when_due, default=None),
                is_outermost=link.depth < 0 and link.request_id not in waited_on,
            )
        )
    return links


@dataclass(frozen=True)
class _Others:
    """What a step that takes another department's service is shown with."""

    chain: Chain
    links: Sequence[ChainLink]
    askable: Sequence[DepartmentServices]

    def asked(self, service: ServiceSeen) -> dict[str, RequestGlimpse]:
        """What was asked for each step that takes a service. One statement where there are such steps."""
        needs = {step.key: step.needs for step in service.plan if step.needs}
        asked = {link.request.id: link.request for link in self.links if link.depth == 1}
        if not needs or not asked:
            return {}
        versions = {number: self.chain.rows[number].service_version_id for number in sorted(asked)}
        services = catalogue.past_services(versions.values())
        parts = [
            AskedPart(number, services[version].key, asked[number].state == State.CANCELLED)
            for number, version in versions.items()
        ]
        return {key: asked[number] for key, number in parts_of_steps(needs, parts).items()}

    def service(self, key: str) -> ServiceGlimpse | None:
        """The service that can be asked for."""
        offered = (one for department in self.askable for one in department.services)
        return next((one for one in offered if one.key == key), None) if key else None


def _steps(
    rows: Sequence[Step], service: ServiceSeen, cards: Mapping[int, PartyCard], others: _Others | None
) -> tuple[StepSeen, ...]:
    planned = {step.key: step for step in service.plan}
    asked = others.asked(service) if others is not None else {}
    return tuple(
        StepSeen(
            key=row.key,
            title=planned[row.key].title,
            is_shown_to_customer=planned[row.key].is_shown_to_customer,
            done_at=row.done_at,
            done_by=None if row.done_by_id is None else party_glimpse(cards, row.done_by_id),
            ask=others.service(planned[row.key].needs) if others is not None else None,
            asked=asked.get(row.key),
        )
        for row in rows
        if others is not None or planned[row.key].is_shown_to_customer
    )


def _customer_card(request: Request, cards: Mapping[int, PartyCard], *, viewer: Viewer, at: datetime) -> CustomerCard:
    try:
        profile = directory.customer_profile(request.customer_id, viewer=viewer, at=at)
    except HiddenError:
        profile = None
    counted = Request.objects.filter(customer=request.customer_id, provider=request.provider_id)[:1000].count()
    asker = cards.get(request.asker_id)
    return CustomerCard(
        customer=party_glimpse(cards, request.customer_id),
        asker=party_glimpse(cards, request.asker_id),
        asker_email=asker.email if asker else "",
        profile=profile,
        requests_count=counted,
    )


def _colleagues(request: Request, *, at: datetime) -> tuple[PartyGlimpse, ...]:
    return tuple(
        PartyGlimpse(person.id, "person", person.name, "", "")
        for person in directory.colleagues_of(request.provider_id, at)
    )


def _askable(viewer: Viewer, request: Request, language: str) -> tuple[DepartmentServices, ...]:
    offered = sorted(
        catalogue.services_for(viewer, language=language),
        key=lambda one: alphabetical(f"{one.name} {one.place}", language=language),
    )
    return tuple(
        DepartmentServices(
            department.department_id,
            department.name,
            department.place,
            tuple(service for service in department.services if service.is_for_inside),
        )
        for department in offered
        if department.department_id != request.provider_id
        and any(service.is_for_inside for service in department.services)
    )
