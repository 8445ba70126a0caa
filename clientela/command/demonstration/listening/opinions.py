"""What people think of requests that nobody rated: made up from the plan, the same for the same plan. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from clientela.command.demonstration.content import table
from clientela.command.demonstration.story import LANGUAGES, DemonstrationPlan, Rated, RequestStory, Resolved

SEED = 1
MOST_ASKS, DAYS_BETWEEN = 4, 14  # by surveys, to one person in a quarter
SOONEST_HOURS, LATEST_HOURS = 1.5, 30.0  # after it was resolved
WAKES_HOUR = 6  # UTC
SIDES = ("outside", "inside")


@dataclass(frozen=True)
class Opinion:
    """Somebody was asked how a request went. `answered_at` None: they kept silent. `theme` "" for what stands alone."""

    request: RequestStory
    resolved_at: datetime
    answered_at: datetime | None = None
    score: int | None = None
    question: str = ""  # that of the words, in a survey
    text: str = ""
    theme: str = ""


@dataclass
class Opinions:
    """The ratings by the key of their request, and the opinions of each survey that asks after requests."""

    ratings: dict[str, Opinion] = field(default_factory=dict)
    surveys: dict[str, list[Opinion]] = field(default_factory=lambda: defaultdict(list))


def resolved_at(request: RequestStory) -> datetime | None:
    """When it was resolved first."""
    return next((event.at for event in request.events if isinstance(event, Resolved)), None)


def words(language: str, name: str) -> list[str]:
    """A list of sentences in a language; none where nobody says it in that language."""
    return list(table(f"listening/{language}").get(name, ()))


def opinions_of(plan: DemonstrationPlan) -> Opinions:
    """The opinions of the plan: first what the themes tell, then what the surveys gather besides."""
    making = _Making(Random(SEED), plan)  # noqa: S311 - a story, not a secret
    told = table("listening/story")
    for theme in told["theme"]:
        making.tell(theme)
    for survey in told["survey"]:
        if survey["trigger"] == "request_closed":
            making.ask(survey)
    return making.found


def scored(rng: Random, survey: Mapping[str, Any]) -> int:
    """A score as the survey's people give them."""
    spread: Sequence[int] = survey["spread"]
    return int(survey["lowest"]) + rng.choices(range(len(spread)), weights=spread)[0]


class Lines:
    """The sentences of a survey, each said once."""

    def __init__(self, rng: Random, survey: Mapping[str, Any]) -> None:
        self._rng = rng
        self._survey = survey
        self._left: dict[tuple[str, str], list[str]] = {}

    def line(self, score: int, language: str) -> tuple[str, str]:
        """The question and the words that go with a score; ("", "") for who only gives the score."""
        if self._rng.random() >= self._survey["words_share"]:
            return "", ""
        for most, question, name in self._survey["words"]:
            if score <= most:
                left = self._left.setdefault((language, name), words(language, name))
                return (question, left.pop(0)) if left else ("", "")
        return "", ""


class _Making:
    def __init__(self, rng: Random, plan: DemonstrationPlan) -> None:
        self._rng = rng
        self._until = plan.until
        self._spare = list(_unrated(plan))
        self._used: set[str] = set()
        self._asked: dict[str, list[datetime]] = defaultdict(list)
        self.found = Opinions()

    def tell(self, theme: Mapping[str, Any]) -> None:
        """Give each sentence of the theme to somebody who has something to say about the department."""
        is_rating = theme["way"] == "rating"
        number = 0
        for side in SIDES:
            for language in LANGUAGES:
                lines = words(language, theme[side]) if side in theme else []
                for (since, until), some in _spread(theme["said"], lines, self._until):
                    free = [
                        (at, one)
                        for at, one in self._spare
                        if (one.department, one.side, one.language) == (theme["department"], side, language)
                        and one.service in theme["services"]
                        and since <= at <= until
                        and one.key not in self._used
                    ]
                    self._rng.shuffle(free)
                    for line in some:
                        at, one = next((pair for pair in free if is_rating or self._may_ask(*pair)), (None, None))
                        if at is None or one is None:
                            break
                        free.remove((at, one))
                        score = theme["scores"][number % len(theme["scores"])]
                        number += 1
                        self._keep(theme, one, at, score=score, text=line)

    def ask(self, survey: Mapping[str, Any]) -> None:
        """Ask after what is left of the requests that the survey is about; some answer."""
        rng, since = self._rng, self._until - timedelta(days=survey["opened_days_ago"])
        lines = Lines(rng, survey)
        for at, one in self._spare:
            if one.department != survey["owner"] or survey["side"] not in {"", one.side} or at < since:
                continue
            if one.key in self._used or rng.random() >= survey["asked_share"] or not self._may_ask(at, one):
                continue
            self._mark(at, one)
            answered_at = self._soon(at) if rng.random() < survey["answered_share"] else None
            score = None if answered_at is None else scored(rng, survey)
            question, text = ("", "") if score is None else lines.line(score, one.language)
            self.found.surveys[survey["key"]].append(
                Opinion(one, at, answered_at, score=score, question=question, text=text)
            )

    def _keep(self, theme: Mapping[str, Any], one: RequestStory, at: datetime, *, score: int, text: str) -> None:
        opinion = Opinion(one, at, self._soon(at), score=score, question="better", text=text, theme=theme["key"])
        if theme["way"] == "rating":
            self._used.add(one.key)
            self.found.ratings[one.key] = opinion
        else:
            self._mark(at, one)
            self.found.surveys[theme["way"]].append(opinion)

    def _may_ask(self, at: datetime, one: RequestStory) -> bool:
        before = self._asked[one.asker]
        return len(before) < MOST_ASKS and all(abs(at - other) >= timedelta(days=DAYS_BETWEEN) for other in before)

    def _mark(self, at: datetime, one: RequestStory) -> None:
        self._used.add(one.key)
        self._asked[one.asker].append(at)

    def _soon(self, at: datetime) -> datetime:
        hours = self._rng.uniform(SOONEST_HOURS, LATEST_HOURS)
        said_at = at + timedelta(seconds=int(hours * 3600))
        if said_at.hour < WAKES_HOUR:  # nobody answers at night
            said_at += timedelta(hours=WAKES_HOUR - said_at.hour)
        return min(said_at, max(at, self._until - timedelta(minutes=5)))


def _unrated(plan: DemonstrationPlan) -> Iterator[tuple[datetime, RequestStory]]:
    for request in plan.requests:
        at = resolved_at(request)
        if at is None or at > plan.until - timedelta(hours=1) or request.is_scripted:
            continue
        if not any(isinstance(event, Rated) for event in request.events):
            yield at, request


def _spread(
    said: Sequence[tuple[float, float, float]], lines: Sequence[str], until: datetime
) -> Iterator[tuple[tuple[datetime, datetime], Sequence[str]]]:
    """Which sentences are said from when to when."""
    share, start = 0.0, 0
    for first, last, part in said:
        share += part
        end = round(len(lines) * share)
        yield (until - timedelta(days=first), until - timedelta(days=last)), lines[start:end]
        start = end
