"""Reading the journal in tests: what was recorded, in order."""

from clientela.kernel.models import Fact


def facts() -> list[tuple[str, int | None, tuple[str, ...], dict[str, object]]]:
    """Every fact as (verb, by, about, data), oldest first."""
    return [(fact.verb, fact.by_party_id, tuple(fact.about), dict(fact.data)) for fact in Fact.objects.order_by("id")]
