"""Review meetings: a department looks at what it was told, and writes down what it decided."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.rules import day_in_zone
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require
from clientela.voice.actions.proposing import ImprovementError
from clientela.voice.models import ReviewMeeting
from clientela.voice.policies.improving import may_hold_review_meeting

LONGEST_NOTES = 8000


@transaction.atomic
def write_review_meeting(
    *, by: Viewer, at: datetime, department_id: int, held_on: date, notes: str, next_on: date | None = None
) -> int:
    """Write down a meeting; the same day again replaces what was written. Return its id.

    Raises HiddenError, NotAllowedError, ImprovementError (of the fields held_on, notes, next_on).
    """
    if directory.department_by_id(department_id) is None:
        raise HiddenError
    require(may_hold_review_meeting(by, department_id))
    words = notes.replace("\0", "").strip()
    if held_on > day_in_zone(at, by.zone):
        raise ImprovementError("held_on", _("Write it down when it has been held. Choose today or an earlier day."))
    if not words:
        raise ImprovementError("notes", _("Say what you looked at and what you decided."))
    if len(words) > LONGEST_NOTES:
        raise ImprovementError("notes", _("Keep it to %(n)s characters.") % {"n": LONGEST_NOTES})
    if next_on is not None and next_on <= held_on:
        raise ImprovementError("next_on", _("Choose a day after this meeting."))
    meeting, _is_new = ReviewMeeting.objects.update_or_create(
        department_id=department_id,
        held_on=held_on,
        defaults={"notes": words, "next_on": next_on, "written_by_id": by.person_id, "written_at": at},
    )
    about = [thing("review_meeting", meeting.pk), thing("party", department_id)]
    record(verb="review_meeting_held", by=by.person_id, at=at, about=about, held_on=held_on.isoformat())
    return meeting.pk
