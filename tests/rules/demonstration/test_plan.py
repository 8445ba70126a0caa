"""The story that a newcomer's database is filled with."""

import hashlib
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from clientela.catalogue.rules import checked_answers, fields_from_json
from clientela.command.demonstration.plan import demonstration_plan
from clientela.command.demonstration.story import (
    LANGUAGES,
    AskedDepartment,
    Complained,
    CustomerWrote,
    DemonstrationPlan,
    Event,
    HandedOver,
    Noted,
    Opened,
    PromiseMade,
    Rated,
    Reopened,
    Replied,
    RequestStory,
    Resolved,
    Waiting,
)
from clientela.promises.rules import add_working_seconds, is_open
from clientela.requests.rules import State
from tests.rules.demonstration.conftest import TUESDAY
from tests.rules.demonstration.replaying import calendars_of, replayed

SMALL = {"requests": 400, "days": 30}
ENDS = [
    datetime(2026, 11, 22, 1, 0, tzinfo=UTC),  # a Sunday night
    datetime(2026, 12, 25, 12, 0, tzinfo=UTC),  # Christmas
    datetime(2027, 3, 28, 2, 30, tzinfo=UTC),  # the spring gap
    datetime(2028, 2, 29, 16, 59, tzinfo=UTC),
]


def said(request: RequestStory) -> list[str]:
    """Everything anybody wrote on a request."""
    texts = [request.title]
    for event in request.events:
        match event:
            case Opened() | CustomerWrote() | Replied() | Noted() | Resolved() | Reopened() | Complained():
                texts.append(event.text)
            case Rated():
                texts.append(event.comment)
            case HandedOver():
                texts.append(event.reason)
            case PromiseMade():
                texts.append(event.words)
            case _:
                pass
    return texts


def fingerprint(plan: DemonstrationPlan) -> str:
    return hashlib.sha256(repr(plan).encode()).hexdigest()


def test_the_same_seed_tells_the_same_story() -> None:
    first = demonstration_plan(until=TUESDAY, **SMALL)
    assert fingerprint(first) == fingerprint(demonstration_plan(until=TUESDAY, **SMALL))
    assert fingerprint(first) != fingerprint(demonstration_plan(until=TUESDAY, seed=2, **SMALL))


def test_a_moment_without_a_zone_and_a_story_too_short_are_refused() -> None:
    with pytest.raises(ValueError, match="The story ends at a moment with its zone"):
        demonstration_plan(until=datetime(2026, 11, 24, 8, 0))  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="at least 60 requests and 14 days"):
        demonstration_plan(until=TUESDAY, requests=59)
    with pytest.raises(ValueError, match="at least 60 requests and 14 days"):
        demonstration_plan(until=TUESDAY, days=13)


def test_there_are_as_many_as_promised(plan: DemonstrationPlan) -> None:
    assert len(plan.departments) == 10
    assert len(plan.colleagues) == 120
    assert len(plan.customers) == 600
    assert Counter(customer.kind for customer in plan.customers) == {"person": 500, "company": 100}
    assert len(plan.requests) == 5000
    assert plan.until - plan.starts_at == timedelta(days=90)
    assert all(plan.starts_at <= request.opened.at for request in plan.requests)


def test_every_key_is_there_once_and_leads_somewhere(plan: DemonstrationPlan) -> None:
    contacts = [contact for customer in plan.customers for contact in customer.contacts]
    people = [one.key for one in (*plan.colleagues, *plan.customers, *contacts)]
    assert len(set(people)) == len(people)
    keys = [request.key for request in plan.requests]
    assert len(set(keys)) == 5000
    departments = {department.key for department in plan.departments}
    teams = {team.key for department in plan.departments for team in department.teams}
    services = {service.key: service.owner for service in plan.services}
    for request in plan.requests:
        assert services[request.service] == request.department
        assert request.team in teams
        assert request.asker in people
        assert request.customer in (departments if request.customer_kind == "department" else people)
        assert request.parent is None or request.parent in keys
        for event in request.events:
            assert getattr(event, "by", None) in {None, *people}
            assert getattr(event, "to", None) in {None, *people}


