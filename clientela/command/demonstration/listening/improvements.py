"""What came of what people said: improvements in every state, and a review meeting."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from clientela.command.demonstration.content import table
from clientela.command.demonstration.listening.house import Loaded
from clientela.directory.policies import HOUSE
from clientela.voice import actions
from clientela.voice.actions import improving, meeting, proposing
from clientela.voice.actions.proposing import WEEKS_BEFORE, WEEKS_NOW
from clientela.voice.actions.tallies import week_of
from clientela.voice.queries.subjects import subject_list

SaidOf = Mapping[str, Sequence[tuple[int, datetime]]]  # by theme: voices with their moments


def name_subject(loaded: Loaded) -> None:
    """Add the house's own subject to the list."""
    told = table("listening/story")["subject"]
    names = dict(zip(("en", "ro", "pl", "es"), told["names"], strict=True))
    at = loaded.plan.starts_at
    actions.ensure_default_subjects(at=at)
    actions.add_subject(
        by=loaded.head_of("warehouse"), at=at, names=names, sentences=told["sentences"], words=told["words"]
    )


def improve(loaded: Loaded, themes: SaidOf, heard: Mapping[str, Sequence[datetime]]) -> None:
    """Load the improvements. `themes`: their voices; `heard`: when anything was said of each department."""
    told = table("listening/story")
    subjects = {one.key: one.id for one in subject_list(loaded.owner, at=loaded.plan.until).used}
    for one in told["improvement"]:
        _improvement(loaded, one, themes.get(one["theme"], ()), subject_id=subjects[one["subject"]])
    _proposal(loaded, told["grows"], themes, heard, subjects=subjects)
    _meeting(loaded, told["meeting"])


def _improvement(
    loaded: Loaded, told: Mapping[str, Any], voices: Sequence[tuple[int, datetime]], *, subject_id: int
) -> None:
    by, head = loaded.colleague(told["by"]), loaded.head_of(told["department"])
    proposed_at = loaded.morning(told["proposed_days_ago"])
    improvement_id = proposing.propose_improvement(
        by=by,
        at=proposed_at,
        department_id=loaded.departments[told["department"]],
        title=told["title"],
        what=told.get("what", ""),
        subject_id=subject_id,
        side=told["side"],
        # Those who had said it by then, and those who said it before it was done.
        voice_ids=[number for number, at in voices if at < loaded.morning(told.get("done_days_ago", 0))],
    )
    if "agreed_days_ago" in told:
        improving.agree_improvement(
            by=head,
            at=loaded.morning(told["agreed_days_ago"]),
            improvement_id=improvement_id,
            owner_id=loaded.parties[told["owner"]],
            due_on=loaded.morning(told["due_days_ago"]).date(),
            what=told["what"],
            expected=told["expected"],
            expected_points=told.get("points"),
        )
    if "done_days_ago" in told:
        done_at = loaded.morning(told["done_days_ago"])
        improving.finish_improvement(by=head, at=done_at, improvement_id=improvement_id, done_on=done_at.date())
        if told["is_public"]:
            improving.show_in_public(by=head, at=done_at, improvement_id=improvement_id, is_public=True)
    if "dropped_days_ago" in told:
        dropped_at = loaded.morning(told["dropped_days_ago"])
        improving.drop_improvement(by=head, at=dropped_at, improvement_id=improvement_id, because=told["because"])


def _proposal(
    loaded: Loaded,
    told: Mapping[str, Any],
    themes: SaidOf,
    heard: Mapping[str, Sequence[datetime]],
    *,
    subjects: Mapping[str, int],
) -> None:
    """What the house would have proposed last night: the voices of the last weeks against those before."""
    at = loaded.plan.until - timedelta(days=told["days_ago"])
    now_on = week_of(at) - timedelta(weeks=WEEKS_NOW - 1)
    before_on = now_on - timedelta(weeks=WEEKS_BEFORE)
    spoke = [(number, week_of(said_at)) for number, said_at in themes.get(told["theme"], ()) if said_at < at]
    weeks = [week_of(said_at) for said_at in heard.get(told["department"], ()) if said_at < at]
    fresh = [number for number, week in spoke if week >= now_on]
    if not fresh:
        return
    proposing.propose_improvement(
        by=HOUSE,
        at=at,
        department_id=loaded.departments[told["department"]],
        title=told["title"],
        subject_id=subjects[told["subject"]],
        voice_ids=fresh,
        because={
            "before": sum(before_on <= week < now_on for _number, week in spoke),
            "before_of": sum(before_on <= week < now_on for week in weeks),
            "now": len(fresh),
            "now_of": sum(week >= now_on for week in weeks),
            "weeks_before": WEEKS_BEFORE,
            "weeks_now": WEEKS_NOW,
        },
    )


def _meeting(loaded: Loaded, told: Mapping[str, Any]) -> None:
    held_at = loaded.morning(told["held_days_ago"])
    meeting.write_review_meeting(
        by=loaded.colleague(told["by"]),
        at=held_at,
        department_id=loaded.departments[told["department"]],
        held_on=held_at.date(),
        notes=told["notes"],
        next_on=loaded.morning(-told["next_in_days"]).date(),
    )
