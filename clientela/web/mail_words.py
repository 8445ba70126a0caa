"""What is known about mail, in words: where it is from, why it came back, which machine wrote it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from clientela.inbox.queries import BounceSeen, InvitationSeen, LooksLike, TrustSeen
from clientela.kernel.post import advice_about


@dataclass(frozen=True)
class TrustShown:
    """How sure it is that a mail is from whom it names. `words` stand beside the icon, `more` tells it in full."""

    icon: str
    words: str
    more: str
    is_doubtful: bool


@dataclass(frozen=True)
class BounceShown:
    """A letter that came back: to whom, and in `advice` why, and what to do now."""

    recipient: str
    advice: str
    code: str
    is_suppressed: bool


def trust_shown(trust: TrustSeen | None, address: str) -> TrustShown | None:
    """What the check of a mail's origin found, None where nobody checked: silence is no warning."""
    if trust is None:
        return None
    values = {"checker": trust.checked_by, "address": address}
    if trust.verdict == "passed":
        return TrustShown(
            "shield-check",
            _("sender confirmed"),
            _("%(checker)s checked it: the mail really came from the domain of %(address)s.") % values,
            is_doubtful=False,
        )
    if trust.verdict == "failed":
        return TrustShown(
            "alert-triangle",
            _("sender not confirmed"),
            _(
                "%(checker)s checked it: the mail did not come from the domain of %(address)s. Somebody else may have "
                "written it. Ask the customer on another way before you act on it."
            )
            % values,
            is_doubtful=True,
        )
    return TrustShown(
        "help",
        _("sender not known for sure"),
        _("%(checker)s looked at it and could not tell if it came from the domain of %(address)s.") % values,
        is_doubtful=False,
    )


def note_trust_shown(trust: TrustSeen | None, address: str) -> TrustShown:
    """What is known of the origin of a mail that stands as a colleague's note. Here silence is a warning."""
    checked = trust_shown(trust, address)
    if checked is not None and trust is not None and trust.verdict in {"passed", "failed"}:
        return checked
    return TrustShown(
        "alert-triangle",
        _("sender not confirmed"),
        _(
            "Nobody confirmed that this came from %(address)s. Whoever had one of our letters can write under a "
            "colleague’s name. Ask your colleague before you act on it."
        )
        % {"address": address},
        is_doubtful=True,
    )


def trust_rows(trust: TrustSeen | None) -> list[tuple[str, str]]:
    """What was found in each test, for who wants to know."""
    if trust is None:
        return []
    return [
        (_("Checked by"), trust.checked_by),
        ("SPF", result_words(trust.spf)),
        ("DKIM", result_words(trust.dkim)),
        ("DMARC", result_words(trust.dmarc)),
    ]


def result_words(result: str) -> str:
    """One result of RFC 8601 in a word."""
    return {
        "": _("not tested"),
        "pass": _("passed"),
        "fail": _("failed"),
        "softfail": _("failed, perhaps"),
        "policy": _("not accepted"),
        "neutral": _("says nothing"),
        "none": _("nothing to test"),
        "temperror": _("could not be tested just then"),
        "permerror": _("could not be tested"),
    }.get(result, result)


def bounce_shown(bounce: BounceSeen, *, is_suppressed: bool = False) -> BounceShown:
    """Why a letter came back and what to do, in words. `is_suppressed`: nothing more is sent to that address."""
    return BounceShown(
        recipient=bounce.recipient,
        advice=advice_about(bounce.reason),
        code=" ".join(filter(None, (bounce.reply_code, bounce.status))),
        is_suppressed=is_suppressed,
    )


def automatic_words(kind: str) -> str:
    """What a machine sent, in a few words."""
    return {
        "out_of_office": _("They are out of the office: an automatic answer"),
        "receipt": _("A receipt: the letter was opened or delivered"),
        "list": _("A mailing list wrote"),
        "invitation": _("An invitation to a meeting"),
        "abuse_report": _("Somebody reported a letter of ours as unwanted"),
        "bounce": _("A letter of ours came back"),
    }.get(kind, _("An automatic mail came"))


def protection_words(protection: str) -> str:
    """How a mail is signed or locked, and what that means for who reads it; "" for neither."""
    return {
        "smime_signed": _("Signed with S/MIME. The signature is kept with the mail; nobody tested it here."),
        "pgp_signed": _("Signed with PGP. The signature is kept with the mail; nobody tested it here."),
        "smime_encrypted": _(
            "Locked with S/MIME: only a key that we do not have opens it. Ask for the mail without the lock."
        ),
        "pgp_encrypted": _(
            "Locked with PGP: only a key that we do not have opens it. Ask for the mail without the lock."
        ),
    }.get(protection, "")


def looks_like_words(looks: LooksLike) -> str:
    """A warning that a sender only looks like somebody."""
    values = {"seen": looks.seen, "of": looks.of}
    return {
        "name": _("Careful: this has the name of %(of)s, and comes from %(seen)s, which is none of our addresses."),
        "address_in_name": _("Careful: it calls itself %(of)s, and comes from %(seen)s."),
        "domain": _("Careful: %(seen)s looks nearly like %(of)s, and is another place."),
    }.get(looks.why, _("Careful: %(seen)s looks like %(of)s, and is not.")) % values


def invitation_words(invitation: InvitationSeen) -> str:
    """What an invitation is about, by its method."""
    return {
        "cancel": _("The meeting is called off"),
        "reply": _("An answer to an invitation"),
        "counter": _("Another time is proposed for a meeting"),
    }.get(invitation.method, _("An invitation to a meeting"))


def came_by_words(came_by: str) -> str:
    """By which way a mail came in."""
    return {
        "smtp": _("from another mail server (SMTP)"),
        "lmtp": _("from our mail server (LMTP)"),
        "imap": _("from a mailbox (IMAP)"),
        "pipe": _("by a pipe from our mail server"),
        "file": _("from a file"),
    }.get(came_by, came_by)


def is_whole_days(when: datetime | date | None) -> bool:
    """Whether a day is named and no moment."""
    return when is not None and not isinstance(when, datetime)
