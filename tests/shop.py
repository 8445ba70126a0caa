"""What the cast of `tests.world` offers each other, with hours and promised times, so that requests can be told.

Everybody works Monday to Friday, 9 to 18 where they are, without holidays. At `World.at` (Monday 10:00 in Bucharest,
9:00 in Warsaw) all are at work. The terms "service" promise a first reply in 2 working hours, a next one in 1, the
resolution in 16; they stand still while the customer or a date is waited for, and go on when a request is reopened.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pytest

from clientela.catalogue import queries as catalogue
from clientela.catalogue.actions import change_service, offer_service
from clientela.catalogue.queries.describing import service_described
from clientela.directory.policies import HOUSE, Viewer
from clientela.promises import actions as promises
from clientela.requests import actions
from clientela.requests.actions import IncomingFile, OpenedRequest
from clientela.requests.models import Request
from tests.world import World

DAY = [["09:00", "18:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)
CALENDARS = {
    "bucharest": ("Bucharest", "Europe/Bucharest", ("care", "workshop", "it", "management")),
    "warsaw": ("Warsaw", "Europe/Warsaw", ("maintenance", "hr")),
}
REPAIR_FIELDS = (
    {
        "key": "model",
        "kind": "text",
        "labels": {"en": "Which appliance is it?", "pl": "Jakie to urządzenie?", "es": "¿Qué aparato es?"},
        "is_required": True,
    },
    {"key": "trouble", "kind": "long_text", "labels": {"en": "What happens?", "pl": "Co się dzieje?"}},
    {"key": "photo", "kind": "file", "labels": {"en": "A photo, if you can", "pl": "Zdjęcie"}},
)
REPAIR_PLAN = (
    {"key": "collect", "titles": {"en": "The appliance is collected", "pl": "Odbiór urządzenia"}},
    {"key": "order_part", "titles": {"en": "Order the part"}, "shown_to_customer": False},
    {"key": "mend", "titles": {"en": "The appliance is mended", "pl": "Naprawa urządzenia"}},
)
TERMS: dict[str, Any] = {
    "first_reply_minutes": 120,
    "next_reply_minutes": 60,
    "resolution_minutes": 960,
    "pauses_while": ["waiting_customer", "waiting_date"],
    "on_reopen": "resume",
}


class Shop:
    """Casa Lavora at work: services by key, and requests opened as people open them."""

    def __init__(self, world: World) -> None:
        self.world = world
        for key, (name, zone, departments) in CALENDARS.items():
            definition = {"name": name, "zone": zone, "hours": WEEK}
            promises.define_calendar(by=HOUSE, at=self.long_ago, key=key, name=name, definition=definition)
            for department in departments:
                promises.assign_calendar(
                    by=HOUSE, at=self.long_ago, department_id=world.id_of(department), calendar_key=key
                )
        promises.define_terms(by=HOUSE, at=self.long_ago, key="service", name="Service", **TERMS)
        self._offer("repair", "care", "both", "Repair of an appliance", "Naprawa urządzenia", takes_mail=True)
        self._offer("pump", "workshop", "inside", "A pump", "Pompa")
        self._offer("bench", "maintenance", "inside", "A test bench mended", "Naprawa stanowiska")
        self._offer("laptop", "it", "inside", "A laptop", "Laptop")
        self._offer("purchase", "care", "outside", "A purchase", "Zakup")

    @property
    def at(self) -> datetime:
        """World.at."""
        return self.world.at

    @property
    def long_ago(self) -> datetime:
        """Before anything in a test happens."""
        return self.world.at - timedelta(days=400)

    def after(self, hours: float) -> datetime:
        """So many hours after World.at."""
        return self.world.at + timedelta(hours=hours)

    def version(self, key: str) -> int:
        """The newest version of a service."""
        return catalogue.service_seen(key=key, language="en").version_id

    def ask_repair(
        self,
        *,
        by: Viewer | None = None,
        at: datetime | None = None,
        channel: str = "portal",
        title: str = "Washing machine leaks since yesterday",
        text: str = "Pralka od wczoraj przecieka.",
        answers: Mapping[str, Any] | None = None,
        attachments: Sequence[IncomingFile] = (),
        **more: Any,
    ) -> OpenedRequest:
        """Zofia (or `by`) asks Care for a repair."""
        asker = by or self.world.zofia
        assert asker.person_id is not None
        return actions.open_request(
            by=asker,
            at=at or self.at,
            service_version_id=self.version("repair"),
            customer_id=more.pop("customer_id", asker.person_id),
            asker_id=asker.person_id,
            channel=channel,
            title=title,
            text=text,
            language=more.pop("language", "pl"),
            answers={"model": "Lavora 7"} if answers is None else answers,
            attachments=attachments,
            **more,
        )

    def ask_workshop(
        self, request_id: int, *, by: Viewer | None = None, at: datetime | None = None, **more: Any
    ) -> OpenedRequest:
        """Ana (or `by`) asks Workshop for a pump on behalf of a request."""
        return actions.ask_department(
            by=by or self.world.ana,
            at=at or self.at,
            request_id=request_id,
            service_version_id=self.version("pump"),
            title="A pump for a Lavora 7",
            text="Pump or seal?",
            language="en",
            **more,
        )

    def let_finish_by_itself(self, key: str, *, with_plan: bool = False) -> None:
        """From now on requests of a service end by themselves when all they waited for is done; without its plan."""
        described = service_described(HOUSE, key)
        change_service(
            by=HOUSE,
            at=self.long_ago,
            key=key,
            audience=described.audience,
            texts=described.texts,
            fields=described.fields,
            plan=described.plan if with_plan else (),
            terms_key=described.terms_key,
            takes_mail=described.takes_mail,
            finishes_by_itself=True,
        )

    def let_step_need(self, key: str, step_key: str, needed: str) -> None:
        """From now on a step of a service's plan takes the service of another department."""
        described = service_described(HOUSE, key)
        change_service(
            by=HOUSE,
            at=self.long_ago,
            key=key,
            audience=described.audience,
            texts=described.texts,
            fields=described.fields,
            plan=[{**step, "needs": needed} if step["key"] == step_key else step for step in described.plan],
            terms_key=described.terms_key,
            takes_mail=described.takes_mail,
            finishes_by_itself=described.finishes_by_itself,
        )

    def row(self, request_id: int) -> Request:
        """The request's row, read afresh."""
        return Request.objects.get(pk=request_id)

    @cached_property
    def care_id(self) -> int:
        """Customer Care."""
        return self.world.id_of("care")

    def _offer(self, key: str, owner: str, audience: str, title: str, polish: str, *, takes_mail: bool = False) -> None:
        is_repair = key == "repair"
        offer_service(
            by=HOUSE,
            at=self.long_ago,
            key=key,
            owner_key=owner,
            audience=audience,
            texts={"en": {"title": title, "summary": "", "what_happens": ""}, "pl": {"title": polish}},
            fields=REPAIR_FIELDS if is_repair else (),
            plan=REPAIR_PLAN if is_repair else (),
            terms_key="service",
            takes_mail=takes_mail,
        )


@pytest.fixture
def shop(world: World) -> Shop:
    """The cast at work."""
    return Shop(world)
