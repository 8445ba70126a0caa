"""What customers do not want, in words, and what it means for a letter."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clientela.directory.models import Boundary
from clientela.directory.rules import BoundaryInForce

LONGEST_REASON = 200


@dataclass(frozen=True)
class BoundarySeen:
    """A wish, ready to show: `words` is "No letters about offers" or the like."""

    id: int
    kind: str
    words: str
    source: str
    starts_on: date
    ends_on: date | None


def wishes_of(party_ids: Iterable[int]) -> list[BoundaryInForce]:
    """The wishes of these parties that nobody has lifted, whatever their days. One statement."""
    wanted = set(party_ids)
    return wishes_among(wishes_by_party(wanted), wanted)


def wishes_by_party(party_ids: Iterable[int]) -> dict[int, list[tuple[int, BoundaryInForce]]]:
    """The wishes that nobody has lifted, by party, each with the id of its row. One statement."""
    found: dict[int, list[tuple[int, BoundaryInForce]]] = defaultdict(list)
    for row in Boundary.objects.filter(party_id__in=set(party_ids), lifted_at__isnull=True).order_by("id"):
        wish = BoundaryInForce(
            kind=row.kind, rule=dict(row.rule), source=row.source, starts_on=row.starts_on, ends_on=row.ends_on
        )
        found[row.party_id].append((row.pk, wish))
    return dict(found)


def wishes_among(
    by_party: Mapping[int, Sequence[tuple[int, BoundaryInForce]]], party_ids: Collection[int]
) -> list[BoundaryInForce]:
    """Those of some parties, the oldest first, of what `wishes_by_party` found."""
    wishes = [wish for party_id in party_ids for wish in by_party.get(party_id, ())]
    return [wish for _row, wish in sorted(wishes, key=lambda numbered: numbered[0])]


def boundary_seen(row: Boundary) -> BoundarySeen:
    """The row, ready to show."""
    return BoundarySeen(
        id=row.pk,
        kind=row.kind,
        words=boundary_words(row.kind, row.rule),
        source=row.source,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def boundary_words(kind: str, rule: dict[str, str]) -> str:
    """What the customer wishes, in a few words in the language of the page."""
    if kind == "quiet_hours":
        return _("No letters from %(start)s to %(end)s") % {"start": rule.get("from", ""), "end": rule.get("to", "")}
    words = {
        ("channel", "email"): _("No e-mail"),
        ("channel", "phone"): _("No phone calls"),
        ("channel", "post"): _("No letters by post"),
        ("subject", "offers"): _("No letters about offers"),
        ("subject", "surveys"): _("No letters asking for an opinion"),
        ("subject", "news"): _("No letters with news"),
    }
    return words.get((kind, rule.get(kind, "")), _("No contact at all"))


def hold_reason(name: str, wish: BoundaryInForce) -> str:
    """Why a letter to `name` is held back, as a sentence for agents, of at most 200 characters.

    "Zofia asked us not to write by e-mail (noted 3 Nov 2026, phone call)."
    """
    sentences = {
        "email": _("%(name)s asked us not to write by e-mail (noted %(day)s, %(source)s)."),
        "offers": _("%(name)s asked us not to write about offers (noted %(day)s, %(source)s)."),
        "surveys": _("%(name)s asked us not to ask for opinions (noted %(day)s, %(source)s)."),
        "news": _("%(name)s asked us not to send news (noted %(day)s, %(source)s)."),
        "quiet_hours": _("%(name)s asked for quiet hours that never end (noted %(day)s, %(source)s)."),
    }
    no_contact = _("%(name)s asked us not to get in touch at all (noted %(day)s, %(source)s).")
    sentence = sentences.get(wish.rule.get(wish.kind, wish.kind), no_contact)
    day = date_format(wish.starts_on, "j M Y")
    room = LONGEST_REASON - len(sentence % {"name": name, "day": day, "source": ""})
    source = wish.source if len(wish.source) <= room else wish.source[: max(room - 1, 0)] + "…"
    return (sentence % {"name": name, "day": day, "source": source})[:LONGEST_REASON]
