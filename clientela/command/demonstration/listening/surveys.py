"""The demonstration's surveys: made by those who make surveys, published in the past, and answered in bulk."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from clientela.command.demonstration.content import table
from clientela.command.demonstration.listening.house import Loaded
from clientela.command.demonstration.listening.opinions import SEED, Lines, Opinion, Opinions, scored, words
from clientela.command.demonstration.story import LANGUAGES
from clientela.directory.policies import Viewer
from clientela.voice.actions.surveys import asking, drafting, history, rounds
from clientela.voice.actions.surveys.asking import Asking
from clientela.voice.actions.surveys.history import PastAnswer
from clientela.voice.rules.figures.servqual import ITEMS
from clientela.voice.rules.surveys import Page, Question, QuestionKind, SurveyDefinition, to_json

AFTER_REQUESTS, SCHEDULE = "request_closed", "schedule"
LOWEST, HIGHEST = 1, 7
ANSWER_HOURS = 9 * 24.0
FIRST_ANSWER_HOURS = 0.4
WARMTH = 0.7  # how far two people of one department are apart
WORDS_SHARE = 0.3
ANSWERS_ITEM = 0.996  # few leave an item out


def ask_after_requests(loaded: Loaded, opinions: Opinions) -> dict[str, int]:
    """Load the surveys that ask after requests and by schedule; return the voice of each answer by its request."""
    found: dict[str, int] = {}
    for told in table("listening/story")["survey"]:
        rng = Random(f"{SEED} {told['key']}")  # noqa: S311 - a story, not a secret
        key = _published(loaded, told)
        if told["trigger"] == SCHEDULE:
            history.write_survey_history(survey_key=key, past=_by_schedule(loaded, told, rng))
            _end(loaded, told)
            continue
        some = [one for one in opinions.surveys.get(told["key"], ()) if one.request.key in loaded.requests]
        voices = history.write_survey_history(survey_key=key, past=[_after(loaded, one) for one in some])
        found |= {one.request.key: voice for one, voice in zip(some, voices, strict=True) if voice is not None}
    return found


def rate_each_other(loaded: Loaded) -> None:
    """Load the round in which each department rated those that serve it, without names; it has ended."""
    told = table("listening/story")["quality"]
    rng = Random(f"{SEED} quality")  # noqa: S311 - a story, not a secret
    by, opened_at = loaded.head_of(told["owner"]), loaded.morning(told["opened_days_ago"])
    key = drafting.draft_survey(by=by, at=opened_at, owner_id=loaded.departments[told["owner"]], source="ready:quality")
    _ask_by_schedule(by, key, told, at=opened_at, cuts=("supplier",))
    drafting.publish_survey(by=by, at=opened_at, key=key)
    names = {number: name for name, number in loaded.departments.items()}
    lines = {name: _Once(name) for name in ("change_warehouse", "change_other")}
    past = []
    for one in history.audience_of_survey(survey_key=key, at=opened_at):
        supplier = names[one.supplier_id or 0]
        language = loaded.languages[one.person_id]
        is_answered = rng.random() < told["answered_share"]
        values: dict[str, Any] = _quality(rng, told, supplier) if is_answered else {}
        if values:
            name = "change_warehouse" if supplier == "warehouse" else "change_other"
            if supplier == "warehouse" or rng.random() < WORDS_SHARE:
                values |= lines[name].answer(language)
        past.append(
            PastAnswer(
                person_id=one.person_id,
                side="inside",
                language=language,
                asked_at=opened_at,
                supplier_id=one.supplier_id,
                rater_id=one.rater_id,
                answered_at=_later(rng, opened_at) if is_answered else None,
                values=values,
            )
        )
    history.write_survey_history(survey_key=key, past=past)
    _end(loaded, told)


def ask_how_work_is(loaded: Loaded) -> None:
    """Load the short round without names that is open now: some have answered, and nobody can read it yet."""
    told = table("listening/story")["pulse"]
    rng = Random(f"{SEED} pulse")  # noqa: S311 - a story, not a secret
    by, opened_at = loaded.head_of(told["owner"]), loaded.morning(told["opened_days_ago"])
    title = dict(zip(("en", "ro", "pl", "es"), told["title"], strict=True))
    key = drafting.draft_survey(by=by, at=opened_at, owner_id=loaded.departments[told["owner"]], title=title["en"])
    drafting.change_draft(by=by, at=opened_at, key=key, definition=to_json(_pulse(told, title)))
    _ask_by_schedule(by, key, told, at=opened_at)
    drafting.publish_survey(by=by, at=opened_at, key=key)
    lines = _Once("pulse")
    past = []
    for one in history.audience_of_survey(survey_key=key, at=opened_at):
        language = loaded.languages[one.person_id]
        is_answered = rng.random() < told["answered_share"]
        values: dict[str, Any] = {}
        if is_answered:
            values = {"score": rng.choices(range(1, 6), weights=(3, 9, 24, 42, 22))[0]}
            values |= lines.answer(language) if rng.random() < WORDS_SHARE else {}
        past.append(
            PastAnswer(
                person_id=one.person_id,
                side="inside",
                language=language,
                asked_at=opened_at,
                rater_id=one.rater_id,
                answered_at=min(_later(rng, opened_at), loaded.plan.until) if is_answered else None,
                values=values,
            )
        )
    history.write_survey_history(survey_key=key, past=past)


def draft_a_poll(loaded: Loaded) -> None:
    """Load the poll that somebody is still writing."""
    by = loaded.head_of("marketing")
    owner_id = loaded.departments["marketing"]
    drafting.draft_survey(by=by, at=loaded.morning(2), owner_id=owner_id, source="ready:poll")


def _published(loaded: Loaded, told: Mapping[str, Any]) -> str:
    """Make and open a survey by its department's head; return its key."""
    by, at = loaded.head_of(told["owner"]), loaded.morning(told["opened_days_ago"])
    owner_id = loaded.departments[told["owner"]]
    key = drafting.draft_survey(by=by, at=at, owner_id=owner_id, source=f"ready:{told['ready']}")
    is_asked_after = told["trigger"] == AFTER_REQUESTS
    asking.set_asking(
        by=by,
        at=at,
        key=key,
        asking=Asking(
            trigger=told["trigger"],
            side=told["side"],
            provider_ids=[owner_id] if is_asked_after else [],
            every_weeks=told.get("every_weeks"),
            open_days=told.get("open_days"),
            cuts=("service", "language") if is_asked_after else ("language",),
        ),
    )
    drafting.publish_survey(by=by, at=at, key=key)
    return key


