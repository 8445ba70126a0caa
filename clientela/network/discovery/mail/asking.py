"""Which mail asks and which answers, told from nothing but who writes to whom and when. Pure: no engine, no clock.

A mail from somebody to a department **asks** when neither has written to the other in the last three working days; it
**answers** when the one it goes to had asked the writer's department. Everything else between the two, until three
working days pass in silence, belongs to the same conversation. Whoever in the department answers, answers: also from
another address than the one that was asked. Working days are Mondays to Fridays, from midnight to midnight.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from clientela.network.discovery.mail.contracts import FEWEST, OUTSIDE, SEGMENTS, MailPair, MailWeek
from clientela.network.rules.waits import bucket_of, median_wait_seconds

A_DAY: Final = 86_400
A_WEEK: Final = 7 * A_DAY
WORKING_WEEK: Final = 5 * A_DAY
FIRST_MONDAY: Final = 4 * A_DAY  # 5 January 1970, in seconds since 1970
ANSWER_SECONDS: Final = 3 * A_DAY  # of working days


def working_seconds(clock: int) -> int:
    """Return how much of all working days had passed, in seconds, when the clock on the wall showed `clock`."""
    weeks, within = divmod(clock - FIRST_MONDAY, A_WEEK)
    return weeks * WORKING_WEEK + min(within, WORKING_WEEK)


def week_of(moment: int) -> int:
    """Number the week, from Monday in UTC, of a moment in seconds since 1970."""
    return (moment - FIRST_MONDAY) // A_WEEK


def monday_of(week: int) -> date:
    """Return the Monday with which a numbered week begins."""
    return date(1970, 1, 5) + timedelta(weeks=week)


@dataclass(slots=True)
class Ask:
    """Somebody asked a department. `wait`: working seconds until the first answer, if it came in time."""

    asker: int
    asked: set[int]
    opened: int
    wait: int | None = None
    answerer: int | None = None


@dataclass(slots=True)
class _Conversation:
    ask: Ask
    last: int


@dataclass
class Counted:
    """How many mails were what, and how many asks were not kept and why."""

    asks: int = 0
    answers: int = 0
    follow_ups: int = 0
    not_kept: Counter[str] = field(default_factory=Counter)


class Asking:
    """Takes mails one after another in the order of their moments, and gives what was asked, week by week.

    It holds no more than what was written in the last two weeks or so.
    """

    def __init__(self, mailboxes: frozenset[int], *, began: int) -> None:
        """`mailboxes`: who is a department's own address. `began`: working seconds of the first mail of all.

        What is asked in the first three working days may be an answer to what nobody saw, and is not kept.
        """
        self.counted = Counted()
        self._mailboxes = mailboxes
        self._sure_from = began + ANSWER_SECONDS
        self._open: dict[tuple[int, int], _Conversation] = {}
        self._weeks: dict[int, dict[tuple[int, int], list[Ask]]] = defaultdict(lambda: defaultdict(list))
        self._week = -(1 << 62)
        self._found: list[MailWeek] = []

    def take(self, mails: Iterable[tuple[int, int, int, int, int, int]]) -> None:
        """Take mails: week, working seconds, writer, the writer's department, reader, the reader's department.

        Never within a department, and never between two outside. A department below 0: somebody who is not ours.
        """
        open_, seen = self._open, self.counted
        for week, now, writer, writers, reader, readers in mails:
            if week > self._week:
                self._turn(week, now)
            # Outside is no department: there each address stands for itself.
            own = writer if writers < 0 else writers
            other = reader if readers < 0 else readers
            running = open_.get((reader, own))
            if running is not None and now - running.last <= ANSWER_SECONDS:
                running.last = now
                seen.answers += 1
                ask = running.ask
                if ask.wait is None and now - ask.opened <= ANSWER_SECONDS:
                    ask.wait, ask.answerer = now - ask.opened, writer
                continue
            running = open_.get((writer, other))
            if running is not None and now - running.last <= ANSWER_SECONDS:
                running.last = now
                running.ask.asked.add(reader)
                seen.follow_ups += 1
                continue
            ask = Ask(writer, {reader}, now)
            open_[writer, other] = _Conversation(ask, now)
            seen.asks += 1
            if readers < 0:
                seen.not_kept["to_outside"] += 1
            elif now < self._sure_from:
                seen.not_kept["first_days"] += 1
            else:
                self._weeks[week][readers, writers].append(ask)

    def end(self, *, ended: int) -> tuple[MailWeek, ...]:
        """Return every week that may be kept. `ended`: working seconds of the last mail of all.

        What was asked in the last three working days and has no answer yet is neither answered nor unanswered.
        """
        for week in sorted(self._weeks):
            self._keep(week, ended=ended)
        self._weeks.clear()
        self._open.clear()
        return tuple(sorted(self._found, key=lambda one: (one.week_on, one.provider, one.customer)))

    def _turn(self, week: int, now: int) -> None:
        """A new week: what was asked before the last one has its answer, or has none."""
        self._week = week
        for early in [number for number in self._weeks if number < week - 1]:
            self._keep(early, ended=None)
            del self._weeks[early]
        for key in [key for key, one in self._open.items() if now - one.last > ANSWER_SECONDS]:
            del self._open[key]

    def _keep(self, week: int, *, ended: int | None) -> None:
        unknown: dict[int, list[Ask]] = defaultdict(list)  # by provider, of whom no segment may stand alone
        for (provider, customer), asks in self._weeks[week].items():
            sure = [ask for ask in asks if ask.wait is not None or ended is None or ended - ask.opened > ANSWER_SECONDS]
            self.counted.not_kept["undecided"] += len(asks) - len(sure)
            if customer == OUTSIDE:
                unknown[provider] += sure
            elif not self._keep_pair(sure, provider, customer, week):
                if customer in SEGMENTS:
                    unknown[provider] += sure
                else:
                    self.counted.not_kept["few_people"] += len(sure)
        for provider, asks in unknown.items():
            if not self._keep_pair(asks, provider, OUTSIDE, week):
                self.counted.not_kept["few_people"] += len(asks)

    def _keep_pair(self, asks: Sequence[Ask], provider: int, customer: int, week: int) -> bool:
        found = week_between(asks, provider=provider, customer=customer, week=week, mailboxes=self._mailboxes)
        if found is not None:
            self._found.append(found)
        return found is not None


def week_between(
    asks: Sequence[Ask], *, provider: int, customer: int, week: int, mailboxes: frozenset[int]
) -> MailWeek | None:
    """Count a week between two; None where fewer than five different people took part on either side.

    The address of a department, which has five people or more, may stand alone on its side: it tells of no person.
    """
    askers = {ask.asker for ask in asks}
    answerers = {ask.answerer for ask in asks if ask.answerer is not None}
    servers = {who for ask in asks for who in ask.asked} | answerers
    if not asks or not _are_enough(askers, mailboxes) or not _are_enough(servers, mailboxes):
        return None
    waits = Counter(bucket_of(ask.wait) for ask in asks if ask.wait is not None)
    return MailWeek(
        provider=provider,
        customer=customer,
        week_on=monday_of(week).isoformat(),
        asked=len(asks),
        answered=sum(ask.wait is not None for ask in asks),
        waits=dict(sorted(waits.items())) if _are_enough(answerers, mailboxes) else {},
    )


def _are_enough(some: set[int], mailboxes: frozenset[int]) -> bool:
    people = some - mailboxes
    return len(people) >= FEWEST or (not people and bool(some))


def pairs_of(weeks: Iterable[MailWeek]) -> tuple[MailPair, ...]:
    """Add the weeks of each pair up, the most asks first."""
    asked: Counter[tuple[int, int]] = Counter()
    answered: Counter[tuple[int, int]] = Counter()
    waits: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for week in weeks:
        pair = week.customer, week.provider
        asked[pair] += week.asked
        answered[pair] += week.answered
        waits[pair].update(week.waits)
    return tuple(
        MailPair(*pair, count, answered[pair], median_wait_seconds(waits[pair]))
        for pair, count in sorted(asked.items(), key=lambda one: (-one[1], one[0]))
    )
