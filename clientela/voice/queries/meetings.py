"""What a department looks at in a review meeting: what came since the last one, and what it does about it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.directory.rules import day_in_zone
from clientela.kernel.policies import HiddenError, Verdict, require_seen
from clientela.requests import queries as requests
from clientela.voice.actions.tallies import HURTS, SAID, SATISFIED_SCORES, week_of
from clientela.voice.models import FollowUp, ReviewMeeting, Subject, SubjectTally, Tally
from clientela.voice.policies.improving import may_hold_review_meeting
from clientela.voice.queries.improvements import ImprovementSeen, improvements_to_see

WEEKS_WITHOUT_MEETING = 4  # what is looked at the first time
MOST_WEEKS = 26
MOST_SUBJECTS = 6
MEETINGS_SHOWN = 12
FOLLOW_UPS_LOOKED_AT = 200


@dataclass(frozen=True)
class MeetingSeen:
    """A meeting that was held."""

    held_on: date
    notes: str
    next_on: date | None
    written_by: str


@dataclass(frozen=True)
class SideCounts:
    """One side's voices: how many, and of how many scores how many were 4 or 5; the same span before."""

    side: str
    said: int
    satisfied: int
    scores: int
    satisfied_before: int
    scores_before: int


@dataclass(frozen=True)
class SubjectCounts:
    """How often a subject came up, and how often with complaint; `names` by language."""

    key: str
    names: Mapping[str, str]
    n: int
    hurt: int


@dataclass(frozen=True)
class MeetingPage:
    """A department's review meeting. Counts are those of whole weeks from `since_on`, a Monday."""

    department: DepartmentCard
    since_on: date
    weeks: int
    sides: tuple[SideCounts, ...]
    subjects: tuple[SubjectCounts, ...]
    open_follow_ups: int
    improvements: tuple[ImprovementSeen, ...]
    meetings: tuple[MeetingSeen, ...]
    is_due: bool  # the day that the last meeting set has come
    may_write: Verdict


def meeting_page(viewer: Viewer, department_key: str, *, at: datetime) -> MeetingPage:
    """What is new since the last meeting, at most half a year of it. Raises HiddenError."""
    department = directory.department_by_key(department_key)
    if department is None:
        raise HiddenError
    may_write = may_hold_review_meeting(viewer, department.id)
    require_seen(may_write)
    meetings = list(
        ReviewMeeting.objects.filter(department=department.id)
        .select_related("written_by__party")
        .order_by("-held_on")[:MEETINGS_SHOWN]
    )
    last = meetings[0] if meetings else None
    this_week = week_of(at)
    since_on = (
        last.held_on - timedelta(days=last.held_on.weekday())
        if last
        else this_week - timedelta(weeks=WEEKS_WITHOUT_MEETING - 1)
    )
    since_on = max(since_on, this_week - timedelta(weeks=MOST_WEEKS - 1))
    weeks = (this_week - since_on).days // 7 + 1
    return MeetingPage(
        department=department,
        since_on=since_on,
        weeks=weeks,
        sides=_sides(department.id, since_on=since_on, weeks=weeks),
        subjects=_subjects(department.id, since_on=since_on),
        open_follow_ups=_open_follow_ups(department.id),
        improvements=improvements_to_see(viewer, at=at, department_id=department.id, limit=30),
        meetings=tuple(MeetingSeen(row.held_on, row.notes, row.next_on, row.written_by.party.name) for row in meetings),
        is_due=last is not None and last.next_on is not None and last.next_on <= day_in_zone(at, viewer.zone),
        may_write=may_write,
    )


def _sides(department_id: int, *, since_on: date, weeks: int) -> tuple[SideCounts, ...]:
    before_on = since_on - timedelta(weeks=weeks)
    counts: Counter[tuple[str, str, bool]] = Counter()
    rows = Tally.objects.filter(provider=department_id, measure__in=[SAID, "csat"], cut="", week_on__gte=before_on)
    for measure, side, week_on, value, n in rows.values_list("measure", "side", "week_on", "value", "n"):
        is_now = week_on >= since_on
        counts[measure, side, is_now] += n
        if measure == "csat" and value in SATISFIED_SCORES:
            counts["satisfied", side, is_now] += n
    return tuple(
        SideCounts(
            side=side,
            said=counts[SAID, side, True],
            satisfied=counts["satisfied", side, True],
            scores=counts["csat", side, True],
            satisfied_before=counts["satisfied", side, False],
            scores_before=counts["csat", side, False],
        )
        for side in ("outside", "inside")
    )


def _subjects(department_id: int, *, since_on: date) -> tuple[SubjectCounts, ...]:
    rows = SubjectTally.objects.filter(provider=department_id, week_on__gte=since_on, subject__state=Subject.State.USED)
    counts: Counter[int] = Counter()
    hurt: Counter[int] = Counter()
    for subject_id, feeling, n in rows.values_list("subject", "feeling").annotate(Sum("n")).order_by():
        counts[subject_id] += n
        if feeling in HURTS:
            hurt[subject_id] += n
    often = counts.most_common(MOST_SUBJECTS)
    subjects = Subject.objects.in_bulk([subject_id for subject_id, _n in often])
    return tuple(
        SubjectCounts(subjects[subject_id].key, subjects[subject_id].names, n, hurt[subject_id])
        for subject_id, n in often
        if n > 0
    )


def _open_follow_ups(department_id: int) -> int:
    newest = FollowUp.objects.filter(voice__provider=department_id).order_by("-pk").values_list("request_id", flat=True)
    return len(requests.still_live_among(newest[:FOLLOW_UPS_LOOKED_AT]))
