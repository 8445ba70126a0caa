"""What customers do while they wait and afterwards: answer, ask, complain, rate, write that it is back."""

from bisect import bisect_right
from random import Random
from zoneinfo import ZoneInfo

from clientela.command.demonstration.cases import Case
from clientela.command.demonstration.hours import DAY, HOUR, MINUTE, moment
from clientela.command.demonstration.office import Office
from clientela.command.demonstration.speech import line, roughened
from clientela.command.demonstration.story import (
    Closed,
    Complained,
    CustomerWrote,
    Rated,
    Reopened,
    Resolved,
)
from clientela.command.demonstration.voices import Voices
from clientela.command.demonstration.wording import capital
from clientela.command.demonstration.words import words_of
from clientela.command.demonstration.working import Reactions, Working, group_lines
from clientela.requests.rules import CLOSES_AFTER

EARLIEST_HOUR, LATEST_HOUR = 7, 21  # on the wall clock, outside
ANSWER_HOURS = {"out": 5.0, "in": 1.5}  # half of the answers come within
SILENT_SHARE = {"out": 0.1, "in": 0.03}
NO_ANSWER_DAYS = 6
EARLY_NUDGE_SHARE = 0.07
LATE_NUDGE_SHARE = {"out": 0.5, "in": 0.35}
SECOND_NUDGE_SHARE = 0.4
PORTAL_AGAIN_SHARE = 0.5
ANNOYED_SHARE = 0.5
COMPLAINT_SHARE = {"out": 0.4, "in": 0.08}  # of those who ask how far it is once it is late
RATED_SHARE = {"out": 0.42, "in": 0.33}
COMMENT_SHARE = 0.62
CLOSED_SHARE = 0.07
REOPENED_SHARE = 0.07
# Which lines say that it is not done after all, by group: a fault is back, or nothing has come.
COMES_BACK = {"repair": (0, 2)} | dict.fromkeys(("return", "money", "delivery", "order", "part"), (1,))
INSIDE_COMES_BACK = {"device": (0, 1), "machine": (0, 1)} | dict.fromkeys(("goods", "part", "people"), (2,))
PHOTO_SHARE = 0.15
USUAL_SCORE = 4.55
LATE_COST, CHAIN_COST, COMPLAINT_COST, REOPENED_COST, INSIDE_COST = 1.5, 0.5, 1.0, 0.6, 0.25
SCORE_STEPS = (1.5, 2.5, 3.5, 4.4)


