"""Why a request stands where it stands in somebody's day: the reasons of `requests.rules`, in sentences."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.requests.queries import DayItem
from clientela.requests.rules import Reason, ReasonCode
from clientela.requests.rules.turns import Because
from clientela.web.desk.sentences import Teller, sentence
from clientela.web.desk.turns import turn_sentence


def why_next(item: DayItem, *, customer: str, teller: Teller) -> SafeString:
    """The whole reasoning, for what comes first: the first sentence says what it is first for."""
    told = [] if item.standing is None else [turn_sentence(item.standing, teller=teller, is_first=True)]
    return _joined([*told, *(_said(reason, customer=customer, teller=teller) for reason in _untold(item))])


def why_then(item: DayItem, *, customer: str, teller: Teller) -> SafeString:
    """The reasoning for a line of a list: two sentences at most."""
    told = [] if item.standing is None else [turn_sentence(item.standing, teller=teller, is_first=False)]
    others = [_said(reason, customer=customer, teller=teller) for reason in _untold(item)]
    return _joined([*told, *others][:2])


def _untold(item: DayItem) -> Sequence[Reason]:
    """The reasons that the sentence about its turn has not said already."""
    standing = item.standing
    if standing is None:
        return item.reasons
    promise = standing.answer if standing.because is Because.ANSWER else standing.itself.promise
    is_promise_told = promise is not None and standing.because in {Because.ANSWER, Because.OWN}

    def is_told(reason: Reason) -> bool:
        if reason.code is ReasonCode.NO_PROMISE:
            return True
        if reason.code is ReasonCode.OTHERS_WAIT:
            return not standing.is_own and reason.count == 1
        kind = reason.code.removesuffix("_promised").removesuffix("_late")
        return is_promise_told and promise is not None and kind == promise.kind

    return [reason for reason in item.reasons if not is_told(reason)]


def _joined(sentences: Sequence[SafeString]) -> SafeString:
    return format_html_join(" ", "{}", ((told,) for told in sentences))


def _said(reason: Reason, *, customer: str, teller: Teller) -> SafeString:
    """One reason in one sentence."""
    if reason.code is ReasonCode.OTHERS_WAIT:
        return _others_wait(reason)
    if reason.code is ReasonCode.LATENESS_LIKELY:
        return likely_late_sentence(reason, teller=teller)
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


def likely_late_sentence(reason: Reason, *, teller: Teller) -> SafeString:
    """`It will likely be 1 day late, because Maintenance promises its part by Wednesday 9:00.`"""
    late = teller.stretch(reason.seconds)
    if reason.name and reason.at is not None:
        return sentence(
            _("It will likely be late by %(late)s of working time, because %(name)s promises its part by %(moment)s."),
            late=late,
            name=reason.name,
            moment=teller.moment(reason.at),
        )
    if reason.name:
        return sentence(
            _("It will likely be late by %(late)s of working time, because %(name)s will likely need that long."),
            late=late,
            name=reason.name,
        )
    return sentence(_("It will likely be late by %(late)s of working time, by how long such requests take."), late=late)


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
