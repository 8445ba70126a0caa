"""The directory as a list: people, organisations and departments, found by name, address or number."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import may_manage_directory, may_register_customer
from clientela.directory.queries import DepartmentCard, ListedParty, Place
from clientela.kernel.clock import now
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest

A_PAGE = 40
AMONG = ("colleagues", "customers", "departments")
LONGEST_NUMBER = 18  # digits of a bigint


@dataclass(frozen=True)
class Choice:
    """One answer of a filter."""

    key: str
    words: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class LineShown:
    """Somebody in the list. `role` and `works_in` are for colleagues."""

    party: ListedParty
    url: str
    works_in: tuple[str, ...]
    is_head: bool


@dataclass(frozen=True)
class BranchShown:
    """A department in the tree, `depth` levels below the top."""

    card: DepartmentCard
    name: str
    url: str
    above: str


@for_employees
def people(request: KnownRequest) -> HttpResponse:
    """Show colleagues, customers or departments, a page at a time."""
    at = now()
    words = request.GET.get("q", "").strip()
    asked = request.GET.get("among", "")
    among = asked if asked in AMONG else ("everybody" if words else AMONG[0])
    after = place_in(request.GET.get("after", ""))
    context: dict[str, object] = {
        "at": at,
        "place": "people",
        "words": words,
        "among": among,
        "choices": _choices(among, words, sees_customers=_sees_customers(request)),
        "may_import": bool(may_manage_directory(request.viewer)),
        "may_register": bool(may_register_customer(request.viewer)),
    }
    if among == "departments":
        context["branches"] = _branches(words)
    else:
        page = directory.people_page(
            request.viewer,
            at=at,
            among=among,  # type: ignore[arg-type]  # one of AMONG, checked above
            words=words,
            after=after,
            limit=A_PAGE,
        )
        filters = {"among": asked, "q": words}
        context["rows"] = [_line(row) for row in page.rows]
        context["next_url"] = _address({**filters, "after": text_of(page.next_after)}) if page.next_after else ""
        context["first_url"] = _address(filters) if after else ""
    return render(request, "directory/people.html", context)


def text_of(place: Place) -> str:
    """Write a place of the list as it stands in an address."""
    return f"{place.id}~{place.name_key}"


def place_in(text: str) -> Place | None:
    """Read a place of the list; None for none, and for what nobody of us wrote."""
    number, separator, key = text.partition("~")
    if not separator or not number.isdecimal() or len(number) > LONGEST_NUMBER or "\0" in key:
        return None
    return Place(key, int(number))


def url_of(kind: str, party_id: int) -> str:
    """Return the address of a party's page."""
    return reverse(f"directory:{kind}", args=[party_id])


def _sees_customers(request: KnownRequest) -> bool:
    viewer = request.viewer
    return viewer.is_administrator or viewer.is_owner or viewer.serves_outside


def _choices(among: str, words: str, *, sees_customers: bool) -> list[Choice]:
    named = {"colleagues": _("Colleagues"), "customers": _("Customers"), "departments": _("Departments")}
    if not sees_customers:
        del named["customers"]
    return [
        Choice(key, said, _address({"among": key, "q": words}), is_chosen=key == among) for key, said in named.items()
    ]


def _line(row: ListedParty) -> LineShown:
    language = get_language() or "en"
    return LineShown(
        party=row,
        url=url_of(row.kind, row.id),
        works_in=tuple(place.names.get(language, place.name) for place in row.works_in),
        is_head=any(place.role == "head" for place in row.works_in),
    )


def _branches(words: str) -> list[BranchShown]:
    language = get_language() or "en"
    cards = {card.id: card for card in directory.departments()}
    wanted = words.casefold().split()

    def line(card: DepartmentCard) -> list[str]:
        above = [] if card.parent_id is None else line(cards[card.parent_id])
        return [*above, card.name_in(language)]

    shown = []
    for card in cards.values():
        names = line(card)
        said = " ".join([*names, card.key, card.place]).casefold()
        if all(word in said for word in wanted):
            shown.append(BranchShown(card, names[-1], url_of("department", card.id), " › ".join(names[:-1])))
    return sorted(shown, key=lambda branch: (branch.above or branch.name, bool(branch.above), branch.name))


def _address(query: dict[str, str]) -> str:
    kept = {key: value for key, value in query.items() if value}
    return reverse("directory:people") + (f"?{urlencode(kept)}" if kept else "")
