"""The review meeting of a department: what it was told since the last one, and what it decides."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.kernel.clock import now
from clientela.voice.actions.meeting import write_review_meeting
from clientela.voice.actions.proposing import ImprovementError
from clientela.voice.queries.meetings import meeting_page
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.listen.improvement_forms import MeetingForm
from clientela.web.listen.improvement_words import shown, side_shown, subject_bars
from clientela.web.viewer import KnownRequest


@for_employees
def meeting(request: KnownRequest, key: str) -> HttpResponse:
    """Show what to look at together, and write down what was decided."""
    at, language = now(), get_language() or "en"
    page = meeting_page(request.viewer, key, at=at)
    form = MeetingForm(request.POST if request.method == "POST" else None, initial={"held_on": localdate(at)})
    if request.method == "POST" and form.is_valid():
        try:
            write_review_meeting(
                by=request.viewer,
                at=at,
                department_id=page.department.id,
                held_on=form.cleaned_data["held_on"],
                notes=form.cleaned_data["notes"],
                next_on=form.cleaned_data["next_on"],
            )
        except ImprovementError as error:
            form.refuse(error.field, str(error))
        else:
            say(request, _("Written down."))
            return redirect("listen:meeting", key)
    context = {
        "at": at,
        "place": "listen",
        "page": page,
        "name": page.department.name_in(language),
        "sides": [side_shown(side) for side in page.sides],
        "subjects": subject_bars(page.subjects, language=language),
        "improvements": [shown(one, language=language, today=localdate(at)) for one in page.improvements],
        "form": form,
    }
    return render(request, "listen/meeting.html", context, status=422 if form.errors else 200)
