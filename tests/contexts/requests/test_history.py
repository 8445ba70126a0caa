"""A history written in bulk is the history that the actions would have made: the same rows, clocks and facts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.directory.policies import HOUSE, Viewer
from clientela.kernel.journal import facts_about_any
from clientela.promises import queries as promises
from clientela.promises.actions import define_terms, rebuild_clocks
from clientela.promises.models import Clock, ClockEvent
from clientela.requests import actions
from clientela.requests.actions.history import Asked, Event, Happening, Story, write_history
from clientela.requests.models import Dependency, Message, Request, Step
from tests.shop import TERMS, Shop

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def stories(shop: Shop) -> list[Story]:
    """Every happening at least once, in many orders, with chains of three, waits, reopenings and promises."""
    id_of, after = shop.world.id_of, shop.after
    shop.let_finish_by_itself("pump")
    shop.let_step_need("repair", "order_part", "pump")

    def event(hours: float, what: Happening, who: str | None = "ana", **more: Any) -> Event:
        return Event(after(hours), what, None if who is None else id_of(who), **more)

    def repair(hours: float, *events: Event, **more: Any) -> Story:
        given: dict[str, Any] = {
            "service_version_id": shop.version("repair"),
            "customer_id": id_of("zofia"),
            "asker_id": id_of("zofia"),
            "side": "outside",
            "channel": "email",
            "title": "Pralka przecieka",
            "text": "Od wczoraj.",
            "language": "pl",
            **more,
        }
        return Story(opened_at=after(hours), events=events, **given)

    def pump(*events: Event) -> Asked:
        return Asked(shop.version("pump"), "A pump", "Pump or seal?", "en", events=events)

    what = Happening
    bench = Asked(
        shop.version("bench"),
        "Test bench 2",
        "No pressure.",
        "en",
        events=(
            event(5, what.TAKE, "tomasz"),
            event(30, what.RESOLVE, "tomasz"),
        ),
    )
    bench_again = Asked(
        shop.version("bench"),
        "Test bench 3",
        "No power.",
        "en",
        events=(
            event(10, what.RESOLVE, "tomasz"),
            event(40, what.REOPEN, "tomasz"),
            event(41, what.RESOLVE, "tomasz"),
            event(42, what.CLOSE, "tomasz"),
        ),
    )
    bench_left = Asked(
        shop.version("bench"), "Test bench 4", "No light.", "en", events=(event(11, what.TAKE, "tomasz"),)
    )
    return [
        repair(0),
        repair(0.5, by_id=id_of("zofia"), channel="portal", answers={"model": "Lavora 7"}, is_complaint=True),
        repair(
            1,
            event(1.5, what.REPLY, text="Dzień dobry", language="pl", then="wait"),
            event(3, what.RECEIVE, None, text="Tak", language="pl", message_id="two@example.test"),
            event(3.2, what.RECEIVE, None, text="I jeszcze", language="pl"),
            event(3.5, what.REPLY, "radu", text="Gotowe", language="pl", then="resolve"),
            event(30, what.RECEIVE, None, text="Znowu", language="pl"),
            event(31, what.REPLY, text="Ok", language="pl"),
            event(32, what.RESOLVE),
            message_id="one@example.test",
        ),
        repair(
            2,
            event(2.1, what.TAKE, "radu"),
            event(2.2, what.ASSIGN, "ana", person_id=id_of("ana")),
            event(2.3, what.NOTE, "radu", text="Pump?"),
            event(2.5, what.PROMISE, text="call about the slot", until=after(8)),
            event(
                3,
                what.ASK,
                asked=pump(
                    event(3.5, what.REPLY, "stefan", text="Which?", then="wait"),
                    event(3.8, what.RECEIVE, None, text="The door seal", author_id=id_of("ana"), channel="desk"),
                    event(4, what.ASK, "stefan", asked=bench),
                    event(31, what.REPLY, "stefan", text="Done", then="resolve"),
                ),
            ),
            event(3.1, what.ASK, asked=pump(event(4, what.CANCEL, "radu", text="twice")), is_blocking=False),
            event(6, what.MOVE_PROMISE, text="call about the slot", until=after(9)),
            event(8.5, what.KEEP_PROMISE, text="call about the slot"),
            event(32, what.FINISH_STEP, step_key="collect"),
            event(33, what.REPLY, text="Gotowe", language="pl", then="resolve"),
            event(34, what.CLOSE, "zofia"),
            event(50, what.RECEIVE, None, text="Jeszcze raz", language="pl"),
        ),
        repair(
            3,
            event(3.5, what.WAIT_FOR_CUSTOMER),
            event(4, what.WAIT_UNTIL, until=after(28)),
            event(29, what.WAIT_UNTIL, until=after(60)),
            event(30, what.RESUME),
            event(31, what.ASSIGN, "ana", person_id=None),
            event(32, what.RESOLVE),
            event(33, what.REOPEN),
            event(34, what.RESOLVE),
        ),
        repair(
            4,
            event(4.2, what.WAIT_FOR_CUSTOMER),
            event(5, what.HAND_OVER, department_id=id_of("it"), text="It is a computer."),
            event(6, what.REPLY, "ioana", text="Hello", then="stay"),
            event(7, what.HAND_OVER, "ioana", department_id=id_of("care"), text="It is not."),
            event(8, what.CANCEL, "zofia", text="Works again"),
        ),
        repair(
            5,
            event(6, what.ASK, asked=pump(), is_blocking=True),
            event(7, what.HAND_OVER, department_id=id_of("hr"), text="Hers"),
            event(8, what.RECEIVE, None, text="Kiedy?", language="pl"),
        ),
        repair(
            6,
            event(7, what.RESOLVE),
            event(8, what.COMPLAIN, "zofia", text="Nie działa", language="pl", channel="portal"),
            event(9, what.ASK, asked=pump(event(10, what.RESOLVE, "stefan")), is_blocking=False, then="wait"),
            event(100, what.RESOLVE),
            by_id=id_of("zofia"),
            channel="portal",
            answers={"model": "Lavora 7"},
        ),
        # What ends and opens again at the bottom travels up, past a pump that finishes by itself.
        repair(
            7,
            event(
                8,
                what.ASK,
                asked=pump(event(9, what.ASK, "stefan", asked=bench_again), event(43, what.CLOSE, "stefan")),
            ),
            event(44, what.RESOLVE),
        ),
        # What is cancelled at the top travels down.
        repair(
            8,
            event(9, what.ASK, asked=pump(event(10, what.ASK, "stefan", asked=bench_left))),
            event(12, what.CANCEL, "zofia", text="Works again"),
        ),
    ]


class Player:
    """Plays stories by the ordinary actions, in the order of time, the jobs included."""

    def __init__(self, shop: Shop, told: Sequence[Story], until: datetime) -> None:
        self.shop = shop
        self.until = until
        self.ids: list[int] = []
        self.order = 0
        self.turns: list[tuple[datetime, int, Any]] = []
        for story in told:
            self.add(story.opened_at, lambda story=story: self.open(story))

    def add(self, at: datetime, do: Any) -> None:
        self.order += 1
        self.turns.append((at, self.order, do))

    def play(self) -> None:
        while self.turns:
            self.turns.sort(key=lambda turn: turn[:2])
            at, _, do = self.turns.pop(0)
            if at <= self.until:
                do()

    def viewer(self, person_id: int | None) -> Viewer:
        if person_id is None:
            return HOUSE
        key = next(key for key in self.shop.world._ids if self.shop.world._ids[key] == person_id)
        viewer: Viewer = getattr(self.shop.world, key)
        return viewer

    def open(self, story: Story) -> None:
        opened = actions.open_request(
            by=self.viewer(story.by_id),
            at=story.opened_at,
            service_version_id=story.service_version_id,
            customer_id=story.customer_id,
            asker_id=story.asker_id,
            channel=story.channel,
            title=story.title,
            text=story.text,
            language=story.language,
            answers=story.answers,
            message_id=story.message_id,
            is_complaint=story.is_complaint,
            side=story.side,
        )
        self.ids.append(opened.id)
        self.follow(opened.id, story.events)

    def follow(self, request_id: int, events: Sequence[Event]) -> None:
        for event in events:
            self.add(event.at, lambda event=event: self.happen(request_id, event))

    def happen(self, request_id: int, event: Event) -> None:  # noqa: C901, PLR0912, PLR0915 - one case a happening
        by, at = self.viewer(event.by_id), event.at
        said = {"text": event.text, "language": event.language}
        it = {"by": by, "at": at, "request_id": request_id}
        match event.what:
            case Happening.RECEIVE:
                author = event.author_id or Request.objects.get(pk=request_id).asker_id
                actions.receive_message(
                    at=at,
                    request_id=request_id,
                    author_id=author,
                    channel=event.channel,
                    message_id=event.message_id,
                    **said,
                )
            case Happening.REPLY:
                actions.reply_to_customer(**it, **said, then=event.then)
            case Happening.NOTE:
                actions.write_note(**it, **said)
            case Happening.TAKE:
                actions.take_request(**it)
            case Happening.ASSIGN:
                actions.assign_request(**it, person_id=event.person_id)
            case Happening.HAND_OVER:
                actions.hand_over_request(**it, department_id=event.department_id or 0, reason=event.text)
            case Happening.WAIT_FOR_CUSTOMER:
                actions.wait_for_customer(**it)
            case Happening.WAIT_UNTIL:
                assert event.until is not None
                until = event.until
                actions.wait_until(**it, until=until)
                self.add(until, lambda: actions.resume_due_requests(at=until))
            case Happening.RESUME:
                actions.resume_request(**it)
            case Happening.ASK:
                assert event.asked is not None
                child = actions.ask_department(
                    **it,
                    service_version_id=event.asked.service_version_id,
                    title=event.asked.title,
                    text=event.asked.text,
                    language=event.asked.language,
                    is_blocking=event.is_blocking,
                    then=event.then,
                )
                self.follow(child.id, event.asked.events)
            case Happening.RESOLVE:
                actions.resolve_request(**it)
            case Happening.CLOSE:
                actions.close_request(**it)
            case Happening.REOPEN:
                actions.reopen_request(**it)
            case Happening.CANCEL:
                actions.cancel_request(**it, reason=event.text)
            case Happening.COMPLAIN:
                actions.complain(**it, **said, channel=event.channel)
            case Happening.FINISH_STEP:
                actions.finish_step(**it, step_key=event.step_key)
            case Happening.PROMISE:
                assert event.until is not None
                actions.promise_to_customer(**it, words=event.text, due_at=event.until)
            case Happening.KEEP_PROMISE:
                actions.keep_promise_to_customer(**it, promise_id=self.promise(request_id, event))
            case Happening.MOVE_PROMISE:
                assert event.until is not None
                promise = self.promise(request_id, event)
                actions.move_promise_to_customer(**it, promise_id=promise, due_at=event.until)
        if Request.objects.get(pk=request_id).resolved_at == at:
            self.add(at + WEEK, lambda: actions.close_resolved_requests(at=at + WEEK))

    def promise(self, request_id: int, event: Event) -> int:
        clocks = promises.clocks_of([f"request:{request_id}"], at=event.at)[f"request:{request_id}"]
        return next(clock.id for clock in clocks if clock.words == event.text and clock.is_open)


class Picture:
    """Everything that was written for some requests, with keys replaced by their rank, so that two can be compared."""

    def __init__(self, first_request: int, first_message: int, first_clock: int) -> None:
        self.requests = list(Request.objects.filter(pk__gte=first_request).order_by("pk"))
        ids = [row.pk for row in self.requests]
        messages = list(Message.objects.filter(pk__gte=first_message).order_by("pk"))
        clocks = list(Clock.objects.filter(pk__gte=first_clock).order_by("subject", "started_at", "kind", "pk"))
        self.names: dict[str, str] = {}
        for kind, keys in (
            ("request", ids),
            ("message", [row.pk for row in messages]),
            ("clock", sorted(row.pk for row in clocks)),
        ):
            self.names |= {f"{kind}:{key}": f"{kind}#{rank}" for rank, key in enumerate(keys)}
        for rank, row in enumerate(self.requests):
            self.names[row.reference] = f"R#{rank}"
        by_subject = sorted(clocks, key=lambda row: (self.names[row.subject], row.started_at, row.kind, row.pk))
        self.names |= {f"clock:{row.pk}": f"clock#{rank}" for rank, row in enumerate(by_subject)}
        self.parts: dict[str, list[Any]] = {
            "requests": [self.row(row, "id", "reference") for row in self.requests],
            "messages": [{**self.row(row, "id", "message_id"), "is_mail": bool(row.message_id)} for row in messages],
            "steps": [self.row(row, "id") for row in Step.objects.filter(request__in=ids).order_by("request", "key")],
            "dependencies": [
                self.row(row, "id") for row in Dependency.objects.filter(waiting__in=ids).order_by("waiting", "needed")
            ],
            # A history announces nothing afterwards: what was due to be said by a sweep counts as said.
            "clocks": [self.row(row, "id", "next_notice_at") for row in by_subject],
            "clock events": [
                [
                    (event.at, event.kind, event.data)
                    for event in ClockEvent.objects.filter(clock=row).order_by("at", "pk")
                ]
                for row in by_subject
            ],
            "facts": self.facts(ids),
        }

    def row(self, row: Any, *besides: str) -> dict[str, Any]:
        values = {
            field.attname: getattr(row, field.attname) for field in row._meta.fields if field.attname not in besides
        }
        for column, kind in (("request_id", "request"), ("waiting_id", "request"), ("needed_id", "request")):
            if column in values:
                values[column] = self.names[f"{kind}:{values[column]}"]
        if "subject" in values:
            values["subject"] = self.names[values["subject"]]
        return values

    def facts(self, ids: Sequence[int]) -> list[Any]:
        told = facts_about_any([f"request:{key}" for key in ids], limit=10_000)
        return [
            (
                fact.at,
                fact.verb,
                fact.by,
                [self.names.get(name, name) for name in fact.about],
                {key: self.value(key, value) for key, value in fact.data.items()},
            )
            for fact in reversed(told)
        ]

    def value(self, key: str, value: Any) -> Any:
        if key in {"message", "request"}:
            return self.names[f"{key}:{value}"]
        return self.names[value] if key == "reference" else value


def newest(model: type[Request | Message | Clock]) -> int:
    row = model.objects.order_by("-pk").first()
    return row.pk + 1 if row else 0


@pytest.mark.parametrize("on_reopen", ["resume", "restart", "never"])
def test_a_history_in_bulk_is_the_one_the_actions_make(shop: Shop, on_reopen: str) -> None:
    terms = {**TERMS, "on_reopen": on_reopen}
    if on_reopen == "restart":
        terms["pauses_while"] = ["waiting_customer", "waiting_department"]
    define_terms(by=HOUSE, at=shop.long_ago, key="service", name="Service", **terms)
    told = stories(shop)
    until = shop.after(24 * 30)
    first = (newest(Request), newest(Message), newest(Clock))
    player = Player(shop, told, until)
    player.play()
    # The cached columns of a clock say what was known at its last event; here all are asked as of the end.
    rebuild_clocks(at=until)
    played = Picture(*first)
    # The past is taken away again, so that the second picture is of the bulk alone.
    Dependency.objects.all().delete()
    Step.objects.all().delete()
    Message.objects.all().delete()
    ClockEvent.objects.all().delete()
    Clock.objects.all().delete()
    Request.objects.all().delete()
    first = (first[0] + 1000, first[1] + 1000, first[2] + 1000)
    for table, key in (("requests_request", first[0]), ("requests_message", first[1]), ("promises_clock", first[2])):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, key + 1000])
    ids = write_history(told, until=until)
    written = Picture(*first)
    assert len(ids) == len(told)
    assert {state for row in written.requests for state in [row.state]} == {
        "open",
        "waiting_department",
        "closed",
        "cancelled",
    }
    for part, rows in played.parts.items():
        assert written.parts[part] == rows, part
    because = [fact[4].get("because") for fact in written.parts["facts"]]
    assert (because.count("parts_done"), because.count("part_reopened"), because.count("not_needed_any_more")) == (
        2,
        3,
        2,
    )


def test_what_comes_after_the_end_of_the_history_is_left_out(shop: Shop) -> None:
    ids = write_history(stories(shop), until=shop.after(0.75))
    assert (len(ids), Request.objects.count(), Message.objects.count()) == (2, 2, 2)


def test_a_story_that_could_not_have_happened_is_refused_and_nothing_is_written(shop: Shop) -> None:
    story = stories(shop)[0]
    twice = (
        Event(shop.after(1), Happening.RESOLVE, shop.world.id_of("ana")),
        Event(shop.after(2), Happening.RESOLVE, shop.world.id_of("ana")),
    )
    wrong = Story(**{**{name: getattr(story, name) for name in story.__dataclass_fields__}, "events": twice})
    with pytest.raises(actions.StateError, match="This request is already resolved"):
        write_history([wrong], until=shop.after(3))
    assert Request.objects.count() == 0


def test_many_stories_take_as_many_statements_as_few(shop: Shop) -> None:
    told = stories(shop)
    until = shop.after(24 * 30)
    write_history(told, until=until)

    def statements(times: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            write_history(told * times, until=until)
        return len(captured)

    assert statements(1) == statements(5)
