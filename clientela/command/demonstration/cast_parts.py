"""What the cast's requests are put together from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from clientela.command.demonstration.content import House, slug, table
from clientela.command.demonstration.hours import MINUTE, OpenHours, moment
from clientela.command.demonstration.story import Event, Opened, Replied, RequestStory


@dataclass
class Part:
    """One request of the cast in the making."""

    key: str
    service: str
    team: str
    asker: str
    language: str
    title: str
    hours: OpenHours
    parent: "Part | None" = None
    events: list[Event] = field(default_factory=list)

    def open(self, at: int, text: str, *, attachments: tuple[str, ...] = ()) -> None:
        """It is asked."""
        self.events.append(Opened(moment(at), self.asker, text, {}, attachments))

    def ask_for(self, parent: "Part", at: int) -> None:
        """It is asked on behalf of another."""
        if not any(event.at == moment(at) for event in parent.events):
            raise ValueError(f"{parent.key} asks nobody at {moment(at)}.")
        self.parent = parent

    def add(self, event: Event) -> None:
        """Something happens, never before what has happened last."""
        self.events.append(event)

    def reply_after(self, at: int, minutes: int, by: str, text: str) -> None:
        """Somebody of the team answers so many of its working minutes later."""
        self.add(Replied(moment(self.hours.add_within(at, minutes * MINUTE)), by, text))

    def hop(self) -> int:
        """How many departments stand between the first asker and this."""
        return 0 if self.parent is None else self.parent.hop() + 1

    def told(self, script: "Script") -> RequestStory:
        """The request as it stands at the end of the story."""
        house = script.house
        team = house.teams[self.team]
        colleague = house.colleagues.get(self.asker)
        kind: Literal["person", "company", "department"] = "person"
        customer = self.asker
        if colleague is not None:
            kind, customer = "department", colleague.department
        elif self.asker in script.companies:
            kind, customer = "company", script.companies[self.asker]
        channel: Literal["email", "portal", "desk"] = "desk" if self.parent else "portal" if colleague else "email"
        return RequestStory(
            key=self.key,
            service=self.service,
            scenario="",
            department=team.department,
            team=team.key,
            customer=customer,
            customer_kind=kind,
            asker=self.asker,
            side="outside" if colleague is None else "inside",
            channel=channel,
            language=self.language,
            title=self.title,
            parent=self.parent.key if self.parent else None,
            is_blocking=self.parent is not None,
            hop=self.hop(),
            is_scripted=True,
            events=tuple(event for event in sorted(self.events, key=lambda event: event.at) if event.at < script.end),
        )


class Script:
    """Moments counted back from the end of the story in a team's working time, and who is who."""

    def __init__(self, house: House, hours: Mapping[str, OpenHours], until: int) -> None:
        self.house = house
        self.until = until
        self.end = moment(until)
        self.companies: dict[str, str] = {}
        self._hours = hours
        for name, (given, family, _, _) in table("scripted")["contacts"].items():
            self.companies[slug(f"{given} {family}")] = slug(name).replace(".", "-")

    def hours_of(self, team: str) -> OpenHours:
        """When a team works."""
        return self._hours[self.house.teams[team].calendar]

    def department_hours(self, department: str) -> OpenHours:
        """When a department works, at its head's branch."""
        return self._hours[self.house.departments[department].calendar]

    def contact(self, company: str) -> str:
        """The person who acts for a company of the cast."""
        given, family, _, _ = table("scripted")["contacts"][company]
        return slug(f"{given} {family}")

    def back(self, minutes: int, team: str = "") -> int:
        """So many of Care's working minutes before the end; for a colleague of `team`, within its hours."""
        at = self.hours_of("care-bucharest").subtract(self.until, minutes * MINUTE)
        return self.hours_of(team).closing(at) if team else at

    def ahead(self, minutes: int) -> int:
        """So many of Care's working minutes after the end."""
        return self.hours_of("care-bucharest").add(self.until, minutes * MINUTE)

    def part(
        self,
        key: str,
        service: str,
        team: str,
        asker: str,
        language: str,
        *,
        title: str,
    ) -> Part:
        """A new request of the cast."""
        return Part(key, service, team, asker, language, title, self.hours_of(team))
