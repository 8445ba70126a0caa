"""How fast letters go to one domain: a limit a minute, and pauses that grow while it puts letters off.

One domain that says "later" must not be asked again and again, and must not hold up the others. While it is paused
nothing is tried; when the pause is over one letter tries, and the others follow if it is taken. A reply may use up
all of the limit, letters to many only a half, so that there is room for replies. A link that somebody waits for at
the door is never kept back.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from clientela.kernel.models import DomainPace, Letter

Priority = Letter.Priority

MINUTE = timedelta(minutes=1)
SHORTEST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
# The first "later" may be about one mailbox, or a way to find out robots; from the second in a row on it is the domain.
PUT_OFF_WITHOUT_A_PAUSE = 1
# Of the limit, how much each kind of letter may use up.
SHARES: Mapping[int, float] = {Priority.REPLY: 1.0, Priority.AUTOMATIC: 0.75, Priority.MANY: 0.5}
LONGEST_WORDS = 500

_DUE = """
    SELECT letter.id FROM kernel_letter AS letter LEFT JOIN kernel_domainpace AS pace ON pace.domain = letter.to_domain
    WHERE letter.due_at IS NOT NULL AND letter.due_at <= %(at)s AND letter.priority = ANY(%(priorities)s) AND (
        letter.priority = 0 OR pace.domain IS NULL OR NOT (
            coalesce(pace.paused_until > %(at)s, false)
            OR pace.minute_began_at > %(minute_ago)s
            AND pace.minute_count >= CASE letter.priority WHEN 1 THEN %(reply)s WHEN 2 THEN %(automatic)s
                ELSE %(many)s END
        )
    )
    ORDER BY letter.priority, letter.due_at, letter.id LIMIT %(limit)s
"""
# A minute that is over begins again with this letter.
_COUNT = """
    INSERT INTO kernel_domainpace AS pace (domain, put_off_count, words, minute_began_at, minute_count)
    VALUES (%(domain)s, 0, '', %(at)s, 1)
    ON CONFLICT (domain) DO UPDATE SET
        minute_began_at = CASE WHEN pace.minute_began_at > %(minute_ago)s THEN pace.minute_began_at ELSE %(at)s END,
        minute_count = CASE WHEN pace.minute_began_at > %(minute_ago)s THEN pace.minute_count + 1 ELSE 1 END
"""


def letters_to_try(*, at: datetime, priorities: frozenset[int], limit: int) -> list[int]:
    """The ids of letters that are due and whose domain takes more at `at`: the most urgent, then the longest due."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DUE,
            {
                "at": at,
                "minute_ago": at - MINUTE,
                "priorities": sorted(priorities),
                "limit": limit,
                "reply": limit_of(Priority.REPLY),
                "automatic": limit_of(Priority.AUTOMATIC),
                "many": limit_of(Priority.MANY),
            },
        )
        return [int(row[0]) for row in cursor.fetchall()]


def limit_of(priority: int) -> int:
    """How many letters a minute may have gone to a domain when one of this priority still goes."""
    return max(1, int(settings.DOMAIN_LETTERS_A_MINUTE * SHARES.get(priority, 1.0)))


def takes_more(letter: Letter, *, at: datetime) -> bool:
    """Whether the letter's domain takes it at `at`."""
    if letter.priority == Priority.ACCESS:
        return True
    pace = DomainPace.objects.filter(domain=letter.to_domain).first()
    if pace is None:
        return True
    if pace.paused_until is not None and pace.paused_until > at:
        return False
    return pace.minute_began_at <= at - MINUTE or pace.minute_count < limit_of(letter.priority)


def note_try(domain: str, *, at: datetime) -> None:
    """Count a letter that is tried now."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"domain": domain, "at": at, "minute_ago": at - MINUTE})


def note_taken(domain: str) -> None:
    """Let the domain's letters go on: it took one."""
    DomainPace.objects.filter(domain=domain, put_off_count__gt=0).update(put_off_count=0, paused_until=None, words="")


def note_put_off(domain: str, *, at: datetime, words: str) -> None:
    """Make the domain's letters wait, the longer the more often in a row it put one off."""
    pace = DomainPace.objects.select_for_update().filter(domain=domain).first()
    if pace is None:
        return
    pace.put_off_count += 1
    pace.paused_until = at + pause if (pause := pause_after(pace.put_off_count)) else None
    pace.words = words[:LONGEST_WORDS]
    pace.save(update_fields=["put_off_count", "paused_until", "words"])


def pause_after(put_off_count: int) -> timedelta:
    """How long a domain is left alone that put off so many letters in a row."""
    doublings = put_off_count - PUT_OFF_WITHOUT_A_PAUSE - 1
    if doublings < 0:
        return timedelta()
    return min(SHORTEST_PAUSE * (1 << min(doublings, 10)), LONGEST_PAUSE)
