"""What is stored already, by its hash, and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass

from clientela.inbox.models import RawMessage
from clientela.kernel.policies import HiddenError

_COLUMNS = ("pk", "sha256", "outcome", "reason", "request__reference", "from_address", "subject")


@dataclass(frozen=True)
class StoredOutcome:
    """What came of a stored message; `outcome` is "" while it waits to be understood."""

    raw_id: int
    outcome: str
    reason: str
    reference: str
    from_address: str
    subject: str


def outcomes_of_hashes(hashes: Collection[str]) -> dict[str, StoredOutcome]:
    """What came of the messages with these hashes, by hash; those that are not stored are left out. One statement.

    Of several copies the one that belongs to a request counts, else the first.
    """
    found: dict[str, StoredOutcome] = {}
    for raw_id, sha256, *rest in RawMessage.objects.filter(sha256__in=hashes).order_by("pk").values_list(*_COLUMNS):
        outcome, reason, reference, from_address, subject = rest
        if sha256 not in found or (reference and not found[sha256].reference):
            found[sha256] = StoredOutcome(raw_id, outcome, reason, reference or "", from_address, subject)
    return found


def outcome_of_message(raw_id: int) -> StoredOutcome:
    """What came of one stored message. One statement. Raises HiddenError if there is none."""
    row = RawMessage.objects.filter(pk=raw_id).values_list(*_COLUMNS).first()
    if row is None:
        raise HiddenError(f"There is no message {raw_id}.")
    number, _hash, outcome, reason, reference, from_address, subject = row
    return StoredOutcome(number, outcome, reason, reference or "", from_address, subject)
