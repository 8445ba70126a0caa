"""Whom a survey asks: by what happened, or by schedule."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from clientela.directory import queries as directory
from clientela.requests import queries as requests
from clientela.requests.queries import RequestOrigin
from clientela.voice.actions.surveys.inviting import Asked, ToAsk, invite, invite_many
from clientela.voice.models import Survey, SurveyRound, Talk

SERVED_LATELY = timedelta(days=91)
MOST_SUPPLIERS = 3  # that one person is asked about at a time
_BY_PAIRS = frozenset({Survey.Kind.SERVICE_QUALITY, Survey.Kind.SERVICE_QUALITY_GAP})


def ask_after_requests(*, at: datetime, words: Mapping[int, str]) -> frozenset[tuple[int, int]]:
    """Ask who asked for these resolved requests ({id: language of the last reply}) by the surveys that wait for that.

    Return (request, person) for each who was asked: their closing letter need not ask again.
    """
    triggers = (Survey.Trigger.REQUEST_CLOSED, Survey.Trigger.ORDER_DELIVERED)
    rounds = _open_rounds(triggers, at=at)
    if not rounds or not words:
        return frozenset()
    origins = requests.request_origins(words)
    # Where it was asked by a colleague for themselves, the department in which they work is the one that rates.
    works_in = directory.main_departments_of({origin.asker_id for origin in origins.values()}, at=at)
    asked: set[tuple[int, int]] = set()
    for one in rounds:
        wanted = [
            ToAsk(
                person_id=origin.asker_id,
                side=origin.side,
                about=f"request:{number}",
                supplier_id=origin.provider_id,
                rater_id=_rater(origin, works_in),
                service_id=origin.service_id,
                for_party_id=origin.customer_id if origin.side == "outside" else None,
                language=words[number],
                words=origin.title,
            )
            for number, origin in origins.items()
            if _concerns(one.survey, origin)
        ]
        if wanted:
            found = invite(at=at, round_id=one.pk, wanted=wanted)
            asked |= {(int(about.partition(":")[2]), person) for person, about in found.things}
    return frozenset(asked)


def ask_after_talks(*, at: datetime, talk_ids: Sequence[int]) -> Asked:
    """Ask those with whom these talks were held by the surveys that wait for that."""
    found = Asked()
    for one in _open_rounds((Survey.Trigger.ROUND_DONE,), at=at):
        talks = Talk.objects.filter(pk__in=talk_ids, with_person__isnull=False).select_related("customer")
        providers = set(one.survey.trigger_data.get("provider_ids") or ())
        wanted = [
            ToAsk(
                person_id=talk.with_person_id or 0,
                side="inside" if talk.customer.kind == "department" else "outside",
                about=f"talk:{talk.pk}",
                supplier_id=talk.provider_id,
                rater_id=talk.customer_id if talk.customer.kind == "department" else None,
                for_party_id=talk.customer_id if talk.customer.kind == "organisation" else None,
                language=talk.language,
            )
            for talk in talks.order_by("pk")
            if not providers or talk.provider_id in providers
        ]
        wanted = [each for each in wanted if one.survey.trigger_data.get("side", "") in {"", each.side}]
        if wanted:
            found = invite(at=at, round_id=one.pk, wanted=wanted)
    return found


def ask_audience(*, at: datetime, round_id: int) -> Asked:
    """Ask everybody whom a scheduled survey asks, in its open round. Run again, it goes on where it was."""
    one = SurveyRound.objects.select_related("survey").filter(pk=round_id, released_at__isnull=True).first()
    if one is None or one.survey.trigger != Survey.Trigger.SCHEDULE:
        return Asked()
    return invite_many(at=at, round_id=one.pk, wanted=audience_of(one.survey, at=at))


def audience_of(survey: Survey, *, at: datetime) -> list[ToAsk]:
    """Whom a scheduled survey would ask at this moment.

    Internal service quality: the people of each department, about those that it depends on. Others: every colleague,
    everybody outside who asked for something in the last quarter, or both.
    """
    if survey.kind in _BY_PAIRS:
        return _by_pairs(survey, at=at)
    side = survey.trigger_data.get("side", "")
    wanted = [] if side == "outside" else _colleagues(at=at)
    return wanted if side == "inside" else wanted + _served_outside(survey, at=at)


def _open_rounds(triggers: Sequence[str], *, at: datetime) -> list[SurveyRound]:
    rows = SurveyRound.objects.select_related("survey").filter(
        released_at__isnull=True, survey__state=Survey.State.OPEN, survey__trigger__in=triggers
    )
    return [row for row in rows.order_by("pk") if row.closes_at is None or at < row.closes_at]


def _concerns(survey: Survey, origin: RequestOrigin) -> bool:
    data = survey.trigger_data
    services, providers = set(data.get("service_ids") or ()), set(data.get("provider_ids") or ())
    if survey.trigger == Survey.Trigger.ORDER_DELIVERED and not services:
        return False  # which services deliver has to be said
    return (
        data.get("side", "") in {"", origin.side}
        and (not services or origin.service_id in services)
        and (not providers or origin.provider_id in providers)
    )


def _rater(origin: RequestOrigin, works_in: Mapping[int, int]) -> int | None:
    if origin.side != "inside":
        return None
    return origin.customer_id if origin.customer_kind == "department" else works_in.get(origin.asker_id)


def _by_pairs(survey: Survey, *, at: datetime) -> list[ToAsk]:
    pairs = [(int(rater), int(supplier)) for rater, supplier in survey.trigger_data.get("rates") or ()]
    if not pairs:
        asked = requests.requests_asked(since=at - SERVED_LATELY, until=at)
        counts: dict[tuple[int, int], int] = {}
        for one in asked:
            if one.asking_id is not None and one.is_inside and one.asking_id != one.provider_id:
                counts[one.asking_id, one.provider_id] = counts.get((one.asking_id, one.provider_id), 0) + 1
        pairs = sorted(counts, key=lambda pair: (pair[0], -counts[pair], pair[1]))
    suppliers: dict[int, list[int]] = {}
    for rater, supplier in pairs:
        if len(suppliers.setdefault(rater, [])) < MOST_SUPPLIERS:
            suppliers[rater].append(supplier)
    members = _members(list(suppliers), at=at)
    return [
        ToAsk(person, "inside", supplier_id=supplier, rater_id=rater)
        for rater, wanted in suppliers.items()
        for person in members.get(rater, ())
        for supplier in wanted
    ]


def _colleagues(*, at: datetime) -> list[ToAsk]:
    members = _members([card.id for card in directory.departments()], at=at)
    people = sorted({person for some in members.values() for person in some})
    works_in = directory.main_departments_of(people, at=at)
    return [ToAsk(person, "inside", rater_id=works_in.get(person)) for person in people]


def _members(department_ids: Sequence[int], *, at: datetime) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    today = at.astimezone(UTC).date()
    for span in directory.work_spans(department_ids, since=at, until=at):
        if span.starts_on <= today and (span.ends_on is None or today <= span.ends_on):
            found.setdefault(span.department_id, []).append(span.person_id)
    return found


def _served_outside(survey: Survey, *, at: datetime) -> list[ToAsk]:
    asked = requests.requests_asked(since=at - SERVED_LATELY, until=at)
    providers = set(survey.trigger_data.get("provider_ids") or ())
    numbers = [one.request_id for one in asked if not one.is_inside and (not providers or one.provider_id in providers)]
    people: dict[int, RequestOrigin] = {}
    for number, origin in requests.request_origins(numbers).items():
        if origin.side == "outside" and (origin.asker_id not in people or number > people[origin.asker_id].id):
            people[origin.asker_id] = origin
    return [
        ToAsk(person, "outside", for_party_id=origin.customer_id, language=origin.language)
        for person, origin in sorted(people.items())
    ]
