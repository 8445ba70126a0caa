"""Who waits on whom, and where the time went."""

from collections.abc import Sequence
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.requests.queries import ChainLink, RequestGlimpse, RequestPage, TimeUsed
from clientela.web.components.parts import Hop
from clientela.web.desk.sentences import Teller
from clientela.web.desk.wording import state_words

LONGEST_TITLE = 36


def hops_of(page: RequestPage, *, teller: Teller) -> list[Hop]:
    """From the customer through every department to the last; where several are asked at once, one hop for them."""
    outermost = page.above[0].request if page.above else page.request
    hops = [Hop(name=outermost.customer.name, is_inside=outermost.is_inside)]
    hops += [_hop(link.request) for link in page.above]
    hops.append(Hop(name=page.request.provider.name, words=state_words(page.request, teller), is_current=True))
    for _depth, links in groupby(page.below, key=lambda link: link.depth):
        hops.append(_hop_of_all(list(links)))
    return hops


def time_sentence(used: Sequence[TimeUsed], *, teller: Teller) -> str:
    """`18 h of working time so far, 10 h of it at Maintenance.`"""
    spent = [part for part in used if part.seconds > 0]
    if not spent:
        return ""
    total = teller.time(sum(part.seconds for part in spent))
    if len(spent) == 1:
        return _("%(time)s of working time so far, all of it at %(department)s.") % {
            "time": total,
            "department": spent[0].department.name,
        }
    most = max(spent, key=lambda part: part.seconds)
    return _("%(time)s of working time so far, %(most)s of it at %(department)s.") % {
        "time": total,
        "most": teller.time(most.seconds),
        "department": most.department.name,
    }


def _hop(request: RequestGlimpse) -> Hop:
    return Hop(
        name=request.provider.name, words=_short(request.title), url=reverse("desk:request", args=[request.reference])
    )


def _hop_of_all(links: Sequence[ChainLink]) -> Hop:
    if len(links) == 1:
        return _hop(links[0].request)
    names = ", ".join(dict.fromkeys(link.request.provider.name for link in links))
    words = ngettext("%(count)s request", "%(count)s requests", len(links)) % {"count": len(links)}
    return Hop(name=names, words=words, url="#waits-on")


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rstrip() + "…"
