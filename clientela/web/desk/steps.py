"""The steps of the plan in the side of the page: done or not, and what was asked of others for them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from clientela.requests.policies import Access
from clientela.requests.queries import RequestPage, StepSeen
from clientela.requests.rules import Verb
from clientela.web.desk.sentences import Teller
from clientela.web.desk.wording import state_words


@dataclass(frozen=True)
class StepShown:
    """One step. `asked_words`: how that stands which was asked for it. `ask_url`: where to ask for it, or ""."""

    step: StepSeen
    asked_words: str
    ask_words: str
    ask_url: str


def steps_shown(page: RequestPage, *, teller: Teller) -> list[StepShown]:
    """What the side shows of the plan."""
    names = {one.department_id: one.name for one in page.askable}
    may_ask = page.access is Access.FULL and bool(page.verdicts[Verb.ASK_DEPARTMENT])
    address = reverse("desk:ask", args=[page.request.reference])
    shown = []
    for step in page.steps:
        can_be_asked = may_ask and step.ask is not None and step.asked is None and step.done_at is None
        words = url = ""
        if can_be_asked and step.ask is not None:
            words = _("Ask %(department)s: %(service)s") % {
                "department": names[step.ask.owner_id],
                "service": step.ask.title,
            }
            url = f"{address}?{urlencode({'step': step.key})}#write-ask"
        asked_words = state_words(step.asked, teller) if step.asked is not None else ""
        shown.append(StepShown(step, asked_words, words, url))
    return shown
