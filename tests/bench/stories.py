"""What was asked of the organisation and what came of it: as many requests as wanted, three messages each.

Deterministic: the same numbers give the same stories. Most have ended; the live ones are of all sorts. One agent, the
head of Care, holds the same number of live ones whatever the size, for a person's hands do not grow with the archive.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from clientela.requests.actions.history import Asked, Event, Happening, Story
from tests.bench.house import NOW, House
from tests.bench.texts import LANGUAGES, Writer

MATCHES = 50  # requests of Care that speak of the rare word
HELD_BY_THE_AGENT = 90
LONG_STORY_MESSAGES = 20
HOUR = timedelta(hours=1)
# Where a chain goes on: Care asks the workshop, which asks the warehouse, which asks purchasing.
NEXT_IN_CHAIN = {"care": "workshop", "workshop": "warehouse", "warehouse": "purchasing", "sales": "warehouse"}
OUTSIDE = ("care",) * 14 + ("sales",) * 4 + ("finance",) * 2
INSIDE = ("it", "it", "it", "hr", "maintenance", "maintenance", "finance", "marketing", "purchasing", "workshop")
INSIDE_SHARE = 0.25
CHAIN_SHARE = 0.12
HAND_OVER_SHARE = 0.02
LIVE_DAYS = 60  # what is live was asked within so many days


@dataclass(frozen=True)
class Size:
    """How large the archive is. `days` it spans, `live` requests of it (about) have not ended."""

    requests: int
    days: int
    live: int
    customers: int


SMALL = Size(requests=2_000, days=15, live=400, customers=600)
LARGE = Size(requests=100_000, days=730, live=4_000, customers=12_000)


class Teller:
    """Tells the stories of one archive."""

    def __init__(self, house: House, size: Size) -> None:
        self._house = house
        self._size = size
        self._random = Random(size.requests)
        self._writers = {language: Writer(language, self._random) for language in LANGUAGES}
        self._held = 0
        self._told = 0

    def stories(self) -> Iterator[Story]:
        """So many that, with those they asked of other departments, the size is reached exactly.

        The long story comes last: the page of a request is measured on it.
        """
        rare = 0
        for place in range(self._size.requests):
            left = self._size.requests - self._told - 1
            if left == 0:
                break
            is_live = self._random.random() < self._live_share()
            opened_at = self._moment(is_live=is_live)
            # Spread over the whole archive, the oldest and the newest alike.
            is_rare = rare < MATCHES and place >= rare * self._size.requests * 3 // 4 // MATCHES
            department = "care" if is_rare else self._department()
            rare += is_rare
            story = self._story(department, opened_at, is_live=is_live, is_rare=is_rare, most_children=min(left - 1, 3))
            self._told += 1
            yield story
        self._told += 1
        yield self._long_story()

    def _live_share(self) -> float:
        return self._size.live / self._size.requests

    def _department(self) -> str:
        return self._random.choice(INSIDE if self._random.random() < INSIDE_SHARE else OUTSIDE)

    def _moment(self, *, is_live: bool) -> datetime:
        """A moment of a working day: what has ended was asked early enough for its whole story to be past."""
        days = self._size.days
        day = self._random.uniform(1, min(days, LIVE_DAYS)) if is_live else self._random.uniform(4, days)
        moment = NOW - timedelta(days=day)
        return moment.replace(hour=self._random.randint(7, 13), minute=self._random.randint(0, 59)) - HOUR

    def _story(
        self, department: str, opened_at: datetime, *, is_live: bool, is_rare: bool, most_children: int
    ) -> Story:
        house, random = self._house, self._random
        is_outside = department in {"care", "sales"} or random.random() < 1 - INSIDE_SHARE
        if is_outside and department in {"care", "sales", "finance"}:
            asker, language = random.choice(house.customers)
            side, channel = "outside", random.choice(("email", "email", "portal", "phone"))
        else:
            asker = random.choice(house.people[random.choice(tuple(house.people))])
            language, side, channel = "en", "inside", "portal"
        writer = self._writers[language]
        events = (
            self._live_events(department, opened_at, asker, language, most_children)
            if is_live
            else self._ended_events(department, opened_at, asker, language, most_children, stays=is_rare)
        )
        return Story(
            opened_at=opened_at,
            service_version_id=house.services[department],
            customer_id=asker,
            asker_id=asker,
            side=side,
            channel=channel,
            title=writer.title(),
            text=writer.opening(is_rare=is_rare),
            language=language,
            by_id=None if channel == "email" else asker,
            is_complaint=random.random() < 0.02,
            events=events,
        )

    def _ended_events(
        self, department: str, at: datetime, asker: int, language: str, most_children: int, *, stays: bool
    ) -> tuple[Event, ...]:
        """Taken, answered, spoken of once more, resolved; handed over now and then, unless it stays where it is."""
        random, writer = self._random, self._writers[language]
        agent = random.choice(self._house.people[department])
        first = at + random.uniform(0.2, 5) * HOUR
        events = [
            Event(first, Happening.TAKE, agent),
            Event(first + HOUR / 2, Happening.REPLY, agent, text=writer.answer(), language=language, then="stay"),
        ]
        if not stays and random.random() < HAND_OVER_SHARE and department in NEXT_IN_CHAIN:
            to = self._house.departments[NEXT_IN_CHAIN[department]]
            events.append(Event(first + HOUR, Happening.HAND_OVER, agent, text="Theirs.", department_id=to))
            agent = self._house.people[NEXT_IN_CHAIN[department]][1]
        elif random.random() < CHAIN_SHARE and department in NEXT_IN_CHAIN and most_children > 0:
            events.append(self._ask(department, first + HOUR, agent, most_children=most_children, is_live=False))
        later = first + random.uniform(20, 40) * HOUR
        if random.random() < 0.6:
            events.append(Event(later, Happening.RECEIVE, text=writer.thanks(), language=language, author_id=asker))
        else:
            events.append(Event(later, Happening.NOTE, agent, text=writer.note(), language=language))
        if department == "care" and len(events) == 3:
            events.append(Event(later + HOUR / 4, Happening.FINISH_STEP, agent, step_key="collect"))
        events.append(Event(later + HOUR, Happening.RESOLVE, agent))
        return tuple(events)

    def _live_events(
        self, department: str, at: datetime, asker: int, language: str, most_children: int
    ) -> tuple[Event, ...]:
        """Of all sorts: nobody's, answered, waiting for the customer, for a department, written to again."""
        random, writer = self._random, self._writers[language]
        people = self._house.people[department]
        is_the_agents = department == "care" and self._held < HELD_BY_THE_AGENT and random.random() < 0.6
        self._held += is_the_agents
        agent = people[0] if is_the_agents else random.choice(people[1:])
        first = at + HOUR / 2

        def wrote(after: timedelta) -> Event:
            return Event(at + after, Happening.RECEIVE, text=writer.thanks(), language=language, author_id=asker)

        def noted(after: timedelta) -> Event:
            return Event(at + after, Happening.NOTE, agent, text=writer.note(), language=language)

        reply = Event(first, Happening.REPLY, agent, text=writer.answer(), language=language, then="stay")
        sort = random.random()
        if sort < 0.3 and not is_the_agents:
            return (wrote(HOUR / 6), wrote(HOUR / 3))
        if sort < 0.5 and department in NEXT_IN_CHAIN and most_children > 0:
            ask = self._ask(department, first, agent, most_children=most_children, is_live=True)
            return (Event(first, Happening.TAKE, agent), noted(HOUR * 0.6), noted(HOUR * 0.7), replace(ask, at=first))
        if sort < 0.6 and not is_the_agents:
            return (replace(reply, then="wait"), noted(HOUR * 0.8))
        if sort < 0.8:
            return (reply, wrote(HOUR))
        return (reply, noted(HOUR))

    def _ask(self, department: str, at: datetime, agent: int, *, most_children: int, is_live: bool) -> Event:
        """Another department is asked on behalf of the customer, and may ask a further one."""
        random, writer = self._random, self._writers["en"]
        asked = NEXT_IN_CHAIN[department]
        helper = random.choice(self._house.people[asked])
        self._told += 1
        events = [
            Event(at + HOUR / 4, Happening.TAKE, helper),
            Event(at + HOUR / 3, Happening.NOTE, helper, text=writer.note()),
        ]
        if most_children > 1 and asked in NEXT_IN_CHAIN and random.random() < 0.4:
            further = self._ask(asked, at + HOUR / 2, helper, most_children=most_children - 1, is_live=is_live)
            events.append(further)
        if is_live:
            events.append(Event(at + HOUR * 0.6, Happening.NOTE, helper, text=writer.note()))
        else:
            # The deeper, the earlier it is done: an answer comes before the one that waits for it.
            done = at + (3 + 3 * most_children) * HOUR
            events.append(Event(done, Happening.REPLY, helper, text=writer.answer(), then="resolve"))
        request = Asked(
            self._house.services[asked], writer.title(), writer.opening(is_rare=False), "en", events=tuple(events)
        )
        return Event(at, Happening.ASK, agent, asked=request, then="wait")

    def _long_story(self) -> Story:
        """Twenty messages, to and fro, of the agent and a customer, still going on."""
        opened_at = NOW - timedelta(days=6)
        story = self._story("care", opened_at, is_live=False, is_rare=False, most_children=0)
        writer, agent = self._writers[story.language], self._house.people["care"][0]
        events = []
        for number in range(1, LONG_STORY_MESSAGES):
            at = opened_at + number * 4 * HOUR
            if number % 2:
                said = Event(at, Happening.REPLY, agent, text=writer.answer(), language=story.language, then="stay")
            else:
                said = Event(
                    at, Happening.RECEIVE, text=writer.thanks(), language=story.language, author_id=story.asker_id
                )
            events.append(said)
        return replace(story, is_complaint=False, events=tuple(events))
