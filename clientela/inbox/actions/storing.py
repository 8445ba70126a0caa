"""The raw thing first: a message is kept byte for byte before anybody tries to understand it."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from procrastinate.contrib.django import app

from clientela.inbox.models import RawMessage

# The job's name, by which it is deferred: it lives in `clientela.inbox.jobs`, which stands above this module.
UNDERSTAND_JOB = "clientela.inbox.jobs.understand_one_message"
LONGEST_ADDRESS = 320


@transaction.atomic
def store_raw_message(
    *, at: datetime, came_by: str, content: bytes, envelope_from: str = "", envelope_to: Sequence[str] = ()
) -> int:
    """Keep a message exactly as it came, and return its id. Once this has committed, nothing can lose it any more.

    `came_by`: smtp or file. The job that understands it is deferred in the same transaction for what came by SMTP; a
    sweep finds what a lost job left behind.
    """
    raw = RawMessage.objects.create(
        received_at=at,
        came_by=came_by,
        envelope_from=_storable(envelope_from),
        envelope_to=[_storable(address) for address in envelope_to],
        content=content,
        sha256=sha256(content).hexdigest(),
        size_bytes=len(content),
    )
    if came_by == RawMessage.CameBy.SMTP:
        app.configure_task(UNDERSTAND_JOB).defer(raw_id=raw.pk)
    return raw.pk


def _storable(address: str) -> str:
    return address.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:LONGEST_ADDRESS]
