"""Two requests turn out to be one: what is said to the one goes on in the other.

Nothing that was said is moved, so it can be taken back. The merged one ends, its promises are not owed any more, and
what it waited for, or was needed for, the other one waits for, or is needed for. Nobody gets a letter by this alone.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory.policies import Viewer
from clientela.kernel.constraints import violated_constraint
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.journal import facts_about_any
from clientela.kernel.policies import HiddenError, require
from clientela.promises import actions as promises
from clientela.promises import queries as promised
from clientela.requests.actions import turns
from clientela.requests.actions.ending import close
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.refusals import DifferentCustomersError, MergeError, StateError
from clientela.requests.models import LIVE_STATES, AskedTogether, Dependency, Participant, PlannedAsk, Request
from clientela.requests.policies import may_serve, require_sight
from clientela.requests.rules import State, Verb

MOST_STEPS = 50  # from merged to merged; the database lets no circle in, this only ends a broken one


@transaction.atomic
def merge_requests(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    into_reference: str = "",
    into_id: int | None = None,
    is_same_customer: bool = False,
) -> None:
    """Merge a request into another one, named by its reference or its id. Both must be served by who merges them.

    Where their customers differ, `is_same_customer` says that a person has made sure they are one, under two
    addresses: what was said on the merged one is read by everybody who reads the other, and its asker may go on there.
    Words that nobody has answered yet are owed an answer there, from the moment they were said. Raises HiddenError
    (also for a reference that there is not), NotAllowedError, StateError, and MergeError with the reason.
    """
    into = _named(by, into_reference, into_id)
    seen = _links_of(request_id)
    also = {into.pk, *_merged_into(request_id)} | {end for link in seen for end in (link.waiting_id, link.needed_id)}
    held = hold_request(Verb.MERGE, by=by, at=at, request_id=request_id, also=also)
    request, into = held.request, held.chain.rows[into.pk]
    require(may_serve(by, into))  # as it stands now
    links = _links_of(request_id)  # whoever writes one holds the row that we hold, so these stand still
    if {link.pk for link in links} != {link.pk for link in seen}:
        raise StateError(_("Somebody changed this at the same moment. Please try once more."))
    _refuse(request, into, links, at=at, is_same_customer=is_same_customer)
    was, owed, unanswered_since = str(request.state), _owed_kinds(request, at=at), request.unanswered_since
    _move_links(links, request, into, held.chain.rows, by=by, at=at)
    _end(request, into, by=by, at=at)
    # What was merged into it goes along, so a merged request always names the one where it goes on.
    along = _merged_into(request_id)
    Request.objects.filter(pk__in=[*along, request_id]).update(merged_into=into)
    _take_over(request, into, unanswered_since, by=by, at=at)
    if request.asker_id not in {into.asker_id, into.customer_id}:
        Participant.objects.bulk_create(
            [Participant(request=into, person_id=request.asker_id, because=Participant.Because.MERGED, added_at=at)],
            ignore_conflicts=True,
        )
    named = {"request": into.pk, "reference": into.reference}
    tell("request_merged", request, by=by, at=at, also=(subject_of(into.pk),), **named, was=was, owed=owed, along=along)
    tell(
        "request_took_in",
        into,
        by=by,
        at=at,
        also=(subject_of(request.pk),),
        request=request.pk,
        reference=request.reference,
    )


@transaction.atomic
def unmerge_request(*, by: Viewer, at: datetime, request_id: int) -> None:
    """Take a merged request apart again: it goes on by itself, and what it promised is promised anew from `at`.

    One that had ended before it was merged stays ended. What it waited for stays with the other one, and so does
    what was said since. Raises HiddenError, NotAllowedError, and MergeError if it is not merged.
    """
    seen = Request.objects.filter(pk=request_id).values_list("merged_into_id", flat=True).first()
    also = {request_id} if seen is None else {seen, *_merged_into(seen)}
    held = hold_request(Verb.MERGE, by=by, at=at, request_id=request_id, also=also)
    request = held.request
    into = None if request.merged_into_id is None else held.chain.rows.get(request.merged_into_id)
    if into is None:
        raise MergeError(_("%(reference)s is not merged into another one.") % {"reference": request.reference})
    subject = subject_of(request.pk)
    facts = facts_about_any([subject], verbs={"request_merged"}, limit=MOST_STEPS)
    fact = next((one for one in facts if one.about[0] == subject), None)
    Request.objects.filter(pk=request_id).update(merged_into=None)
    if fact is not None:  # what it had taken in itself comes back with it
        along = Request.objects.filter(pk__in=fact.data.get("along") or (), merged_into=into)
        along.update(merged_into=request)
    Participant.objects.filter(request=into, person=request.asker_id, because=Participant.Because.MERGED).delete()
    if fact is not None and fact.data.get("was") in LIVE_STATES and request.state == State.CANCELLED:
        request.state = State.OPEN
        request.next_due_at = promises.start_clocks(
            at=at,
            subject=subject,
            provider_id=request.provider_id,
            customer_id=request.customer_id,
            terms_id=catalogue.terms_of_version(request.service_version_id),
            kinds=tuple(fact.data.get("owed") or ("resolution",)),
        )
        if {"first_reply", "next_reply"} & set(fact.data.get("owed") or ()):
            request.unanswered_since = at
        tell("request_reopened", request, by=by, at=at, because="unmerged", reference=into.reference)
        turns.save(request)
    named = {"request": into.pk, "reference": into.reference}
    tell("request_unmerged", request, by=by, at=at, also=(subject_of(into.pk),), **named)


def _named(by: Viewer, reference: str, into_id: int | None) -> Request:
    """The request to merge into. One that there is not and one that may not be seen look alike."""
    found = Request.objects.filter(
        **({"reference": normal_reference(reference) or ""} if into_id is None else {"pk": into_id})
    ).first()
    if found is None:
        raise HiddenError(f"There is no request {reference or into_id}.")
    require_sight(by, found)
    return found


def _merged_into(request_id: int) -> list[int]:
    return list(Request.objects.filter(merged_into=request_id).order_by("pk").values_list("pk", flat=True))


def _links_of(request_id: int) -> list[Dependency]:
    above = Dependency.objects.filter(needed=request_id)
    return list((above | Dependency.objects.filter(waiting=request_id)).order_by("pk"))


def _refuse(
    request: Request, into: Request, links: Iterable[Dependency], *, at: datetime, is_same_customer: bool
) -> None:
    """Raise MergeError for two that cannot become one."""
    names = {"reference": request.reference, "into": into.reference}
    if request.pk == into.pk:
        raise MergeError(_("A request cannot be merged into itself. Write the reference of the other one."))
    if request.merged_into_id is not None:
        raise MergeError(_("%(reference)s was merged into another one already.") % names)
    if into.merged_into_id is not None:
        raise MergeError(_("%(into)s was merged into another one itself. Name that one.") % names)
    if request.side != into.side:
        raise MergeError(_("One of them was asked inside the house and the other outside. Link them instead.") % names)
    if request.customer_id != into.customer_id and not is_same_customer:
        raise DifferentCustomersError(
            _(
                "%(reference)s and %(into)s have different customers, who would read each other’s words. "
                "Link them instead."
            )
            % names
        )
    owes = request.state in LIVE_STATES or request.unanswered_since is not None
    if into.state not in LIVE_STATES and (owes or into.state != State.RESOLVED):
        raise MergeError(_("%(into)s has ended. Open it again first, or merge it into %(reference)s.") % names)
    if any({link.waiting_id, link.needed_id} == {request.pk, into.pk} for link in links):
        raise MergeError(_("One of them waits on the other. Part them first.") % names)
    is_part = PlannedAsk.objects.filter(asked=request).exists()
    if is_part or any(link.together_id is not None for link in links) or _asks_together(request):
        raise MergeError(
            _(
                "%(reference)s is part of what was asked of several departments together. "
                "Merge %(into)s into it instead."
            )
            % names
        )
    subject = subject_of(request.pk)
    if any(clock.kind == "personal" for clock in promised.open_clocks_of([subject], at=at).get(subject, ())):
        raise MergeError(
            _("Somebody promised the customer something on %(reference)s. Keep that promise or move it first.") % names
        )


def _asks_together(request: Request) -> bool:
    return AskedTogether.objects.filter(
        request=request, parts__asked__isnull=True, parts__dropped_at__isnull=True
    ).exists()


def _owed_kinds(request: Request, *, at: datetime) -> list[str]:
    subject = subject_of(request.pk)
    return sorted({clock.kind for clock in promised.open_clocks_of([subject], at=at).get(subject, ())})


def _move_links(
    links: Iterable[Dependency],
    request: Request,
    into: Request,
    rows: dict[int, Request],
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """What waited on the merged one waits on the other, and what the merged one waited on, the other waits on.

    Every row at the ends of the old and the new links is held, and no row is waited for after the first is written.
    """
    for link in links:
        waiting = into if link.waiting_id == request.pk else rows[link.waiting_id]
        needed = into if link.needed_id == request.pk else rows[link.needed_id]
        link.delete()
        if Dependency.objects.filter(waiting=waiting, needed=needed).exists():
            continue
        told = {"request": needed.pk, "reference": needed.reference, "department": needed.provider_id}
        also = (subject_of(needed.pk),)
        tell("requests_linked", waiting, by=by, at=at, also=also, **told, is_blocking=link.is_blocking)
        try:
            with transaction.atomic():
                Dependency.objects.create(
                    waiting=waiting,
                    needed=needed,
                    is_blocking=link.is_blocking,
                    was_opened_for_it=link.was_opened_for_it,
                    made_at=at,
                )
        except IntegrityError as refusal:
            if violated_constraint(refusal) not in {"no_circles", "what_ended_waits_on_nothing"}:
                raise
            raise MergeError(
                _("%(reference)s and %(into)s wait on each other by way of others. Part them first.")
                % {"reference": request.reference, "into": into.reference}
            ) from refusal
        is_held_up = waiting is into and link.is_blocking and needed.state in LIVE_STATES
        if is_held_up and into.state == State.OPEN:
            turns.start_waiting(into, State.WAITING_DEPARTMENT, by=by, at=at)
            turns.save(into)


def _end(request: Request, into: Request, *, by: Viewer, at: datetime) -> None:
    """End the merged one: what was resolved is closed, and what was open is no longer owed by itself."""
    if request.state in LIVE_STATES:
        turns.cancel(request, by=by, at=at, reason="", because="merged", reference=into.reference)
        turns.save(request)
    elif request.state == State.RESOLVED:
        close(request, by=by, at=at)


def _take_over(request: Request, into: Request, unanswered_since: datetime | None, *, by: Viewer, at: datetime) -> None:
    """Give the other one what stays of the merged one: who must be answered since when, and what weighs in its turn."""
    if unanswered_since is not None:
        if into.state == State.WAITING_CUSTOMER:
            turns.end_waiting(into, by=by, at=at, because="customer_wrote")
        if into.unanswered_since is None:
            # From the moment of the words: merging does not win the department time.
            into.next_due_at = promises.start_clocks(
                at=unanswered_since,
                subject=subject_of(into.pk),
                provider_id=into.provider_id,
                customer_id=into.customer_id,
                terms_id=catalogue.terms_of_version(into.service_version_id),
                kinds=("next_reply",),
            )
        into.unanswered_since = min(unanswered_since, into.unanswered_since or unanswered_since)
    into.last_message_at = max(into.last_message_at, request.last_message_at)
    into.is_complaint = into.is_complaint or request.is_complaint
    into.touches_safety = into.touches_safety or request.touches_safety
    into.stops_work = into.stops_work or request.stops_work
    into.also_department_ids = sorted({*into.also_department_ids, *request.also_department_ids} - {into.provider_id})
    into.save(update_fields=["touches_safety", "stops_work", "also_department_ids"])
    turns.save(into)
