"""What customers outside bought, one thing after another, as the analytics store has it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db import connection

from clientela.kernel.analytics.contracts import Column, Export, Table, Told, ids_named

# What customers outside asked for and pay for, and how it follows upon each other. Nobody's number is in it: what a
# customer bought before and after is told as days, so that it can be asked whether people come back without saying who.
PURCHASES = Table(
    name="purchases",
    columns=(
        Column("request_id", "int64"),
        Column("opened_at", "timestamp"),
        Column("resolved_at", "timestamp", is_nullable=True),
        Column("is_alone", "bool"),  # nothing else that this customer bought was under way when it was opened
        # Whole days from opening to opening: since the customer's purchase before, and since the one before that.
        Column("last_days", "int64", is_nullable=True),
        Column("earlier_days", "int64", is_nullable=True),
        # Whole days from when it was done until the customer's next purchase was opened; null: none yet, or not done.
        Column("next_days", "int64", is_nullable=True),
    ),
    key=("request_id",),
    month_of="opened_at",
)

# Two parties are one customer where a person made sure of it, and merged a request of one into one of the other.
_MERGED = """
SELECT merged.customer_id, kept.customer_id
FROM requests_request AS merged JOIN requests_request AS kept ON kept.id = merged.merged_into_id
WHERE merged.merged_into_id IS NOT NULL AND merged.customer_id <> kept.customer_id
    AND merged.customer_id = ANY(%(ids)s::bigint[])
UNION
SELECT merged.customer_id, kept.customer_id
FROM requests_request AS kept JOIN requests_request AS merged ON merged.merged_into_id = kept.id
WHERE merged.merged_into_id IS NOT NULL AND merged.customer_id <> kept.customer_id
    AND kept.customer_id = ANY(%(ids)s::bigint[])
