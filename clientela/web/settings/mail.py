"""Mail that came in and what became of it; what was put aside can be tried again and looked into."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.inbox import queries as inbox
from clientela.inbox.actions import understand_again
from clientela.inbox.queries import ReceivedMail
from clientela.kernel.clock import now
from clientela.web.components.toasts import say
from clientela.web.doors import for_administrators
from clientela.web.keyset import moment_place, place_of
from clientela.web.security import as_file_from_outside
from clientela.web.viewer import KnownRequest


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
    before = moment_place(request.GET.get("before"))
    page = inbox.received_mail(request.viewer, outcome=outcome, before=before)
    context = {
        "at": at,
        "place": "settings",
        "section": "mail",
        "rows": [(mail, _said(mail)) for mail in page.mails],
        "choices": [
            Choice(said, _address(key), is_chosen=key == outcome) for key, said in {"": _("All"), **words}.items()
        ],
        "is_filtered": bool(outcome),
        "older_url": _address(outcome, before=place_of(page.older)) if page.older else "",
        "newest_url": _address(outcome) if before else "",
        "quarantined_count": page.quarantined_count,
    }
    return render(request, "settings/mail.html", context)


@require_POST
@for_administrators
def again(request: KnownRequest, raw_id: int) -> HttpResponse:
    """Try once more to understand a message that was put aside."""
    understood = understand_again(by=request.viewer, at=now(), raw_id=raw_id)
    if understood.request:
        said = _("Understood: it belongs to %(reference)s.") % {"reference": understood.request}
    elif understood.outcome == "quarantined":
        said = _("It still cannot be understood: %(reason)s") % {"reason": understood.reason}
    else:
        said = _("Understood.")
    say(request, said)
    return redirect("settings:mail")


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
        "opened": _("opened a request"),
        "continued": _("went on with a request"),
        "automatic": _("automatic, not answered"),
        "bounce": _("came back to us"),
        "duplicate": _("came twice"),
        "quarantined": _("put aside"),
    }


def _said(mail: ReceivedMail) -> str:
    return outcome_words().get(mail.outcome, _("waits to be understood"))


def _address(outcome: str, *, before: str = "") -> str:
    kept = {key: value for key, value in {"outcome": outcome, "before": before}.items() if value}
    return reverse("settings:mail") + (f"?{urlencode(kept)}" if kept else "")
