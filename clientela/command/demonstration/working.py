"""What colleagues do with a request when they have it in their hands."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from clientela.command.demonstration.cases import Case
from clientela.command.demonstration.content import House
from clientela.command.demonstration.desks import Desk
from clientela.command.demonstration.hours import DAY, HOUR, MINUTE, OpenHours, moment
from clientela.command.demonstration.office import Office
from clientela.command.demonstration.speech import reply
from clientela.command.demonstration.story import (
    Assigned,
    HandedOver,
    Noted,
    PromiseKept,
    PromiseMade,
    Replied,
    Resolved,
    Resumed,
    Waiting,
)
from clientela.command.demonstration.telling import Opening
from clientela.command.demonstration.voices import Voices
from clientela.command.demonstration.wording import Template, Voice
from clientela.command.demonstration.words import words_of

ASSIGNED_SHARE = 0.3
PROGRESS_SHARE = 0.3
CALL_SHARE = 0.12
EARLIEST_CALL = 9  # on the wall clock
CALLED_ABOUT = frozenset({"repair", "delivery", "return", "offer", "order", "complaint", "part"})
CALL_KEPT_SHARE, CALL_LATE_SHARE = 0.78, 0.14  # the rest is forgotten
WARNED_SHARE = 0.5
WARN_AT_SHARE = 0.85  # of the promised time
WAITS_DAYS = (1, 1, 2, 2, 3, 4)
AN_HOUR_AND_A_HALF = 90 * MINUTE


@dataclass(frozen=True, slots=True)
class Scene:
    """One touch: a colleague has a case in hand at a moment."""

    case: Case
    agent: str
    at: int


class Working:
    """Does the stages of cases and answers what customers write meanwhile."""

    def __init__(self, rng: Random, house: House, office: Office, *, opening: Opening, voices: Voices) -> None:
        self._rng = rng
        self._house = house
        self._office = office
        self._opening = opening
        self._voices = voices
        self.reactions: Reactions = Reactions()
        self._stages = {
            "customer": self._ask_customer,
            "ask": self._ask_departments,
            "date": self._agree_a_day,
            "work": self._work,
            "finish": self._finish,
            "hand_over": self._hand_over,
            "reopened": self._take_up_again,
        }
        self._answers = {"nudge": self._answer_nudge, "complaint": self._answer_complaint, "warn": self._warn}

    def begin(self, case: Case) -> None:
        """A case has just been opened: it waits in its team's queue."""
        self.queue_stage(case, case.opened_at)
        hours = self._hours(case)
        warn_at = hours.add(case.opened_at, int(case.service.resolution_minutes * MINUTE * WARN_AT_SHARE))
        if self._rng.random() < WARNED_SHARE:
            self._office.later(warn_at, lambda at: self._consider_warning(case, at))
        self.reactions.opened(case)

    def queue_stage(self, case: Case, at: int) -> None:
        """Its next stage is due for somebody's hands."""
        hours = self._hours(case)
        if case.has_reply:
            due = min(case.due_at(hours), hours.add(at, case.service.next_reply_minutes * MINUTE * 2))
        else:
            due = hours.add(case.opened_at, case.service.first_reply_minutes * MINUTE)
        self._office.queue(case, "stage", at, due=due)

    def queue_answer(self, case: Case, what: str, at: int) -> None:
        """What the customer wrote wants an answer."""
        due = self._hours(case).add(at, case.service.next_reply_minutes * MINUTE)
        self._office.queue(case, what, at, due=due)

    def touch(self, case: Case, what: str, agent: str, at: int) -> None:
        """Somebody has the case in hand now."""
        scene = Scene(case, agent, self._staff_moment(case, at))
        self._take(scene)
        if what != "stage":
            self._answers[what](scene)
            return
        if case.state != "open" or not case.stages:
            return
        stage, _, what_for = case.stages.pop(0).partition(":")
        self._stages[stage](scene, what_for)

    def go_on(self, case: Case, at: int, cause: Literal["customer_wrote", "date_came", "department_answered"]) -> None:
        """What it waited for has come."""
        hours = self._hours(case)
        if case.state in case.service.pauses_while:
            case.paused += hours.between(case.waiting_since, at)
        case.state = "open"
        case.came_back(Resumed(moment(at), None, cause))
        self.queue_stage(case, at)

    def words_for(self, case: Case, agent: str, at: int, name: str) -> str:
        """A letter of the common kind from a colleague to the customer of the case."""
        voice = self._voices.of_colleague(case, agent, at)
        return reply(self._rng, voice, case.asker.words_side, self._common(case, voice, name))

    # --- stages

    def _ask_customer(self, scene: Scene, _: str) -> None:
        self._reply(scene, "ask", then_wait=True)
        self._wait(scene, "waiting_customer")
        self.reactions.was_asked(scene.case, scene.at)

    def _ask_departments(self, scene: Scene, keys: str) -> None:
        case = scene.case
        if not case.has_first:
            self._reply(scene, "first", asks=keys.partition(",")[0])
        elif self._rng.random() < PROGRESS_SHARE:
            self._reply_common(scene, "progress")
        scene = self._later(scene, self._rng.randrange(1, 9))
        self._maybe_note(scene)
        for key in keys.split(","):
            child = self._opening.open_child(case, key, scene.agent, max(scene.at, case.last_at + 1))
            self.begin(child)
        self._wait(Scene(case, scene.agent, case.last_at), "waiting_department")

    def _agree_a_day(self, scene: Scene, _: str) -> None:
        case = scene.case
        hours = self._hours(case)
        until = hours.opening(scene.at + self._rng.choice(WAITS_DAYS) * DAY)
        # Within the hours that the letter names, if the team works then.
        named = hours.local(until).replace(hour=case.facts.window + 1, minute=0, second=0)
        if hours.is_open(int(named.timestamp())):
            until = int(named.timestamp())
        until = hours.add_within(max(until, scene.at + HOUR), self._rng.randrange(45 * MINUTE))
        until = hours.opening(until - until % (15 * MINUTE))
        voice = self._voices.of_colleague(case, scene.agent, scene.at, on_at=until)
        body = self._common(case, voice, "progress") if case.has_first else self._group_line(case, voice, "first")
        self._say_and_promise(scene, voice, body)
        self._maybe_note(scene)
        case.happened(Waiting(moment(case.last_at), scene.agent, "waiting_date", moment(until)))
        case.state, case.waiting_since = "waiting_date", case.last_at
        self._office.later(until, lambda at: self._date_came(case, at))

    def _work(self, scene: Scene, _: str) -> None:
        case = scene.case
        if not case.has_first:
            voice = self._voices.of_colleague(case, scene.agent, scene.at)
            self._say_and_promise(scene, voice, self._group_line(case, voice, "first"))
        self._maybe_note(scene)
        hours = self._hours(case)
        slow = self._desk(case).slowness(scene.at)
        usual = case.service.resolution_minutes * MINUTE * case.kind.work
        ready_at = hours.add(scene.at, int(usual * self._rng.lognormvariate(0, 0.55) * slow))
        self._office.later(ready_at, lambda at: self._ready(case, at))

    def _finish(self, scene: Scene, _: str) -> None:
        case = scene.case
        if case.stages or case.open_children:
            raise RuntimeError(f"Case {case.number} cannot end yet.")
        if case.scenario.group != "info":
            self._maybe_note(scene)
        voice = self._voices.of_colleague(case, scene.agent, case.last_at)
        body = self._common(case, voice, "settled") if case.times_reopened else self._done_line(case, voice)
        at = self._staff_moment(case, scene.at)
        text = reply(self._rng, voice, case.asker.words_side, body)
        self.resolve(case, Resolved(moment(at), scene.agent, text))

    def resolve(self, case: Case, event: Resolved) -> None:
        """The case is done; whoever waited on it goes on."""
        case.happened(event)
        at = case.last_at
        case.has_reply = True
        case.is_late = case.is_late or (case.times_reopened == 0 and at > case.due_at(self._hours(case)))
        case.state, case.resolved_at = "resolved", at
        parent = case.parent
        if parent is not None and parent.is_open:
            parent.open_children -= 1
            parent.waited_on_late = parent.waited_on_late or case.is_late or case.waited_on_late
            if parent.open_children == 0 and parent.state == "waiting_department":
                self.go_on(parent, at, "department_answered")
        self.reactions.resolved(case)

    def _hand_over(self, scene: Scene, department: str) -> None:
        case = scene.case
        team = self._house.team_for(department, case.facts.branch)
        language = self._voices.inside_language(case.team.branch, case.team.department, team)
        voice = self._voices.of_colleague(case, scene.agent, scene.at, language=language)
        reason = words_of(language).say(self._rng, voice, "handover", "reason")
        case.first_team = case.first_team or case.team
        case.happened(HandedOver(moment(scene.at), scene.agent, department, team.key, reason))
        case.team, case.holder = team, ""
        self.queue_stage(case, scene.at)

    def _take_up_again(self, scene: Scene, _: str) -> None:
        self._reply_common(scene, "reopened")
        self.queue_stage_later(scene.case, scene.at)

    def queue_stage_later(self, case: Case, at: int) -> None:
        """The next stage follows after a while."""
        ready_at = self._hours(case).add(at, int(self._rng.lognormvariate(0, 0.4) * AN_HOUR_AND_A_HALF))
        self._office.later(ready_at, lambda now: self._ready(case, now))

    def _ready(self, case: Case, at: int) -> None:
        if case.state == "open" and case.stages:
            self.queue_stage(case, at)

    def _date_came(self, case: Case, at: int) -> None:
        if case.state == "waiting_date":
            self.go_on(case, at, "date_came")

    # --- answers to what customers write meanwhile

    def _answer_nudge(self, scene: Scene) -> None:
        case = scene.case
        is_late = scene.at > case.due_at(self._hours(case))
        self._reply_common(scene, "late" if is_late else "nudge_reply")
        case.has_been_warned = case.has_been_warned or is_late

    def _answer_complaint(self, scene: Scene) -> None:
        self._reply_common(scene, "complaint_reply")

    def _consider_warning(self, case: Case, at: int) -> None:
        is_near_the_end = case.state == "open" and len(case.stages) <= 1 and case.has_reply
        is_agreed = case.state in {"waiting_customer", "waiting_date"}
        if case.is_open and not is_agreed and not is_near_the_end and not case.has_been_warned:
            self.queue_answer(case, "warn", at)

    def _warn(self, scene: Scene) -> None:
        if not scene.case.has_been_warned and scene.case.has_reply:
            scene.case.has_been_warned = True
            self._reply_common(scene, "delay")

    # --- the parts they are made of

    def _hours(self, case: Case) -> OpenHours:
        return self._office.hours_of(case.team.key)

    def _desk(self, case: Case) -> Desk:
        return self._office.desks[case.team.key]

    def _staff_moment(self, case: Case, at: int) -> int:
        """An open second at `at` or close to it, after what has happened last."""
        hours = self._hours(case)
        at = max(at, case.last_at + 1)
        if not hours.is_open(at) and hours.closing(at) > case.last_at:
            return hours.closing(at)
        return hours.opening(at)

    def _later(self, scene: Scene, minutes: int) -> Scene:
        at = self._hours(scene.case).add_within(scene.at, minutes * MINUTE)
        return Scene(scene.case, scene.agent, max(at, scene.case.last_at + 1))

    def _take(self, scene: Scene) -> None:
        case = scene.case
        if case.holder == scene.agent:
            return
        if case.holder or self._rng.random() < ASSIGNED_SHARE:
            by = self._desk(case).somebody(self._rng, scene.at, besides=scene.agent)
            taken_at = self._hours(case).closing(scene.at - self._rng.randrange(2, 20) * MINUTE)
            at = taken_at if taken_at > case.last_at else scene.at
            case.happened(Assigned(moment(at), by, scene.agent))
        case.holder = scene.agent

    def _reply(self, scene: Scene, part: str, *, then_wait: bool = False, asks: str = "") -> None:
        voice = self._voices.of_colleague(scene.case, scene.agent, scene.at)
        self._say(scene, voice, self._group_line(scene.case, voice, part, asks=asks), then_wait=then_wait)

    def _reply_common(self, scene: Scene, name: str) -> None:
        voice = self._voices.of_colleague(scene.case, scene.agent, scene.at)
        self._say(scene, voice, self._common(scene.case, voice, name))

    def _say(self, scene: Scene, voice: Voice, *bodies: str, then_wait: bool = False) -> None:
        case = scene.case
        at = self._staff_moment(case, scene.at)
        text = reply(self._rng, voice, case.asker.words_side, *bodies)
        case.happened(Replied(moment(at), scene.agent, text, "wait" if then_wait else "stay"))
        case.has_reply = True

    def _group_line(self, case: Case, voice: Voice, part: str, *, asks: str = "") -> str:
        """One of the group's lines that suit the scenario; what is asked back is remembered for the answer."""
        lines = group_lines(case, voice.language, part)
        case.has_first = case.has_first or part == "first"
        places = case.scenario.first_when.get(asks) or case.scenario.lines.get(part) or tuple(range(len(lines)))
        place = self._rng.choice(places)
        if part == "ask":
            case.asked_back = place
        return lines[place].say(self._rng, voice)

    def _done_line(self, case: Case, voice: Voice) -> str:
        own = words_of(voice.language).lines("done", case.scenario.key)
        if not own:
            return self._group_line(case, voice, "done")
        places = case.scenario.done_for[case.said] if case.scenario.done_for else tuple(range(len(own)))
        return own[self._rng.choice(places)].say(self._rng, voice)

    def _common(self, case: Case, voice: Voice, name: str) -> str:
        return words_of(voice.language).say(self._rng, voice, "common", case.asker.words_side, name)

    def _maybe_note(self, scene: Scene) -> None:
        case = scene.case
        if self._rng.random() < case.kind.note and case.scenario.lines.get("note") != ():
            language = self._voices.note_language(case.team)
            voice = self._voices.of_colleague(case, scene.agent, case.last_at, language=language)
            self._note(case, scene.agent, case.last_at, self._group_line(case, voice, "note"), language)

    def _note(self, case: Case, agent: str, at: int, text: str, language: str) -> None:
        if text in case.noted:
            return
        case.noted.add(text)
        at = self._staff_moment(case, at + self._rng.randrange(5, 240))
        case.happened(Noted(moment(at), agent, text, language))

    def _wait(self, scene: Scene, state: str) -> None:
        case = scene.case
        at = case.last_at
        if state == "waiting_customer":
            case.happened(Waiting(moment(at), scene.agent, "waiting_customer"))
        else:
            case.happened(Waiting(moment(at), scene.agent, "waiting_department"))
        case.state, case.waiting_since = state, at

    def _say_and_promise(self, scene: Scene, voice: Voice, body: str) -> None:
        """Answer; now and then with the promise of a call, which is kept, kept late, or forgotten."""
        case = scene.case
        hours = self._hours(case)
        due = hours.add_within(scene.at, self._rng.randrange(3, 16) * HOUR)
        due = hours.opening(due - due % (30 * MINUTE))
        is_fitting = case.scenario.group in CALLED_ABOUT and hours.local(due).hour >= EARLIEST_CALL
        if case.asker.side == "inside" or not is_fitting or self._rng.random() > CALL_SHARE or due <= scene.at + HOUR:
            self._say(scene, voice, body)
            return
        on_that_day = self._voices.of_colleague(case, scene.agent, scene.at, on_at=due)
        self._say(scene, voice, body, self._common(case, on_that_day, "call"))
        language = self._voices.note_language(case.team)
        own = self._voices.of_colleague(case, scene.agent, scene.at, language=language)
        words = words_of(language).say(self._rng, own, "common", "out", "call_title")
        case.happened(PromiseMade(moment(case.last_at), scene.agent, words, moment(due)))
        drawn = self._rng.random()
        if drawn < CALL_KEPT_SHARE:
            on_time = due - self._rng.randrange(2 * MINUTE)
            self._office.later(on_time, lambda at: self._call(case, scene.agent, words, at))
        elif drawn < CALL_KEPT_SHARE + CALL_LATE_SHARE:
            late_at = hours.add_within(due, self._rng.randrange(HOUR // 2, 9 * HOUR))
            self._office.later(late_at, lambda at: self._call(case, scene.agent, words, at))

    def _call(self, case: Case, agent: str, words: str, at: int) -> None:
        if case.team.key != self._house.colleagues[agent].team or case.state == "closed":
            return
        at = self._staff_moment(case, at)
        case.happened(PromiseKept(moment(at), agent, words))
        language = self._voices.note_language(case.team)
        voice = self._voices.of_colleague(case, agent, at, language=language)
        self._note(case, agent, at, words_of(language).say(self._rng, voice, "common", "out", "call_note"), language)


def group_lines(case: Case, language: str, part: str) -> tuple[Template, ...]:
    """The lines of the case's group: those of its side, or of the other where its side has none."""
    words = words_of(language)
    side = case.asker.words_side
    own = words.lines("group", case.scenario.group, side, part)
    return own or words.lines("group", case.scenario.group, "in" if side == "out" else "out", part)


class Reactions:
    """How customers react; `living.Living` knows."""

    def opened(self, case: Case) -> None:
        """A case was opened."""

    def was_asked(self, case: Case, at: int) -> None:
        """The customer was asked something."""

    def resolved(self, case: Case) -> None:
        """The customer was told that it is done."""
