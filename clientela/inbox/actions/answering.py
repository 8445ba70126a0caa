"""How often a sender hears from us by itself: a machine that answers our answers must come to an end."""

from datetime import timedelta

from clientela.inbox.models import RawMessage

MOST_ANSWERS_AN_HOUR = 10
WINDOW = timedelta(hours=1)


def may_be_answered(raw: RawMessage) -> bool:
    """Whether a mail that opens a request, or is too large, is answered by a letter of the house.

    Not if its sender sent ten of those in the hour before it. Most auto-responders say what they are and get no answer
    at all; this stops those that do not, and two houses that thank each other. It answers again after a quiet while,
    and the mail itself is taken in all the same. Two workers at once may let one or two more through.
    """
    if not raw.from_address:
        return True
    lately = RawMessage.objects.filter(
        received_at__gt=raw.received_at - WINDOW,
        received_at__lte=raw.received_at,
        from_address__iexact=raw.from_address,
        outcome__in=[RawMessage.Outcome.OPENED, RawMessage.Outcome.QUARANTINED],
    )
    return lately.exclude(pk=raw.pk).count() < MOST_ANSWERS_AN_HOUR
