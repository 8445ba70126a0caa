"""Why a request stands where it stands in somebody's day: the reasons of `requests.rules`, in sentences."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.requests.rules import Reason, ReasonCode
from clientela.web.desk.sentences import Teller, sentence


def why_next(reasons: Sequence[Reason], *, customer: str, teller: Teller) -> SafeString:
    """The whole reasoning, for what comes first: the first sentence says what it is first for."""
    first, *others = reasons
    told = [_first(first, customer=customer, teller=teller)]
    return _joined([*told, *(_said(reason, customer=customer, teller=teller) for reason in others)])


def why_then(reasons: Sequence[Reason], *, customer: str, teller: Teller) -> SafeString:
    """The reasoning for a line of a list, where the promised moment stands beside it: two sentences at most."""
    return _joined([_said(reason, customer=customer, teller=teller) for reason in reasons[:2]])


def _joined(sentences: Sequence[SafeString]) -> SafeString:
    return format_html_join(" ", "{}", ((told,) for told in sentences))


def _first(reason: Reason, *, customer: str, teller: Teller) -> SafeString:
    """`First, because a first reply is promised by 15:00 and 2 h 10 min of working time are left.`"""
    promised = {
        ReasonCode.FIRST_REPLY_PROMISED: _(
            "First, because a first reply is promised by %(moment)s and %(left)s of working time are left."
        ),
        ReasonCode.NEXT_REPLY_PROMISED: _(
            "First, because an answer is promised by %(moment)s and %(left)s of working time are left."
        ),
        ReasonCode.RESOLUTION_PROMISED: _(
            "First, because it is promised to be done by %(moment)s and %(left)s of working time are left."
        ),
        ReasonCode.PERSONAL_PROMISED: _(
            "First, because “%(words)s” is promised by %(moment)s and %(left)s of working time are left."
        ),
        ReasonCode.FIRST_REPLY_LATE: _(
            "First, because a first reply was promised by %(moment)s and is %(left)s of working time late."
        ),
        ReasonCode.NEXT_REPLY_LATE: _(
            "First, because an answer was promised by %(moment)s and is %(left)s of working time late."
        ),
        ReasonCode.RESOLUTION_LATE: _(
            "First, because it was promised to be done by %(moment)s and is %(left)s of working time late."
        ),
        ReasonCode.PERSONAL_LATE: _(
            "First, because “%(words)s” was promised by %(moment)s and is %(left)s of working time late."
        ),
    }
    if reason.code not in promised or reason.at is None:
        return _said(reason, customer=customer, teller=teller)
    return sentence(
        promised[reason.code], moment=teller.exact(reason.at), left=teller.stretch(reason.seconds), words=reason.words
    )


def _said(reason: Reason, *, customer: str, teller: Teller) -> SafeString:
    """One reason in one sentence."""
    if reason.code is ReasonCode.OTHERS_WAIT:
        return _others_wait(reason)
    if reason.code in _STILL and reason.at is None:
        return sentence(str(_STILL[reason.code]()), words=reason.words)
    left = {
        ReasonCode.FIRST_REPLY_PROMISED: _("A first reply is promised; %(left)s of working time are left."),
        ReasonCode.NEXT_REPLY_PROMISED: _("An answer is promised; %(left)s of working time are left."),
        ReasonCode.RESOLUTION_PROMISED: _("It is promised to be done; %(left)s of working time are left."),
        ReasonCode.PERSONAL_PROMISED: _("“%(words)s” is promised; %(left)s of working time are left."),
        ReasonCode.FIRST_REPLY_LATE: _("A first reply was promised and is late."),
        ReasonCode.NEXT_REPLY_LATE: _("An answer was promised and is late."),
        ReasonCode.RESOLUTION_LATE: _("It was promised to be done and is late."),
        ReasonCode.PERSONAL_LATE: _("“%(words)s” was promised and is late."),
        ReasonCode.CUSTOMER_WROTE: _("%(customer)s wrote again %(moment)s and has no answer yet."),
        ReasonCode.DEPARTMENT_ANSWERED: _("%(name)s answered %(moment)s."),
        ReasonCode.COMPLAINT: _("It is a complaint."),
        ReasonCode.NOBODY_HAS_IT: _("Nobody has it yet."),
        ReasonCode.NO_PROMISE: _("Nothing is promised by a moment, so it fits a quiet hour."),
    }
    return sentence(
        left[reason.code],
        customer=customer,
        left=teller.stretch(reason.seconds),
        moment=_moment(reason.at, teller),
        name=reason.name,
        words=reason.words,
    )


def _moment(at: datetime | None, teller: Teller) -> str:
    return "" if at is None else teller.moment(at)


_STILL = {
    ReasonCode.FIRST_REPLY_PROMISED: lambda: _("A first reply is promised; its time stands still while we wait."),
    ReasonCode.NEXT_REPLY_PROMISED: lambda: _("An answer is promised; its time stands still while we wait."),
    ReasonCode.RESOLUTION_PROMISED: lambda: _("It is promised to be done; its time stands still while we wait."),
    ReasonCode.PERSONAL_PROMISED: lambda: _("“%(words)s” is promised; its time stands still while we wait."),
}


def _others_wait(reason: Reason) -> SafeString:
    """`Care waits on it for Zofia Nowak.`, and how many more do."""
    others = reason.count - 1
    if others <= 0:
        return sentence(_("%(name)s waits on it for %(customer)s."), name=reason.name, customer=reason.words)
    more = ngettext(
        "%(name)s waits on it for %(customer)s, and %(count)s more with them.",
        "%(name)s waits on it for %(customer)s, and %(count)s more with them.",
        others,
    )
    return sentence(more, name=reason.name, customer=reason.words, count=others)
