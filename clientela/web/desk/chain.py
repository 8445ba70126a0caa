"""Who waits on whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clientela.requests.policies import Access
from clientela.requests.queries import ChainLink, PartSeen, RequestGlimpse, RequestPage, TogetherSeen
from clientela.requests.rules import LIVE, Manner, PartState, Verb
from clientela.web.components.parts import Hop
from clientela.web.desk.sentences import Teller
from clientela.web.desk.wording import state_words

LONGEST_TITLE = 36
PART_WORDS = {
    PartState.PLANNED: gettext_lazy("not asked yet"),
    PartState.LIVE: gettext_lazy("in work"),
    PartState.RESOLVED: gettext_lazy("done"),
    PartState.CANCELLED: gettext_lazy("cancelled"),
    PartState.DROPPED: gettext_lazy("dropped, never asked"),
}
FEW_NAMES = 2


def hops_of(page: RequestPage, *, teller: Teller) -> list[Hop]:
    """From the customer through every department to the last; where several stand side by side, one hop for them."""
    hops = [_customers(page)]
    for _depth, links in groupby(page.above, key=lambda link: link.depth):
        hops.append(_hop_of_all(list(links)))
    hops.append(Hop(name=page.request.provider.name, words=state_words(page.request, teller), is_current=True))
    for _depth, links in groupby(page.below, key=lambda link: link.depth):
        hops.append(_hop_of_all(list(links)))
    return hops


def _customers(page: RequestPage) -> Hop:
    """Who waits at the end of it all: one customer, or as many as wait for the same."""
    outermost = [link.request for link in page.above if link.is_outermost] or [page.request]
    names = list(dict.fromkeys(_customer_name(request, page) for request in outermost))
    is_inside = all(request.is_inside for request in outermost)
    if len(names) <= FEW_NAMES:
        return Hop(name=", ".join(names), is_inside=is_inside)
    count = ngettext("%(count)s customer", "%(count)s customers", len(names)) % {"count": len(names)}
    return Hop(name=count, is_inside=is_inside)


def _customer_name(request: RequestGlimpse, page: RequestPage) -> str:
    """A colleague's own request is theirs: departments further along learn that somebody waits, not who."""
    is_of_others = request.id != page.request.id
    if is_of_others and request.is_inside and request.customer.kind == "person":
        return _("a colleague")
    return request.customer.name


def _hop(request: RequestGlimpse) -> Hop:
    return Hop(
        name=request.provider.name, words=_short(request.title), url=reverse("desk:request", args=[request.reference])
    )


def _hop_of_all(links: Sequence[ChainLink]) -> Hop:
    links = list({link.request.id: link for link in links}.values())  # reached by two ways, it is still one
    if len(links) == 1:
        return _hop(links[0].request)
    names = ", ".join(dict.fromkeys(link.request.provider.name for link in links))
    words = ngettext("%(count)s request", "%(count)s requests", len(links)) % {"count": len(links)}
    return Hop(name=names, words=words, url="#waits-on" if links[0].depth > 0 else "")


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rstrip() + "…"


@dataclass(frozen=True)
class BranchShown:
    """One request that this one waits on, with what may be done about the link: `may_unlink` only for those of ours."""

    link: ChainLink
    words: str
    may_unlink: bool


@dataclass(frozen=True)
class PartShown:
    """One part of what was asked together, in its order."""

    part: PartSeen
    words: str
    comes_next: bool  # its turn has not come; it follows on the one before


@dataclass(frozen=True)
class TogetherShown:
    """What was asked together, with a sentence on how far it is."""

    together: TogetherSeen
    words: str
    parts: tuple[PartShown, ...]


def branches_of(page: RequestPage, *, teller: Teller) -> list[BranchShown]:
    """What it waits on, each once, the nearest first; parts asked together stand in their own list."""
    together = {part.reference for one in page.together for part in one.parts if part.reference}
    may_change = page.access is Access.FULL and bool(page.verdicts[Verb.ASK_DEPARTMENT])
    nearest = {link.request.id: link for link in sorted(page.below, key=lambda link: -link.depth)}
    return [
        BranchShown(
            link=link,
            words=_waited_for(link, teller),
            may_unlink=may_change and link.depth == 1 and link.request.state in LIVE,
        )
        for link in sorted(nearest.values(), key=lambda link: (link.depth, link.request.id))
        if link.request.reference not in together
    ]


def together_shown(one: TogetherSeen) -> TogetherShown:
    """`Two of three are enough; one is done.`"""
    numbers = {"done": one.done, "enough": one.enough, "all": len(one.parts)}
    if one.enough < len(one.parts):
        words = _("%(enough)s of %(all)s are enough; %(done)s done so far.") % numbers
    else:
        words = _("%(done)s of %(all)s done.") % numbers
    return TogetherShown(
        together=one,
        words=words,
        parts=tuple(
            PartShown(part, str(PART_WORDS[part.state]), comes_next=one.manner == Manner.IN_ORDER and part.position > 0)
            for part in one.parts
        ),
    )


def _waited_for(link: ChainLink, teller: Teller) -> str:
    words = state_words(link.request, teller)
    if link.depth == 1 and not link.is_blocking and link.request.state in LIVE:
        return _("%(state)s; not waited for") % {"state": words}
    return words