class Living(Reactions):
    """The customers' side of the story."""

    def __init__(self, rng: Random, office: Office, *, working: Working, voices: Voices) -> None:
        self._rng = rng
        self._office = office
        self._working = working
        self._voices = voices
        self._zones: dict[str, ZoneInfo] = {}
        self._rated: set[int] = set()

    def opened(self, case: Case) -> None:
        """Some ask before it is due how far it is, more once it is late."""
        rng = self._rng
        hours = self._office.hours_of(case.team.key)
        promised = case.service.resolution_minutes * MINUTE
        side = case.asker.words_side
        if rng.random() < EARLY_NUDGE_SHARE:
            early = hours.add(case.opened_at, int(promised * rng.uniform(0.4, 0.9)))
            self._office.later(self._free(case, early), lambda at: self._nudge(case, at))
        if rng.random() < LATE_NUDGE_SHARE[side]:
            late = hours.add(case.opened_at, promised + rng.randrange(HOUR, 10 * HOUR))
            self._office.later(self._free(case, late), lambda at: self._nudge(case, at))

    def was_asked(self, case: Case, at: int) -> None:
        """Most answer within hours; some never do, and then the case is set aside."""
        rng = self._rng
        side = case.asker.words_side
        if rng.random() < SILENT_SHARE[side]:
            aside = self._office.hours_of(case.team.key).opening(at + NO_ANSWER_DAYS * DAY)
            self._office.later(aside + rng.randrange(HOUR), lambda now: self._set_aside(case, now))
            return
        delay = int(ANSWER_HOURS[side] * HOUR * rng.lognormvariate(0, 0.9)) + 3 * MINUTE
        self._office.later(self._free(case, at + delay), lambda now: self._answer(case, now))

    def resolved(self, case: Case) -> None:
        """A rating, perhaps; a few close it themselves, a few write that it is back; the rest closes by itself."""
        rng = self._rng
        side = case.asker.words_side
        at = case.resolved_at
        times = case.times_reopened
        if case.number not in self._rated and rng.random() < RATED_SHARE[side]:
            rated_at = self._free(case, at + int(7 * HOUR * rng.lognormvariate(0, 1.0)) + 4 * MINUTE)
            self._office.later(rated_at, lambda now: self._rate(case, now))
        is_own = case.parent is None and case.scenario.group in (COMES_BACK if side == "out" else INSIDE_COMES_BACK)
        if is_own and times == 0 and rng.random() < REOPENED_SHARE:
            back_at = self._free(case, at + rng.randrange(5 * HOUR, 6 * DAY))
            self._office.later(back_at, lambda now: self._write_again(case, now))
        elif rng.random() < CLOSED_SHARE:
            closed_at = self._free(case, at + rng.randrange(HOUR, 3 * DAY))
            self._office.later(closed_at, lambda now: self._close(case, now, by=case.asker.key))
        closes_at = at + int(CLOSES_AFTER.total_seconds())
        self._office.later(closes_at, lambda now: self._close_by_itself(case, now, resolved_at=at))

    def _nudge(self, case: Case, at: int) -> None:
        if not case.is_open or case.state == "waiting_customer" or at <= case.last_at:
            return
        rng = self._rng
        side = case.asker.words_side
        channel = self._channel(case)
        voice = self._voices.of_customer(case, at)
        is_late = at > case.due_at(self._office.hours_of(case.team.key))
        if is_late and not case.has_complained and rng.random() < COMPLAINT_SHARE[side]:
            case.has_complained = True
            text = line(rng, voice, side, "complaint", case.asker.manners)
            case.happened(Complained(moment(at), case.asker.key, text, channel))
            self._working.queue_answer(case, "complaint", at)
            return
        is_annoyed = is_late and rng.random() < ANNOYED_SHARE
        text = line(rng, voice, side, "nudge_annoyed" if is_annoyed else "nudge", case.asker.manners)
        case.happened(CustomerWrote(moment(at), case.asker.key, text, channel))
        self._working.queue_answer(case, "nudge", at)
        if is_late and rng.random() < SECOND_NUDGE_SHARE:
            again = self._free(case, at + rng.randrange(DAY, 3 * DAY))
            self._office.later(again, lambda now: self._nudge(case, now))

    def _answer(self, case: Case, at: int) -> None:
        if case.state != "waiting_customer":
            return
        at = self._free(case, max(at, case.last_at + 1))
        rng = self._rng
        side = case.asker.words_side
        voice = self._voices.of_customer(case, at)
        asked_for_a_photo = case.scenario.group in {"repair", "part"} and case.asked_back == 0
        if side == "out" and asked_for_a_photo and rng.random() < PHOTO_SHARE:
            text = line(rng, voice, side, "photo", case.asker.manners)
        else:
            answers = group_lines(case, case.language, "answered")
            answer = answers[min(case.asked_back, len(answers) - 1)].say(rng, voice)
            text = roughened(rng, capital(answer), case.asker.manners)
        case.happened(CustomerWrote(moment(at), case.asker.key, text, self._channel(case)))
        self._working.go_on(case, at, "customer_wrote")

    def _set_aside(self, case: Case, at: int) -> None:
        if case.state != "waiting_customer" or not case.holder:
            return
        hours = self._office.hours_of(case.team.key)
        at = hours.opening(max(at, case.last_at + 1))
        case.stages.clear()
        text = self._working.words_for(case, case.holder, at, "no_answer")
        self._working.resolve(case, Resolved(moment(at), case.holder, text))

    def _rate(self, case: Case, at: int) -> None:
        if case.is_open or case.number in self._rated or at <= case.last_at:
            return
        rng = self._rng
        self._rated.add(case.number)
        side = case.asker.words_side
        cost = LATE_COST * case.is_late + CHAIN_COST * case.waited_on_late + COMPLAINT_COST * case.has_complained
        cost += REOPENED_COST * case.times_reopened + INSIDE_COST * (side == "in")
        score = bisect_right(SCORE_STEPS, USUAL_SCORE - cost + rng.gauss(0, 0.9)) + 1
        comment = ""
        if rng.random() < COMMENT_SHARE:
            voice = self._voices.of_customer(case, at)
            comment = words_of(case.language).say(rng, voice, "rating", side, str(score))
        case.happened(Rated(moment(at), case.asker.key, score, comment, case.language))

    def _write_again(self, case: Case, at: int) -> None:
        if case.is_open or at <= case.last_at:
            return
        voice = self._voices.of_customer(case, at)
        side = case.asker.words_side
        places = COMES_BACK[case.scenario.group] if side == "out" else INSIDE_COMES_BACK[case.scenario.group]
        text = line(self._rng, voice, side, "reopen", case.asker.manners, places=places)
        case.happened(Reopened(moment(at), case.asker.key, text, self._channel(case)))
        case.state, case.resolved_at = "open", 0
        case.times_reopened += 1
        case.stages = ["reopened", "finish"]
        self._working.queue_stage(case, at)

    def _close(self, case: Case, at: int, *, by: str) -> None:
        if case.state == "resolved" and at > case.last_at:
            case.state = "closed"
            case.happened(Closed(moment(at), by, is_automatic=False))

    def _close_by_itself(self, case: Case, at: int, *, resolved_at: int) -> None:
        if case.state == "resolved" and case.resolved_at == resolved_at:
            case.state = "closed"
            case.happened(Closed(moment(at), None, is_automatic=True))

    def _channel(self, case: Case) -> str:
        if case.channel == "portal" and self._rng.random() > PORTAL_AGAIN_SHARE:
            return "email"
        return case.channel

    def _free(self, case: Case, at: int) -> int:
        """When the asker has time: at work by their hours, at home not at night."""
        asker = case.asker
        if asker.hours is not None:
            return asker.hours.opening(at)
        zone = self._zones.setdefault(asker.zone, ZoneInfo(asker.zone))
        local = moment(at).astimezone(zone)
        if EARLIEST_HOUR <= local.hour < LATEST_HOUR:
            return at
        until_morning = (EARLIEST_HOUR - local.hour) % 24 * HOUR - local.minute * MINUTE
        return at + until_morning + self._rng.randrange(4 * HOUR)
