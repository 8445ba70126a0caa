"""Why a request lay in a queue: what the department did meanwhile, in sentences, and what one more would change."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.kernel.clock import now
from clientela.network.policies import may_see_load
from clientela.requests import queries
from clientela.requests.queries import QueueStory
from clientela.web.components.parts import AmountBar
from clientela.web.desk.chain_time import WORKING_DAY_SECONDS
from clientela.web.desk.sentences import Teller
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest


@dataclass(frozen=True)
class StoryShown:
    """The story in words: how long, what was there, what was done first; and where to look or try further."""

    how_long: str
    there: str
    done: str
    bars: tuple[AmountBar, ...]
    department: str
    department_url: str
    load_url: str
    what_if_url: str


@for_employees
def queue(request: KnownRequest, reference: str) -> HttpResponse:
    """Show why a request lay where it lay longest."""
    at = now()
    story = queries.queue_story(request.viewer, reference, at=at)
    teller = Teller(request.viewer, at)
    context = {"at": at, "place": "requests", "story": story, "shown": _shown(request, story, teller=teller)}
    return render(request, "desk/queue.html", context)


def _shown(request: KnownRequest, story: QueueStory, *, teller: Teller) -> StoryShown:
    values = {
        "department": story.department,
        "time": teller.time(story.working_seconds, day_seconds=WORKING_DAY_SECONDS),
        "since": teller.moment(story.since),
        "until": teller.moment(story.until),
    }
    how_long = (
        _("From %(since)s to %(until)s nobody at %(department)s had it: %(time)s of their working time.")
        if story.is_over
        else _("Since %(since)s nobody at %(department)s has had it: %(time)s of their working time.")
    )
    sees_load = bool(may_see_load(request.viewer, story.department_id))
    asks = request.viewer.is_owner or story.department_id in request.viewer.headed_department_ids
    question = urlencode(
        [("kind", "people"), ("department", story.department_id), ("people", 1), ("direction", "more")]
    )
    return StoryShown(
        how_long=how_long % values,
        there=_there(story),
        done=_done(story),
        bars=_bars(story),
        department=story.department,
        department_url=reverse("insight:department", args=[story.department_key]) if sees_load else "",
        load_url=f"{reverse('insight:load')}?{urlencode({'department': story.department_key})}" if sees_load else "",
        what_if_url=f"{reverse('insight:new_what_if')}?{question}" if asks else "",
    )


def _there(story: QueueStory) -> str:
    before = ngettext(
        "When it came, %(count)s other request was there.",
        "When it came, %(count)s other requests were there.",
        story.there_before,
    ) % {"count": story.there_before}
    came = ngettext("%(count)s more came meanwhile.", "%(count)s more came meanwhile.", story.came)
    return f"{before} {came % {'count': story.came}}"


def _done(story: QueueStory) -> str:
    if story.done == 0:
        return _("None of the others was done in that time.")
    return ngettext(
        "In that time %(count)s other was done first:", "In that time %(count)s others were done first:", story.done
    ) % {"count": story.done}


def _bars(story: QueueStory) -> tuple[AmountBar, ...]:
    parts = (
        (story.done_before, _("had come before it")),
        (story.done_weighty, _("came later and weighed more: safety, stopped work, a complaint, several people")),
        (story.done_shorter, _("came later and were promised sooner")),
        (story.done_other, _("came later, for other reasons")),
    )
    return tuple(AmountBar(name=words, value=count) for count, words in parts if count)
