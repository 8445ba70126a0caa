"""What Insight can tell, in a sentence a page; each shown only to those who may see it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clientela.directory.policies import Viewer
from clientela.impact.policies.estimates import may_see_impact
from clientela.impact.policies.parity import may_see_parity
from clientela.impact.policies.rollouts import may_see_rollouts
from clientela.kernel.clock import now
from clientela.network.policies import may_see_own_department, may_see_some_insight
from clientela.requests.policies import may_see_stake_policy
from clientela.web.components.shell import address_of
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest


@dataclass(frozen=True)
class PageLine:
    """One page of Insight: its route (a page without one is not shown), its name, and what it tells."""

    route: str
    words: Promise
    tells: Promise
    icon: str
    may_see: Callable[[Viewer], object]  # a policy's verdict, or anything that is true


# One line each. A page's own view asks its policy again.
PAGES: tuple[PageLine, ...] = (
    PageLine(
        "insight:own_department",
        _("Your department"),
        _("Now and next week: what is open, what is at risk, who waits on whom, and one thing to try."),
        "building",
        may_see_own_department,
    ),
    PageLine(
        "insight:load",
        _("Load"),
        _("What comes in when, how many people work on it, how long it takes and how long it waits."),
        "clock",
        may_see_some_insight,
    ),
    PageLine(
        "insight:time",
        _("Where did the time go"),
        _("How much of the customers’ time each department used, and how much of it was waiting."),
        "hourglass",
        may_see_some_insight,
    ),
    PageLine(
        "insight:turns",
        _("Whose turn is it"),
        _("The written policy of whose need goes first, and who would win and lose by another."),
        "list",
        may_see_stake_policy,
    ),
    PageLine(
        "insight:impact",
        _("Impact"),
        _("What better service inside is worth outside, how sure that is, and what would have to be known."),
        "arrows-exchange",
        may_see_impact,
    ),
    PageLine(
        "insight:parity",
        _("The same standard inside and outside"),
        _("First replies, promises, satisfaction and waiting of colleagues beside those of customers outside."),
        "users",
        may_see_parity,
    ),
    PageLine(
        "insight:what_ifs",
        _("What if"),
        _("One more person, a holiday, a new service: what it would change for every department and its customers."),
        "bulb",
        may_see_some_insight,
    ),
    PageLine(
        "insight:rollouts",
        _("Try it"),
        _("An improvement tried department by department, in random order: did it help, or did it only seem so?"),
        "route",
        may_see_rollouts,
    ),
)


@for_employees
def home(request: KnownRequest) -> HttpResponse:
    """Show the pages that this viewer may open."""
    pages = [
        {"url": url, "words": page.words, "tells": page.tells, "icon": page.icon}
        for page in PAGES
        if (url := address_of(page.route)) and page.may_see(request.viewer)
    ]
    return render(request, "insight/home.html", {"at": now(), "place": "insight", "pages": pages})
