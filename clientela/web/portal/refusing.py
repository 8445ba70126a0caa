"""The page behind "unsubscribe": opening it changes nothing, for mail scanners open links too; the button does."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from clientela.directory.actions import read_refusal_token, refuse_letters, refuses_letters
from clientela.directory.queries import party_cards
from clientela.kernel.clock import now
from clientela.kernel.languages import product_language
from clientela.web.doors import for_everybody
from clientela.web.viewer import SESSION_LANGUAGE, VisitorRequest


@csrf_exempt  # a mail program sends this by itself (RFC 8058); the signed link is the right, and it can do only this
@never_cache
@for_everybody
def refuse(request: VisitorRequest, token: str) -> HttpResponse:
    """Ask once more (GET), or write the wish down (POST, by the button or by a mail program's one click)."""
    at = now()
    refusal = read_refusal_token(token)
    reader = party_cards([refusal.person_id]).get(refusal.person_id) if refusal else None
    if refusal is None or reader is None:
        raise Http404
    with translation.override(str(request.session.get(SESSION_LANGUAGE) or product_language(reader.language))):
        if request.method == "POST":
            refuse_letters(refusal, at=at)
        context = {
            "at": at,
            "token": token,
            "is_refused": refuses_letters(reader.id, subject=refusal.subject, at=at, zone=reader.zone),
            "question": _questions()[refusal.subject],
            "answer": _answers()[refusal.subject],
        }
        return render(request, "portal/refuse.html", context)


def _questions() -> dict[str, str]:
    return {
        "surveys": _("No more letters that ask how it went?"),
        "offers": _("No more letters about offers?"),
        "news": _("No more letters with news?"),
    }


def _answers() -> dict[str, str]:
    return {
        "surveys": _("You get no more letters that ask how it went."),
        "offers": _("You get no more letters about offers."),
        "news": _("You get no more letters with news."),
    }
