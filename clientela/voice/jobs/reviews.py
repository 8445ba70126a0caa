"""Reading the review sites that are due."""

import logging

from django.db import OperationalError

from clientela.kernel.clock import now
from clientela.voice.actions import reviews
from clientela.voice.fetching import FetchError, fetch
from clientela.voice.queries.reviews import sites_to_read

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 20


def read_review_sites() -> int:
    """Read each site that is due, one after the other; one that fails rests and does not stop the others."""
    found = sites_to_read(at=now(), limit=MOST_AT_ONCE)
    for site in found:
        try:
            fetched = fetch(site.address, is_inside=site.is_inside, etag=site.etag, modified=site.modified)
        except FetchError as error:
            reviews.note_site_failure(at=now(), site_id=site.id, reason=str(error))
            continue
        if fetched.content is None:
            reviews.note_site_unchanged(at=now(), site_id=site.id)
            continue
        try:
            reviews.take_in_answer(
                at=now(), site_id=site.id, content=fetched.content, etag=fetched.etag, modified=fetched.modified
            )
        except OperationalError:
            raise  # the database's trouble, not the site's
        except Exception:
            # Nothing of it is kept. It must not be the first one again and again, with all others behind it.
            logger.exception("What the review site %s sent could not be taken in.", site.id)
            reviews.note_site_failure(at=now(), site_id=site.id, reason="What the site sent could not be read.")
    return len(found)
