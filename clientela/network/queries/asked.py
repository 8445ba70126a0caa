"""What people said of who depends on whom: by department, never by person, and never of fewer than five."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.policies import require_seen
from clientela.network import rules
from clientela.network.models import AskedPair, DependenceInvitation, DependenceRound
from clientela.network.policies import dependence_token, may_ask_about_dependence, may_see_service_map
from clientela.network.rules import Mean, Share
from clientela.network.rules.sheets import LEAST_PEOPLE, MATTERS, QUALITY
from clientela.voice.rules import figures
from clientela.voice.rules.figures import Difference

# Of each department what its people said the last time that they were asked, all of it or nothing.
_PAIRS = """
WITH newest AS (
    SELECT DISTINCT ON (invitation.department_id) invitation.department_id, round.id AS round_id
    FROM network_dependenceround AS round JOIN network_dependenceinvitation AS invitation
        ON invitation.round_id = round.id
    WHERE NOT round.is_open ORDER BY invitation.department_id, round.counted_at DESC, round.id DESC
)
SELECT pair.rater_id, pair.other_id, pair.side, pair.people, pair.matters_counts, pair.quality_counts
FROM newest JOIN network_askedpair AS pair
    ON pair.round_id = newest.round_id AND pair.rater_id = newest.department_id