def _ask_by_schedule(by: Viewer, key: str, told: Mapping[str, Any], *, at: datetime, cuts: Sequence[str] = ()) -> None:
    asking.set_asking(
        by=by,
        at=at,
        key=key,
        asking=Asking(
            trigger=SCHEDULE,
            side="inside",
            every_weeks=told["every_weeks"],
            open_days=told["open_days"],
            cuts=cuts,
            is_anonymous=True,
        ),
    )


def _end(loaded: Loaded, told: Mapping[str, Any]) -> None:
    """End a round when its time is up, as the house does by itself."""
    closes_at = loaded.morning(told["opened_days_ago"]) + timedelta(days=told["open_days"])
    rounds.end_rounds_that_are_over(at=closes_at)


def _after(loaded: Loaded, one: Opinion) -> PastAnswer:
    """An opinion as an answer, with what the request says of where it came from."""
    number = loaded.requests[one.request.key]
    origin = loaded.origins[number]
    values: dict[str, Any] = {} if one.score is None else {"score": one.score}
    return PastAnswer(
        person_id=loaded.parties[one.request.asker],
        side=one.request.side,
        language=one.request.language,
        asked_at=one.resolved_at,
        about=f"request:{number}",
        supplier_id=loaded.departments[one.request.department],
        rater_id=origin.customer_id if one.request.customer_kind == "department" else None,
        service_id=origin.service_id,
        answered_at=one.answered_at,
        values=values | ({one.question: one.text} if one.text else {}),
    )


def _by_schedule(loaded: Loaded, told: Mapping[str, Any], rng: Random) -> list[PastAnswer]:
    """Customers outside who were asked all at once, whatever they had asked for."""
    asked_at = loaded.morning(told["opened_days_ago"])
    people = [(one.key, one.language) for one in loaded.plan.customers if one.kind == "person"]
    lines = Lines(rng, told)
    past = []
    for key, language in rng.sample(people, min(told["people"], len(people))):
        is_answered = rng.random() < told["answered_share"]
        values: dict[str, Any] = {}
        if is_answered:
            score = scored(rng, told)
            question, text = lines.line(score, language)
            values = {"score": score} | ({question: text} if text else {})
        past.append(
            PastAnswer(
                person_id=loaded.parties[key],
                side="outside",
                language=language,
                asked_at=asked_at,
                answered_at=_later(rng, asked_at) if is_answered else None,
                values=values,
            )
        )
    return past


def _quality(rng: Random, told: Mapping[str, Any], supplier: str) -> dict[str, Any]:
    """How one colleague sees a department, item by item; some items are left out."""
    own = told["quality"][supplier] + rng.gauss(0, WARMTH)
    return {
        f"seen_{item}": min(HIGHEST, max(LOWEST, round(own + told["leaning"][dimension] + rng.gauss(0, WARMTH))))
        for item, dimension in ITEMS.items()
        if rng.random() < ANSWERS_ITEM
    }


def _pulse(told: Mapping[str, Any], title: Mapping[str, str]) -> SurveyDefinition:
    def four(name: str) -> dict[str, str]:
        return dict(zip(("en", "ro", "pl", "es"), told[name], strict=True))

    score = Question(
        "score",
        QuestionKind.SCALE,
        four("question"),
        is_required=True,
        lowest=1,
        highest=5,
        low_labels=four("low"),
        high_labels=four("high"),
    )
    change = Question("change", QuestionKind.TEXT, four("change"), is_long=True)
    return SurveyDefinition(dict(title), (Page("work", (score, change)),))


class _Once:
    """The sentences of a list, each said once in its language."""

    def __init__(self, name: str) -> None:
        self._left = {language: words(language, name) for language in LANGUAGES}

    def answer(self, language: str) -> dict[str, str]:
        """The next sentence as an answer; nothing when all have been said."""
        left = self._left[language]
        return {"change": left.pop(0)} if left else {}


def _later(rng: Random, at: datetime) -> datetime:
    return at + timedelta(seconds=int(3600 * rng.uniform(FIRST_ANSWER_HOURS, ANSWER_HOURS)))