def test_addresses_and_telephones_are_nobody_elses(plan: DemonstrationPlan) -> None:
    contacts = [contact for customer in plan.customers for contact in customer.contacts]
    everybody = [*plan.colleagues, *plan.customers, *contacts]
    emails = [one.email for one in everybody] + [one.private_email for one in plan.colleagues if one.private_email]
    emails += [department.address for department in plan.departments]
    assert len({email.lower() for email in emails}) == len(emails)
    assert all(email.endswith((".test", ".example")) and email.isascii() for email in emails)
    phones = [one.phone for one in everybody]
    assert len(set(phones)) == len(phones)


def test_each_language_has_more_than_a_tenth(plan: DemonstrationPlan) -> None:
    shares = Counter(request.language for request in plan.requests)
    assert set(shares) == set(LANGUAGES)
    assert min(shares.values()) > 500


def test_hardly_a_text_is_there_twice(plan: DemonstrationPlan) -> None:
    opened = Counter(request.opened.text for request in plan.requests)
    assert sum(count - 1 for count in opened.values()) == 0  # what people ask: never twice
    letters = Counter(
        event.text for request in plan.requests for event in request.events if isinstance(event, Replied | Resolved)
    )
    again = sum(count - 1 for count in letters.values())
    assert again / letters.total() < 0.06  # what colleagues answer: the short ones among themselves repeat


def test_letters_are_written_as_the_language_writes_them(plan: DemonstrationPlan) -> None:
    for request in plan.requests:
        for text in said(request):
            assert not set(text) & set("şţŞŢ{}[]|"), (request.key, text)
            assert text == unicodedata.normalize("NFC", text)
            assert ".." not in text
            assert "  " not in text
            assert text == text.strip()
    names = [one.name for one in (*plan.colleagues, *plan.customers)]
    assert not set("".join(names)) & set("şţŞŢ")


def test_every_request_has_a_title_and_a_text(plan: DemonstrationPlan) -> None:
    for request in plan.requests:
        assert 0 < len(request.title) <= 200
        assert len(request.opened.text) > 15


def test_what_the_portal_asked_for_was_answered(plan: DemonstrationPlan) -> None:
    fields = {
        service.key: fields_from_json(
            [
                {
                    "key": field.key,
                    "kind": field.kind,
                    "labels": field.label.by_language(),
                    "is_required": field.is_required,
                    "choices": [{"key": one.value, "labels": one.label.by_language()} for one in field.choices],
                    "lowest": field.minimum,
                    "highest": field.maximum,
                    "longest": field.max_length,
                }
                for field in service.fields
            ]
        )
        for service in plan.services
    }
    seen = 0
    for request in plan.requests:
        answers = request.opened.answers
        if request.channel == "portal" and not request.is_scripted:
            assert checked_answers(fields[request.service], answers).faults == (), (request.key, answers)
            seen += 1
        else:
            assert answers == {}
    assert seen > 1000


def test_departments_ask_each_other_up_to_four_times_in_a_row(plan: DemonstrationPlan) -> None:
    hops = Counter(request.hop for request in plan.requests)
    assert set(hops) == {0, 1, 2, 3, 4}
    requests = {request.key: request for request in plan.requests}
    for request in plan.requests:
        if request.parent is not None:
            parent = requests[request.parent]
            assert request.hop == parent.hop + 1
            assert request.side == "inside"
            assert request.channel == "desk"


def test_no_event_offends_the_rules(plan: DemonstrationPlan) -> None:
    assert replayed(plan).offences == []


@pytest.mark.parametrize("until", ENDS)
def test_the_rules_hold_whenever_the_story_ends(until: datetime) -> None:
    plan = demonstration_plan(until=until, **SMALL)
    assert replayed(plan).offences == []
    assert len(plan.requests) == 400
    assert all(event.at < until for request in plan.requests for event in request.events)
    assert closed_hours(plan) == []


def closed_hours(plan: DemonstrationPlan) -> list[tuple[str, Event]]:
    """Events of colleagues at work while their team does not work. What they buy is their own time."""
    calendars = calendars_of(plan)
    teams = {colleague.key: colleague.team for colleague in plan.colleagues}
    found = []
    for request in plan.requests:
        for event in request.events:
            by = getattr(event, "by", None)
            if by not in teams or (request.side == "outside" and by == request.asker):
                continue
            if not is_open(calendars[teams[by]], event.at):
                found.append((request.key, event))
    return found


