"""Letters: what was sent, what waits, what was held back, what failed, and each letter as its reader gets it."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel import post
from clientela.kernel.clock import now
from clientela.kernel.post import LetterCannotBeSentAgainError, LetterRow
from clientela.requests.queries.letters import letter_page, may_look_after_post, post_page, require_sending_again
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.keyset import moment_place, place_of
from clientela.web.security import LETTER_POLICY, as_framed_letter
from clientela.web.viewer import KnownRequest

A_PAGE = 40
ICONS = {
    "waiting": "clock",
    "sent": "check",
    "held": "hand-stop",
    "failed": "alert-triangle",
    "kept": "inbox",
    "perhaps": "help",
}


@dataclass(frozen=True)
class Choice:
    """One answer of the filter."""

    words: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class LetterShown:
    """A letter in the list: its kind and state in words, and the reason where there is one."""

    row: LetterRow
    kind: str
    state: str
    icon: str


@for_employees
def letters(request: KnownRequest) -> HttpResponse:
    """Show every letter, newest first, to those who look after the post."""
    at = now()
    states = state_words()
    asked = request.GET.get("state", "")
    state = asked if asked in states else "all"
    before = moment_place(request.GET.get("before"))
    page = post_page(request.viewer, state=state, before=before, limit=A_PAGE)
    context = {
        "at": at,
        "place": "letters",
        "rows": [_shown(row) for row in page.letters],
        "choices": [
            Choice(words, _address(key), is_chosen=key == state) for key, words in {"all": _("All"), **states}.items()
        ],
        "is_filtered": state != "all",
        "older_url": _address(state, before=place_of(page.next_before)) if page.next_before else "",
        "newest_url": _address(state) if before else "",
        "ends_here": not settings.MAIL_SERVER,
    }
    return render(request, "settings/letters.html", context)


@for_employees
def letter(request: KnownRequest, letter_id: int) -> HttpResponse:
    """Show one letter: how it stands, what was tried, and its words where the viewer may read them."""
    return _letter(request, letter_id)


@for_employees
def letter_html(request: KnownRequest, letter_id: int) -> HttpResponse:
    """Hand out the letter's HTML for the sandboxed frame."""
    page = letter_page(request.viewer, letter_id)
    # Its links open pages of their own: those of ours let nobody put them into a frame.
    html = page.html.replace("<head>", '<head><base target="_blank">', 1)
    response = as_framed_letter(HttpResponse(html))
    # Our own letters carry their looks inside, as mail programs want it; the frame still runs and fetches nothing.
    response["Content-Security-Policy"] = LETTER_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    return response


@require_POST
@for_employees
def send_again(request: KnownRequest, letter_id: int) -> HttpResponse:
    """Hand a letter over anew, because a person says so."""
    require_sending_again(request.viewer, letter_id)
    try:
        post.send_letter_again(letter_id, by=request.viewer.person_id, at=now())
    except LetterCannotBeSentAgainError as error:
        return _letter(request, letter_id, refusal=str(error))
    say(request, _("It is on its way again."))
    return redirect("settings:letter", letter_id)


def state_words() -> dict[str, str]:
    """Return how a letter stands, in a word or two, in the order of the filter."""
    return {
        "waiting": _("waiting"),
        "sent": _("sent"),
        "held": _("held back"),
        "failed": _("failed"),
        "kept": _("kept here"),
        "perhaps": _("perhaps sent"),
    }


def kind_words(kind: str) -> str:
    """Return what a letter is, in a word or two."""
    named = {
        "reply": _("reply"),
        "acknowledgement": _("acknowledgement"),
        "closing": _("how did it go"),
        "notice": _("notice"),
        "access": _("link to come in"),
    }
    return named.get(kind, _("letter"))


def _letter(request: KnownRequest, letter_id: int, *, refusal: str = "") -> HttpResponse:
    at = now()
    page = letter_page(request.viewer, letter_id)
    tries = {
        "started": _("begun"),
        "ending": _("being handed over"),
        "sent": _("taken by the mail server"),
        "refused": _("refused for good"),
        "refused_for_now": _("put off by the mail server"),
        "unreachable": _("the mail server did not answer"),
        "broken_off": _("broken off before the end"),
        "unknown": _("no answer is known"),
        "kept": _("kept here, because no mail server is set"),
    }
    context = {
        "at": at,
        "place": "letters",
        "page": page,
        "shown": _shown(page.letter.row),
        "attempts": [(attempt, tries.get(attempt.outcome, attempt.outcome)) for attempt in page.letter.attempts],
        "looks_after": bool(may_look_after_post(request.viewer)),
        "ends_here": not settings.MAIL_SERVER,
        "refusal": refusal,
    }
    return render(request, "settings/letter.html", context, status=422 if refusal else 200)


def _shown(row: LetterRow) -> LetterShown:
    return LetterShown(row, kind_words(row.kind), state_words()[row.state], ICONS[row.state])


def _address(state: str, *, before: str = "") -> str:
    query = {"state": "" if state == "all" else state, "before": before}
    kept = {key: value for key, value in query.items() if value}
    return reverse("settings:letters") + (f"?{urlencode(kept)}" if kept else "")