"""
_CUSTOMERS_OF = """
SELECT DISTINCT customer_id FROM requests_request WHERE id = ANY(%(ids)s::bigint[]) AND side = 'outside'
"""

# No purchases: what was withdrawn, what was merged into another (it was one), complaints, and everything of those who
# were erased or who wish to be left alone. Whether a service is bought is asked as it is now, also of old requests.
#
# All that the customers of the wanted ones bought. Openings and endings of a customer stand in one line, an ending
# before an opening of the same moment; from each ending the next opening is the nearest one below it. So a customer
# with thousands of purchases costs a sort, not every pair of them. Nothing is joined to itself: the database cannot
# know how many rows these are, and would compare every pair of them.
#
# `party_ids` are the parties of all those customers, `customer_ids` beside them the number that their customer goes by.
_PURCHASE_COLUMNS = """
WITH parties AS (
    SELECT * FROM unnest(%(party_ids)s::bigint[], %(customer_ids)s::bigint[]) AS given (id, customer_id)
), left_out AS (
    SELECT parties.customer_id
    FROM parties JOIN directory_party AS party ON party.id = parties.id
    WHERE party.kind = 'department' OR party.erased_at IS NOT NULL OR EXISTS (
        SELECT FROM directory_boundary AS boundary
        WHERE boundary.party_id = party.id AND boundary.kind = 'do_not_contact' AND boundary.lifted_at IS NULL
    )
), bought AS (
    SELECT request.id, parties.customer_id, request.opened_at, request.resolved_at
    FROM parties
    JOIN requests_request AS request ON request.customer_id = parties.id
    JOIN catalogue_serviceversion AS version ON version.id = request.service_version_id
    JOIN catalogue_service AS service ON service.id = version.service_id
    WHERE request.side = 'outside' AND request.state <> 'cancelled' AND request.merged_into_id IS NULL
        AND NOT request.is_complaint AND service.is_bought
        AND parties.customer_id NOT IN (SELECT customer_id FROM left_out)
), followed AS (
    SELECT *, lag(opened_at) OVER turn AS last_at, lag(opened_at, 2) OVER turn AS earlier_at,
        COALESCE(
            max(COALESCE(resolved_at, 'infinity')) OVER (turn ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            '-infinity'
        ) <= opened_at AS is_alone
    FROM bought WINDOW turn AS (PARTITION BY customer_id ORDER BY opened_at, id)
), moments AS (
    SELECT *, resolved_at AS moment, 0 AS turn, NULL::timestamptz AS opening FROM followed WHERE resolved_at IS NOT NULL
    UNION ALL
    SELECT *, opened_at, 1, opened_at FROM followed
), ended AS (
    SELECT *, min(opening) OVER (
        PARTITION BY customer_id ORDER BY moment DESC, turn DESC, id DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING  -- backwards: a frame that only grows is quick
    ) AS next_at
    FROM moments
)
SELECT DISTINCT ON (id) id AS request_id, opened_at, resolved_at, is_alone,
    floor(extract(epoch FROM opened_at - last_at) / 86400)::bigint AS last_days,
    floor(extract(epoch FROM opened_at - earlier_at) / 86400)::bigint AS earlier_days,
    CASE WHEN turn = 0 THEN floor(extract(epoch FROM next_at - resolved_at) / 86400)::bigint END AS next_days
FROM ended WHERE id = ANY(%(ids)s::bigint[])
ORDER BY id, turn
"""

# Every purchase of a customer is told anew when one of theirs changes, when they do, or when a service becomes (or no
# longer is) one that is bought.
_TOUCHED_CUSTOMERS = """
SELECT customer_id FROM requests_request WHERE id = ANY(%(request_ids)s::bigint[]) AND side = 'outside'
UNION
SELECT id FROM directory_party WHERE id = ANY(%(party_ids)s::bigint[]) AND kind <> 'department'
UNION
SELECT request.customer_id
FROM catalogue_serviceversion AS version JOIN requests_request AS request ON request.service_version_id = version.id
WHERE version.service_id = ANY(%(service_ids)s::bigint[]) AND request.side = 'outside'
"""
_OF_CUSTOMERS = """
SELECT id FROM requests_request WHERE customer_id = ANY(%(ids)s::bigint[]) AND side = 'outside'
"""
# What is said and done about a request while it stays what it is. Every other fact may change what somebody bought.
_ONLY_WORDS: Final = frozenset(
    {
        *("message_received", "reply_sent", "note_written", "request_assigned", "request_taken"),
        *("step_finished", "step_undone", "waiting_started", "waiting_ended"),
    }
)


def _touched(facts: Sequence[Told]) -> Collection[int]:
    telling = [fact for fact in facts if fact.verb not in _ONLY_WORDS]
    named = {f"{kind}_ids": sorted(ids_named(telling, kind)) for kind in ("request", "party", "service")}
    if not any(named.values()):
        return ()
    parties = _customer_of_party(_numbers(_TOUCHED_CUSTOMERS, named))
    # What is inside now may have been outside before: the store forgets it when it is read and not found.
    return {*_numbers(_OF_CUSTOMERS, {"ids": sorted(parties)}), *named["request_ids"]}


def _parties_and_customers(ids: Sequence[int]) -> dict[str, list[int]]:
    # Read before the rows: who is merged in between is told by a fact that the next step reads.
    customer_of = _customer_of_party(_numbers(_CUSTOMERS_OF, {"ids": list(ids)}))
    return {"party_ids": list(customer_of), "customer_ids": list(customer_of.values())}


def _customer_of_party(parties: Collection[int]) -> dict[int, int]:
    """Return every party that is one customer with one of these, with the lowest number of that customer's parties.

    A statement for each step away, at least one: who was merged with somebody who was merged with somebody. (One
    statement that walks by itself would hold every pair of a customer's parties.)
    """
    customer_of = {party: party for party in sorted(parties)}
    new = list(customer_of)
    while new:
        with connection.cursor() as cursor:
            cursor.execute(_MERGED, {"ids": new})
            merged = sorted({(min(pair), max(pair)) for pair in cursor.fetchall()})
        new = sorted({party for pair in merged for party in pair} - customer_of.keys())
        customer_of |= {party: party for party in new}
        for one, other in merged:
            lower, higher = sorted((_lowest(customer_of, one), _lowest(customer_of, other)))
            customer_of[higher] = lower
    return {party: _lowest(customer_of, party) for party in customer_of}


def _lowest(customer_of: dict[int, int], party: int) -> int:
    while customer_of[party] != party:
        customer_of[party] = customer_of[customer_of[party]]  # the way is half as long for whoever comes after
        party = customer_of[party]
    return party


def _numbers(statement: str, given: Mapping[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [number for (number,) in cursor.fetchall()]


OF_PURCHASES = Export(
    table=PURCHASES,
    rows=_PURCHASE_COLUMNS,
    all_ids="SELECT id FROM requests_request WHERE side = 'outside'",
    touched_by=_touched,
    given_with=_parties_and_customers,
)