def test_colleagues_work_in_the_hours_of_their_team(plan: DemonstrationPlan) -> None:
    assert closed_hours(plan) == []


def test_only_the_team_that_has_it_answers(plan: DemonstrationPlan) -> None:
    teams = {colleague.key: colleague.team for colleague in plan.colleagues}
    for request in plan.requests:
        team = request.team
        for event in request.events:
            if isinstance(event, Replied | Resolved | AskedDepartment | Waiting | PromiseMade):
                assert teams[event.by] == team, (request.key, event)
            if isinstance(event, HandedOver):
                team = event.team


def test_nobody_serves_themselves(plan: DemonstrationPlan) -> None:
    for request in plan.requests:
        for event in request.events:
            if isinstance(event, Replied | Resolved):
                assert event.by != request.asker, (request.key, event)


def test_every_team_has_a_working_days_queue_at_the_end(plan: DemonstrationPlan) -> None:
    still_open = [one for one in replayed(plan).open_requests() if not one.request.is_scripted]
    queues = Counter(one.team for one in still_open)
    assert len(queues) == 20
    assert {team: count for team, count in queues.items() if not 9 <= count <= 14} == {}
    states = Counter(one.state for one in still_open)
    assert set(states) == {State.OPEN, State.WAITING_CUSTOMER, State.WAITING_DEPARTMENT, State.WAITING_DATE}


def test_some_wait_unanswered_some_are_late_and_some_nearly(plan: DemonstrationPlan) -> None:
    calendars = calendars_of(plan)
    services = {service.key: service for service in plan.services}
    unanswered = late = at_risk = 0
    for one in replayed(plan).open_requests():
        service = services[one.request.service]
        due_at = add_working_seconds(
            calendars[one.request.team], one.request.opened.at, service.resolution_minutes * 60
        )
        unanswered += not any(isinstance(event, Replied) for event in one.request.events)
        late += due_at < plan.until
        at_risk += plan.until <= due_at < plan.until + timedelta(hours=6)
    assert unanswered > 10
    assert late > 20
    assert at_risk > 5


def test_promises_are_mostly_kept_and_maintenance_breaks_more(plan: DemonstrationPlan) -> None:
    calendars = calendars_of(plan)
    minutes = {service.key: service.first_reply_minutes for service in plan.services}
    kept: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for request in plan.requests:
        answer = next((event.at for event in request.events if isinstance(event, Replied | Resolved)), None)
        due_at = add_working_seconds(calendars[request.team], request.opened.at, minutes[request.service] * 60)
        if answer is None and due_at > plan.until:
            continue
        for key in (request.side, request.department):
            asked[key] += 1
            kept[key] += answer is not None and answer <= due_at
    shares = {key: kept[key] / asked[key] for key in asked}
    assert 0.88 < shares["outside"] < 0.98
    assert 0.8 < shares["inside"] < 0.96
    assert shares["maintenance"] < shares["workshop"] - 0.05
    assert shares["it"] < shares["sales"] - 0.05


def test_about_a_third_say_how_it_went_and_lateness_costs(plan: DemonstrationPlan) -> None:
    rated = [event for request in plan.requests for event in request.events if isinstance(event, Rated)]
    assert 0.3 < len(rated) / 5000 < 0.4
    scores = Counter(event.score for event in rated)
    assert set(scores) == {1, 2, 3, 4, 5}
    assert scores[5] > scores[3] > scores[1]
    assert any(event.comment for event in rated)
    per_request = [sum(isinstance(event, Rated) for event in request.events) for request in plan.requests]
    assert max(per_request) == 1


def test_mondays_are_busy_sundays_quiet_and_lunch_is_lunch(plan: DemonstrationPlan) -> None:
    roots = [request for request in plan.requests if request.parent is None and not request.is_scripted]
    days = Counter(request.opened.at.weekday() for request in roots)
    assert max(days, key=lambda day: days[day]) == 0
    assert days[6] < days[0] / 3
    warsaw = {customer.key for customer in plan.customers if customer.branch == "warsaw"}
    hours = Counter(request.opened.at.hour + 1 for request in roots if request.customer in warsaw)
    assert hours[13] < hours[10]
    assert hours[4] < hours[10] / 10
