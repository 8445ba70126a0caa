"""The addresses that nothing is sent to, for those who look after the mail."""

from dataclasses import dataclass
from datetime import datetime

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.inbox.policies import may_handle_mail
from clientela.kernel import post
from clientela.kernel.policies import require_seen
from clientela.kernel.post import SuppressedSeen


@dataclass(frozen=True)
class SuppressedRow:
    """An address that is suppressed, or was. `by` and `lifted_by` are names, "" where the house did it by itself."""

    seen: SuppressedSeen
    by: str
    lifted_by: str


@dataclass(frozen=True)
class SuppressedRows:
    """A page of them, newest first; `older` is the place to go on from."""

    rows: tuple[SuppressedRow, ...]
    older: tuple[datetime, int] | None


def suppressed_addresses(
    viewer: Viewer,
    *,
    search: str = "",
    are_lifted: bool = False,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> SuppressedRows:
    """Return a page of suppressed addresses. Two statements at most. Raises HiddenError for who looks after no mail."""
    require_seen(may_handle_mail(viewer))
    page = post.suppressed_page(search=search, are_lifted=are_lifted, before=before, limit=limit)
    named = {party for one in page.addresses for party in (one.by_party_id, one.lifted_by_party_id) if party}
    cards = directory.party_cards(named) if named else {}

    def name(party_id: int | None) -> str:
        card = cards.get(party_id or 0)
        return "" if card is None else card.name

    return SuppressedRows(
        tuple(SuppressedRow(one, name(one.by_party_id), name(one.lifted_by_party_id)) for one in page.addresses),
        page.next_before,
    )
