"""Which mails were understood before: the same bytes, or the same mail by another way."""

from collections.abc import Sequence
from functools import cache

from django.db import connection

from clientela.inbox.models import RawMessage
from clientela.inbox.reading.mail import ReadMail
from clientela.inbox.reading.read import ReadMessage, UnreadableMessage, read_message
from clientela.inbox.rules.copies import is_same_message

MOST_COMPARED = 3  # of the earlier mails with one Message-ID from one sender: the first ones
_FIRST_WITH_NAME = """
SELECT named.place, earlier.id, earlier.request_id
FROM unnest(%(places)s::int[], %(ids)s::bigint[], %(names)s::text[], %(addresses)s::text[])
    AS named (place, raw_id, mail_id, address)
CROSS JOIN LATERAL (
    SELECT id, request_id FROM inbox_rawmessage
    WHERE mail_id = named.mail_id AND mail_id <> '' AND lower(from_address) = lower(named.address)
        AND understood_at IS NOT NULL AND request_id IS NOT NULL AND id <> named.raw_id
    ORDER BY id LIMIT %(most)s
) AS earlier
ORDER BY named.place, earlier.id
"""


def earlier_requests(raws: Sequence[RawMessage], mails: Sequence[ReadMail]) -> dict[int, int]:
    """The request of the same message understood before, by the row of the stored message.

    Two statements, and one for each earlier mail with the Message-ID of one of these: it is read again and compared.
    """
    before = RawMessage.objects.filter(understood_at__isnull=False, request__isnull=False)
    alike = before.filter(sha256__in={raw.sha256 for raw in raws})
    by_hash = dict(alike.order_by("sha256", "pk").distinct("sha256").values_list("sha256", "request_id"))
    found = {raw.pk: by_hash[raw.sha256] for raw in raws if raw.sha256 in by_hash}
    left = [place for place, raw in enumerate(raws) if raw.pk not in found and mails[place].mail_id]
    reread = cache(_reread)
    for place, earlier_id, request_id in _with_the_name(left, raws, mails):
        raw = raws[place]
        if raw.pk in found:
            continue
        earlier = reread(earlier_id)
        if earlier is not None and is_same_message(mails[place].read, earlier):
            found[raw.pk] = request_id
    return found


def _with_the_name(
    places: Sequence[int], raws: Sequence[RawMessage], mails: Sequence[ReadMail]
) -> list[tuple[int, int, int]]:
    """The earlier mails with the same Message-ID and sender, as (place, its row, its request), the first ones first."""
    if not places:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _FIRST_WITH_NAME,
            {
                "places": list(places),
                "ids": [raws[place].pk for place in places],
                "names": [mails[place].mail_id for place in places],
                "addresses": [mails[place].address for place in places],
                "most": MOST_COMPARED,
            },
        )
        return [(place, earlier_id, request_id) for place, earlier_id, request_id in cursor.fetchall()]


def _reread(raw_id: int) -> ReadMessage | None:
    content = RawMessage.objects.values_list("content", flat=True).get(pk=raw_id)
    try:
        return read_message(bytes(content))
    except UnreadableMessage:
        return None
