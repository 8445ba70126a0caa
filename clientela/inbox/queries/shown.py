"""What was understood of the mails that stand in a conversation, ready to show beside what they say.

A conversation belongs to its request; whether a mail is really from who it names, what a machine meant by it, and what
came along with it, only the inbox knows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clientela.directory.policies import Viewer
from clientela.inbox.models import RawMessage
from clientela.requests import queries as asked
from clientela.requests.queries import RequestNamed

Json = Mapping[str, Any]


@dataclass(frozen=True)
class TrustSeen:
    """What a checker that we trust said of a mail's origin. `verdict`: passed, failed or unknown."""

    verdict: str
    checked_by: str
    spf: str
    dkim: str
    dmarc: str


@dataclass(frozen=True)
class BounceSeen:
    """A letter of ours that somebody did not take. `is_hard`: the address will never work; `status` as in RFC 3463."""

    recipient: str
    status: str
    reply_code: str
    reason: str
    is_hard: bool


@dataclass(frozen=True)
class ForwardedSeen:
    """Who wrote what was forwarded, as the forwarding tells it. `sent_at` is a day where no zone is told."""

    name: str
    address: str
    subject: str
    sent_at: datetime | date | None


@dataclass(frozen=True)
class InvitationSeen:
    """An invitation into a calendar. Days where it lasts whole days, else moments; `zone` as the sender named it."""

    method: str
    summary: str
    starts_at: datetime | date | None
    ends_at: datetime | date | None
    zone: str
    place: str
    organiser: str
    is_all_day: bool


@dataclass(frozen=True)
class LooksLike:
    """That a sender looks like somebody else: `seen` is the sender's address or name, `of` whom or what it looks like.

    `why` is name, address_in_name or domain.
    """

    seen: str
    of: str
    why: str


@dataclass(frozen=True)
class MailSeen:
    """One mail of a conversation. What does not apply is None, "" or empty.

    `automatic` is the kind of machine that wrote it, `because` the header or the words that say so. `protection`:
    smime_signed, smime_encrypted, pgp_signed, pgp_encrypted. `also_to`: the ids of other departments it was sent to.
    """

    raw_id: int
    received_at: datetime
    came_by: str
    from_address: str
    subject: str
    trust: TrustSeen | None
    automatic: str
    because: str
    bounces: tuple[BounceSeen, ...]
    forwarded_from: ForwardedSeen | None
    invitation: InvitationSeen | None
    looks_like: LooksLike | None
    protection: str
    perhaps_of: RequestNamed | None  # the request it perhaps belongs to
    also_to: tuple[str, ...]
    defects: tuple[str, ...]


def mails_of_messages(viewer: Viewer, message_ids: Collection[int]) -> dict[int, MailSeen]:
    """What was understood of the mails behind these messages, by message. At most three statements.

    Only for who serves the request: its customer reads their own words and not what we make of them. A request that
    the viewer may not read is not named as the one a mail perhaps belongs to.
    """
    served = asked.messages_served(viewer, message_ids) if message_ids else frozenset()
    rows = list(RawMessage.objects.filter(message__in=served).defer("content")) if served else []
    named = asked.requests_named(viewer, {row.perhaps_of_id for row in rows if row.perhaps_of_id is not None})
    return {row.message_id: _seen(row, named.get(row.perhaps_of_id or 0)) for row in rows if row.message_id is not None}


def trust_seen(trust: Json) -> TrustSeen | None:
    """What is known of a mail's origin, None when nobody whom we trust looked at it."""
    if not trust:
        return None
    return TrustSeen(
        verdict=_text(trust, "verdict") or "unknown",
        checked_by=_text(trust, "checked_by"),
        spf=_text(trust, "spf"),
        dkim=_text(trust, "dkim"),
        dmarc=_text(trust, "dmarc"),
    )


def bounces_seen(details: Json) -> tuple[BounceSeen, ...]:
    """The letters of ours that a mail says were not taken."""
    return tuple(
        BounceSeen(
            recipient=_text(one, "recipient"),
            status=_text(one, "status"),
            reply_code=_text(one, "reply_code"),
            reason=_text(one, "reason"),
            is_hard=one.get("hard") is True,
        )
        for one in _listed(details, "bounces")
    )


def automatic_seen(details: Json) -> tuple[str, str]:
    """Which machine wrote a mail, and by what it was known; "" for a person."""
    found = _within(details, "automatic")
    return (_text(found, "kind"), _text(found, "because")) if found is not None else ("", "")


def defects_seen(details: Json) -> tuple[str, ...]:
    """What was mended while a mail was read."""
    found = details.get("defects")
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _seen(row: RawMessage, perhaps_of: RequestNamed | None) -> MailSeen:
    details: Json = row.details
    automatic, because = automatic_seen(details)
    return MailSeen(
        raw_id=row.pk,
        received_at=row.received_at,
        came_by=row.came_by,
        from_address=row.from_address,
        subject=row.subject,
        trust=trust_seen(row.trust),
        automatic=automatic,
        because=because,
        bounces=bounces_seen(details),
        forwarded_from=_forwarded(_within(details, "forwarded_from")),
        invitation=_invitation(_within(details, "invitation")),
        looks_like=_looks_like(_within(details, "looks_like")),
        protection=_text(details, "protection"),
        perhaps_of=perhaps_of,
        also_to=tuple(map(str, details.get("also_to") or ())),
        defects=defects_seen(details),
    )


def _forwarded(found: Json | None) -> ForwardedSeen | None:
    if found is None:
        return None
    return ForwardedSeen(
        name=_text(found, "name"),
        address=_text(found, "address"),
        subject=_text(found, "subject"),
        sent_at=_when(_text(found, "sent_at")),
    )


def _invitation(found: Json | None) -> InvitationSeen | None:
    if found is None:
        return None
    return InvitationSeen(
        method=_text(found, "method").lower(),
        summary=_text(found, "summary"),
        starts_at=_when(_text(found, "starts_at")),
        ends_at=_when(_text(found, "ends_at")),
        zone=_text(found, "zone"),
        place=_text(found, "place"),
        organiser=_text(found, "organiser"),
        is_all_day=found.get("is_all_day") is True,
    )


def _looks_like(found: Json | None) -> LooksLike | None:
    if found is None:
        return None
    return LooksLike(_text(found, "address") or _text(found, "name"), _text(found, "of"), _text(found, "why"))


def _when(text: str) -> datetime | date | None:
    """A moment with its zone, or a day; None for what is neither: an older version may have written otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.date()


def _text(found: Json, key: str) -> str:
    value = found.get(key)
    return "" if value is None else str(value)


def _within(details: Json, key: str) -> Json | None:
    found = details.get(key)
    return found if isinstance(found, Mapping) and found else None


def _listed(details: Json, key: str) -> Sequence[Json]:
    found = details.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
