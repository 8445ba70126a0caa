"""Mail that came in and what became of it; what was put aside can be tried again and looked into."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.inbox import queries as inbox
from clientela.inbox.actions import understand_again
from clientela.inbox.queries import ReceivedMail, ReceivedMailSeen
from clientela.kernel.clock import now
from clientela.web.components.parts import Step
from clientela.web.components.toasts import say
from clientela.web.doors import for_administrators
from clientela.web.keyset import moment_place, place_of
from clientela.web.mail_words import automatic_words, bounce_shown, came_by_words, trust_rows, trust_shown
from clientela.web.security import as_file_from_outside
from clientela.web.viewer import KnownRequest

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Choice:
    """One answer of the filter."""

    words: str
    url: str
    is_chosen: bool


@for_administrators
def mails(request: KnownRequest) -> HttpResponse:
    """Show what came in, newest first."""
    at = now()
    words = outcome_words()
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in words else ""
    search = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    before = moment_place(request.GET.get("before"))
    page = inbox.received_mail(request.viewer, outcome=outcome, search=search, before=before)
    context = {
        "at": at,
        "place": "settings",
        "section": "mail",
        "mail_section": "came_in",
        "rows": [(mail, _said(mail)) for mail in page.mails],
        "choices": [
            Choice(said, _address(key, search), is_chosen=key == outcome)
            for key, said in {"": _("All"), **words}.items()
        ],
        "words": search,
        "outcome": outcome,
        "is_filtered": bool(outcome or search),
        "older_url": _address(outcome, search, before=place_of(page.older)) if page.older else "",
        "newest_url": _address(outcome, search) if before else "",
        "quarantined_count": page.quarantined_count,
    }
    return render(request, "settings/mail.html", context)


@for_administrators
def mail_one(request: KnownRequest, raw_id: int) -> HttpResponse:
    """Show one message: how it came, what became of it and why. Never its text."""
    at = now()
    seen = inbox.received_mail_seen(request.viewer, raw_id)
    mail = seen.mail
    context = {
        "at": at,
        "place": "settings",
        "section": "mail",
        "mail_section": "came_in",
        "seen": seen,
        "mail": mail,
        "said": _said(mail),
        "came_by": came_by_words(mail.came_by),
        "steps": _steps(seen),
        "trust": trust_shown(seen.trust, mail.from_address),
        "trust_rows": trust_rows(seen.trust),
        "machine": automatic_words(seen.automatic) if seen.automatic else "",
        "bounces": [bounce_shown(bounce) for bounce in seen.bounces],
    }
    return render(request, "settings/mail_one.html", context)


@require_POST
@for_administrators
def again(request: KnownRequest, raw_id: int) -> HttpResponse:
    """Try once more to understand a message that was put aside."""
    understood = understand_again(by=request.viewer, at=now(), raw_id=raw_id)
    if understood.request:
        said = _("Understood: it belongs to %(reference)s.") % {"reference": understood.request}
    elif understood.outcome == "quarantined":
        reason = inbox.reason_in_their_language(understood.reason)
        said = _("It still cannot be understood: %(reason)s") % {"reason": reason}
    else:
        said = _("Understood.")
    say(request, said)
    return redirect("settings:mail_one", raw_id) if request.POST.get("next") == "one" else redirect("settings:mail")


@for_administrators
def raw(request: KnownRequest, raw_id: int) -> HttpResponse:
    """Hand out a message that was put aside, byte for byte, as a download."""
    content = inbox.raw_message_to_download(request.viewer, raw_id)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="message-{raw_id}.eml"'
    return as_file_from_outside(response)


def outcome_words() -> dict[str, str]:
    """Return what became of a message, in a few words, in the order of the filter."""
    return {
        "quarantined": _("put aside"),
        "waiting": _("waits to be understood"),
        "opened": _("opened a request"),
        "continued": _("went on with a request"),
        "automatic": _("automatic, not answered"),
        "bounce": _("came back to us"),
        "duplicate": _("came twice"),
    }


def _said(mail: ReceivedMail) -> str:
    return outcome_words()[mail.outcome or "waiting"]


def _steps(seen: ReceivedMailSeen) -> list[Step]:
    """The way of a message through the house, a step each."""
    mail = seen.mail
    stored = Step(
        title=_("Stored, byte for byte"),
        text=capfirst(came_by_words(mail.came_by)),
        state="done",
        icon="check",
        at=mail.received_at,
    )
    if not mail.outcome:
        return [stored, Step(title=_("Waits to be understood"), state="now", icon="clock")]
    if mail.outcome == "quarantined":
        waits = Step(title=_("Put aside"), text=mail.reason, state="now", icon="alert-triangle", at=seen.understood_at)
        return [stored, waits, Step(title=_("Understood, once it is tried again"))]
    understood = Step(
        title=_("Understood: %(outcome)s") % {"outcome": outcome_words()[mail.outcome]},
        text=mail.reason,
        state="done",
        icon="check",
        at=seen.understood_at,
    )
    return [stored, understood]


def _address(outcome: str, search: str, *, before: str = "") -> str:
    kept = {key: value for key, value in {"outcome": outcome, "q": search, "before": before}.items() if value}
    return reverse("settings:mail") + (f"?{urlencode(kept)}" if kept else "")
