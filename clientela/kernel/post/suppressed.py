"""Looking at the addresses that nothing is sent to, because mail to them came back for good."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils import translation
from django.utils.translation import gettext as _

from clientela.kernel.models import Letter, SuppressedAddress


@dataclass(frozen=True)
class SuppressedSeen:
    """An address that is suppressed, or was. `words` are their mail server's, or the person's who suppressed it.

    `by_party_id` None: the house itself, because letter `letter_id` bounced with `status` ("5.1.1"). `held_count`: the
    letters that are held because of it.
    """

    id: int
    address: str
    since: datetime
    status: str
    words: str
    letter_id: int | None
    by_party_id: int | None
    lifted_at: datetime | None
    lifted_by_party_id: int | None
    held_count: int


@dataclass(frozen=True)
class SuppressedPage:
    """Suppressed addresses, newest first; `next_before` asks for the next page, None at the end."""

    addresses: tuple[SuppressedSeen, ...]
    next_before: tuple[datetime, int] | None


def address_key(address: str) -> str:
    """The address as suppression compares it: in lower case, without white space around it."""
    return address.strip().lower()


def domain_of(address: str) -> str:
    """What stands after the last @, in lower case; "" if there is none."""
    return address.rpartition("@")[2].strip().lower()[:255] if "@" in address else ""


def suppression_reasons(addresses: Iterable[str]) -> dict[str, str]:
    """Why nothing is sent to those of the addresses that are suppressed, in words; the others are left out.

    One statement for any number. The words are for those who look after the post, in the installation's language.
    """
    asked = {address: address_key(address) for address in addresses}
    suppressed = set(
        SuppressedAddress.objects.filter(address__in=set(asked.values()), lifted_at=None).values_list(
            "address", flat=True
        )
    )
    if not suppressed:
        return {}
    with translation.override(settings.LANGUAGE_CODE):
        reason = _(
            "Mail to this address came back for good, so nothing is sent there until it is lifted in Settings, "
            "Suppressed addresses."
        )
    return {address: reason for address, key in asked.items() if key in suppressed}


def suppressed_page(
    *, search: str = "", are_lifted: bool = False, before: tuple[datetime, int] | None = None, limit: int = 50
) -> SuppressedPage:
    """Addresses that are suppressed (or, with `are_lifted`, were), newest first, older than `before`: (since, id).

    `search` is a part of the address.
    """
    found = _with_held().filter(lifted_at__isnull=not are_lifted)
    if search:
        found = found.filter(address__contains=address_key(search))
    if before is not None:
        since, last_id = before
        found = found.filter(Q(since__lt=since) | Q(since=since, pk__lt=last_id))
    rows = [_seen(row) for row in found.order_by("-since", "-pk")[: limit + 1]]
    shown = rows[:limit]
    return SuppressedPage(tuple(shown), (shown[-1].since, shown[-1].id) if len(rows) > limit else None)


def suppression_of(address: str) -> SuppressedSeen | None:
    """Why nothing is sent to this address, None if it is not suppressed."""
    row = _with_held().filter(address=address_key(address), lifted_at=None).first()
    return None if row is None else _seen(row)


def suppressed_seen(suppressed_id: int) -> SuppressedSeen | None:
    """One suppressed address, lifted or not; None if there is no such."""
    row = _with_held().filter(pk=suppressed_id).first()
    return None if row is None else _seen(row)


def letters_to(address: str | OuterRef) -> QuerySet[Letter]:
    """The letters to this address, given in lower case; by the index on addresses."""
    return Letter.objects.annotate(address_key=Lower("to_address")).filter(address_key=address)


def _with_held() -> QuerySet[SuppressedAddress]:
    held = letters_to(OuterRef("address")).filter(is_held_by_address=True)
    counted = held.values("is_held_by_address").annotate(count=Count("pk")).values("count")
    return SuppressedAddress.objects.annotate(held_count=Coalesce(Subquery(counted), 0))


def _seen(row: SuppressedAddress) -> SuppressedSeen:
    return SuppressedSeen(
        id=row.pk,
        address=row.address,
        since=row.since,
        status=row.status,
        words=row.words,
        letter_id=row.letter_id,
        by_party_id=row.by_party_id,
        lifted_at=row.lifted_at,
        lifted_by_party_id=row.lifted_by_party_id,
        held_count=row.held_count,  # type: ignore[attr-defined]  # annotated
    )
