"""What came in by mail, what is known of it, and what became of it."""

from clientela.inbox.queries.addresses import (
    MailAddressRow,
    MailPlace,
    default_mail_place,
    mail_addresses,
    place_of_address,
    places_of_addresses,
)
from clientela.inbox.queries.reasons import reason_in_their_language
from clientela.inbox.queries.received import (
    ReceivedMail,
    ReceivedMailPage,
    ReceivedMailSeen,
    has_waited,
    messages_to_understand,
    put_aside_count,
    raw_message_to_download,
    received_mail,
    received_mail_seen,
)
from clientela.inbox.queries.shown import (
    BounceSeen,
    ForwardedSeen,
    InvitationSeen,
    LooksLike,
    MailSeen,
    TrustSeen,
    mails_of_messages,
)
from clientela.inbox.queries.whole import WholeMail, whole_mail

__all__ = [
    "BounceSeen",
    "ForwardedSeen",
    "InvitationSeen",
    "LooksLike",
    "MailAddressRow",
    "MailPlace",
    "MailSeen",
    "ReceivedMail",
    "ReceivedMailPage",
    "ReceivedMailSeen",
    "TrustSeen",
    "WholeMail",
    "default_mail_place",
    "has_waited",
    "mail_addresses",
    "mails_of_messages",
    "messages_to_understand",
    "place_of_address",
    "places_of_addresses",
    "put_aside_count",
    "raw_message_to_download",
    "reason_in_their_language",
    "received_mail",
    "received_mail_seen",
    "whole_mail",
]