"""
_WORDS = """
WITH newest AS (
    SELECT DISTINCT ON (invitation.department_id) invitation.department_id, round.id AS round_id
    FROM network_dependenceround AS round JOIN network_dependenceinvitation AS invitation
        ON invitation.round_id = round.id
    WHERE NOT round.is_open ORDER BY invitation.department_id, round.counted_at DESC, round.id DESC
)
SELECT said.rater_id, said.other_id, said.service_id, said.words, said.people
FROM newest JOIN network_askedword AS said ON said.round_id = newest.round_id AND said.rater_id = newest.department_id
WHERE said.other_id IS NOT NULL ORDER BY said.people DESC, said.id
"""

Line = tuple[int, int]  # provider and customer


@dataclass(frozen=True)
class Opinion:
    """What the people of one department said of another: how much it matters (0 to 4), how good it is (1 to 5).

    `people` named the other department at all; a figure is None when too few of them said anything of it.
    """

    people: int
    importance: Mean | None
    quality: Mean | None


NOTHING = Opinion(0, None, None)


@dataclass(frozen=True)
class AskedPairs:
    """What was said the last time that each department was asked, by (provider, customer): departments that had no
    department above them then. A pair that fewer than five people spoke of is not in it at all.
    """

    by_customer: dict[Line, Opinion]
    by_supplier: dict[Line, Opinion]


def asked_pairs() -> AskedPairs:
    """Return what was said. One statement."""
    by_customer: dict[Line, Opinion] = {}
    by_supplier: dict[Line, Opinion] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS)
        for rater, other, side, people, matters, quality in cursor.fetchall():
            opinion = Opinion(people, _mean(matters, MATTERS), _mean(quality, QUALITY))
            if side == AskedPair.Side.CUSTOMER:
                by_customer[other, rater] = opinion
            else:
                by_supplier[rater, other] = opinion
    return AskedPairs(by_customer, by_supplier)


def _mean(counts: list[int], scale: range) -> Mean | None:
    return rules.mean_of(dict(zip(scale, counts, strict=True)), lowest=scale[0], highest=scale[-1])


@dataclass(frozen=True)
class Gap:
    """One department serving another, as each side sees it. `is_…_clear`: the two differ by more than chance.

    A gap is what the customers say less what the suppliers say; None where one side said too little.
    """

    provider: directory.DepartmentCard
    customer: directory.DepartmentCard
    by_customer: Opinion
    by_supplier: Opinion
    importance_gap: Difference | None
    quality_gap: Difference | None
    services: tuple[tuple[str, int], ...]  # for which it is needed, and by how many people: titles
    words: tuple[tuple[str, int], ...]  # the same in words that five or more wrote alike

    @property
    def widest(self) -> float:
        """The larger of both gaps, without its sign; those that chance explains stand behind all others."""
        gaps = [gap for gap in (self.importance_gap, self.quality_gap) if gap is not None]
        return max((abs(gap.value) + (10 if gap.is_clear else 0) for gap in gaps), default=-1.0)


@dataclass(frozen=True)
class GapsPage:
    """Where the two sides see it differently, the clearest first. `counted_at`: the newest round; None: none yet."""

    gaps: tuple[Gap, ...]
    counted_at: datetime | None


def gaps_page(viewer: Viewer, *, language: str) -> GapsPage:
    """Return how those who serve and those who are served see each other. Five statements, six with services.

    Raises HiddenError for who is not a colleague.
    """
    require_seen(may_see_service_map(viewer))
    cards = {card.id: card for card in directory.departments()}
    said = asked_pairs()
    services, words = _needs(language)
    gaps = []
    for line in {**said.by_customer, **said.by_supplier}:
        customers, suppliers = said.by_customer.get(line, NOTHING), said.by_supplier.get(line, NOTHING)
        gaps.append(
            Gap(
                provider=cards[line[0]],
                customer=cards[line[1]],
                by_customer=customers,
                by_supplier=suppliers,
                importance_gap=_gap(customers.importance, suppliers.importance),
                quality_gap=_gap(customers.quality, suppliers.quality),
                services=tuple(services.get(line, ())),
                words=tuple(words.get(line, ())),
            )
        )
    return GapsPage(
        gaps=tuple(sorted(gaps, key=lambda gap: (-gap.widest, gap.provider.key, gap.customer.key))),
        counted_at=DependenceRound.objects.filter(is_open=False)
        .order_by("-counted_at")
        .values_list("counted_at", flat=True)
        .first(),
    )


def _needs(language: str) -> tuple[dict[Line, list[tuple[str, int]]], dict[Line, list[tuple[str, int]]]]:
    """By line: services and words for which five people or more need the provider, the most people first."""
    services: dict[Line, list[tuple[str, int]]] = defaultdict(list)
    words: dict[Line, list[tuple[str, int]]] = defaultdict(list)
    titles = {service.service_id: service.title for service in catalogue.services_in_brief(language=language)}
    with connection.cursor() as cursor:
        cursor.execute(_WORDS)
        for rater, other, service_id, told, people in cursor.fetchall():
            if service_id is None:
                words[other, rater].append((told, people))
            else:
                services[other, rater].append((titles[service_id], people))
    return services, words


def _gap(customers: Mean | None, suppliers: Mean | None) -> Difference | None:
    if customers is None or suppliers is None:
        return None
    return figures.difference_of(
        figures.Mean(suppliers.mean, suppliers.low, suppliers.high, suppliers.n),
        figures.Mean(customers.mean, customers.low, customers.high, customers.n),
    )


@dataclass(frozen=True)
class RoundSeen:
    """A round that is open: since when, until when, and why."""

    id: int
    opens_at: datetime
    closes_at: datetime
    words: str
    departments: tuple[directory.DepartmentCard, ...]  # none: everybody


@dataclass(frozen=True)
class Progress:
    """How many of a department have answered; of several small ones together, `department` is None."""

    department: directory.DepartmentCard | None
    asked: int
    answered: int
    share: Share


@dataclass(frozen=True)
class AskingPage:
    """What the viewer has to answer, and, for who may ask, how it goes."""

    open: RoundSeen | None
    own_token: str  # "": they are not asked, or nobody is
    has_answered: bool
    may_ask: bool
    progress: tuple[Progress, ...]  # only for who may ask; nothing of fewer than five people
    departments: tuple[directory.DepartmentCard, ...]  # that may be asked; only for who may ask
    counted_at: datetime | None  # of the last round that ended


def asking_page(viewer: Viewer, *, at: datetime) -> AskingPage:
    """Return what the viewer sees of the asking. Five statements at most. Raises HiddenError."""
    require_seen(may_see_service_map(viewer))
    may_ask = bool(may_ask_about_dependence(viewer))
    cards = directory.departments()
    by_id = {card.id: card for card in cards}
    asking = DependenceRound.objects.filter(is_open=True, closes_at__gt=at).first()
    mine = DependenceInvitation.objects.filter(round=asking, person=viewer.person_id).first() if asking else None
    last = DependenceRound.objects.filter(is_open=False).order_by("-counted_at").values_list("counted_at", flat=True)
    return AskingPage(
        open=_round(asking, by_id) if asking else None,
        own_token=dependence_token(mine.pk) if mine else "",
        has_answered=mine is not None and mine.answered_on is not None,
        may_ask=may_ask,
        progress=_progress(asking.pk, by_id) if may_ask and asking else (),
        departments=tuple(card for card in cards if card.parent_id is None) if may_ask else (),
        counted_at=last.first(),
    )


def _round(asking: DependenceRound, by_id: dict[int, directory.DepartmentCard]) -> RoundSeen:
    return RoundSeen(
        id=asking.pk,
        opens_at=asking.opens_at,
        closes_at=asking.closes_at,
        words=asking.words,
        departments=tuple(by_id[number] for number in asking.department_ids if number in by_id),
    )


def _progress(round_id: int, by_id: dict[int, directory.DepartmentCard]) -> tuple[Progress, ...]:
    rows = (
        DependenceInvitation.objects.filter(round=round_id)
        .values_list("department")
        .annotate(asked=Count("pk"), answered=Count("pk", filter=Q(answered_on__isnull=False)))
    )
    large: list[tuple[int | None, int, int]] = []
    small_asked = small_answered = 0
    for department_id, asked, answered in rows:
        if asked >= LEAST_PEOPLE:
            large.append((department_id, asked, answered))
        else:
            small_asked, small_answered = small_asked + asked, small_answered + answered
    large.sort(key=lambda row: by_id[row[0]].key if row[0] else "")
    if small_asked >= LEAST_PEOPLE:
        large.append((None, small_asked, small_answered))
    return tuple(
        Progress(None if number is None else by_id[number], asked, answered, share)
        for number, asked, answered in large
        if (share := rules.share_of(answered, asked)) is not None
    )
