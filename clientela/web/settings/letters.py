"""Letters: what was sent, what waits, what was held back, what failed, and each letter as its reader gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel import post
from clientela.kernel.clock import now
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.post import LetterCannotBeSentAgainError, LetterRow, LetterSeen, what_to_do
from clientela.requests.actions import settle_letter_trouble
from clientela.requests.queries.letters import letter_page, may_look_after_post, post_page, require_sending_again
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.keyset import moment_place, place_of
from clientela.web.security import LETTER_POLICY, as_framed_letter
from clientela.web.viewer import KnownRequest

A_PAGE = 40
LONGEST_SEARCH = 200
ICONS = {
    "waiting": "clock",
    "sent": "check",
    "held": "hand-stop",
    "failed": "alert-triangle",
    "bounced": "mail-off",
    "kept": "inbox",
    "perhaps": "help",
}
STEP_ICONS = {
    "written": "pencil",
    "held": "hand-stop",
    "hours": "moon",
    "next_try": "clock",
    "sent": "check",
    "kept": "inbox",
    "bounced": "mail-off",
    "sent_again": "rotate",
    "settled": "user-check",
    "unknown": "help",
    "refused": "alert-triangle",
    "refused_for_now": "player-pause",
    "unreachable": "player-pause",
    "broken_off": "player-pause",
}


@dataclass(frozen=True)
class Choice:
    """One answer of the filter."""

    words: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class LetterShown:
    """A letter in the list: its kind and state in words, and what to do about it where there is trouble."""

    row: LetterRow
    kind: str
    state: str
    icon: str
    advice: str


@dataclass(frozen=True)
class StepShown:
    """One moment of a letter's fate. `said` are the mail server's words, or why it was held; `by` who did it."""

    icon: str
    words: str
    at: datetime
    said: str
    by: str
    is_to_come: bool


@for_employees
def letters(request: KnownRequest) -> HttpResponse:
    """Show every letter, newest first, to those who look after the post."""
    at = now()
    states = state_words()
    asked, asked_kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state = asked if asked in states else "all"
    kinds = kinds_of_letters()
    kind = asked_kind if asked_kind in kinds else ""
    search = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    before = moment_place(request.GET.get("before"))
    page = post_page(request.viewer, state=state, kind=kind, search=search, before=before, limit=A_PAGE)
    asked_for = {"state": "" if state == "all" else state, "kind": kind, "q": search}
    context = {
        "at": at,
        "place": "letters",
        "mail_section": "letters",
        "rows": [_shown(row) for row in page.letters],
        "choices": [
            Choice(words, _address({**asked_for, "state": key}), is_chosen=key == asked_for["state"])
            for key, words in {"": _("All"), **states}.items()
        ],
        "kinds": kinds.items(),
        "kind": kind,
        "state": asked_for["state"],
        "words": search,
        "is_filtered": any(asked_for.values()),
        "older_url": _address({**asked_for, "before": place_of(page.next_before)}) if page.next_before else "",
        "newest_url": _address(asked_for) if before else "",
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
    return _back(request, letter_id)


@require_POST
@for_employees
def settle(request: KnownRequest, letter_id: int) -> HttpResponse:
    """Somebody has seen to a letter that did not arrive: it is trouble no longer."""
    settle_letter_trouble(by=request.viewer, at=now(), letter_id=letter_id)
    say(request, _("Good. It is not shown as trouble any more."))
    return _back(request, letter_id)


def _back(request: KnownRequest, letter_id: int) -> HttpResponse:
    """Go to where it was said: My day, the page of a request, or the letter."""
    asked = request.POST.get("next", "")
    reference = normal_reference(asked)
    if asked == "my_day":
        return redirect("desk:my_day")
    return redirect("desk:request", reference) if reference else redirect("settings:letter", letter_id)


def state_words() -> dict[str, str]:
    """Return how a letter stands, in a word or two, in the order of the filter."""
    return {
        "waiting": _("waiting"),
        "sent": _("sent"),
        "held": _("held back"),
        "failed": _("failed"),
        "bounced": _("came back"),
        "kept": _("kept here"),
        "perhaps": _("perhaps sent"),
    }


def kinds_of_letters() -> dict[str, str]:
    """Return what a letter may be, in a word or two."""
    return {
        "reply": _("reply"),
        "acknowledgement": _("acknowledgement"),
        "closing": _("how did it go"),
        "notice": _("notice"),
        "access": _("link to come in"),
        "survey": _("survey"),
        "survey_reminder": _("survey, reminder"),
        "dependence": _("who depends on whom"),
        "dependence_reminder": _("who depends on whom, reminder"),
        "rollout_turn": _("roll-out, your turn"),
    }


def kind_words(kind: str) -> str:
    """Return what a letter is, in a word or two."""
    return kinds_of_letters().get(kind, _("letter"))


def step_words(kind: str) -> str:
    """Return what happened to a letter at a moment, or will happen."""
    return {
        "written": _("written"),
        "held": _("held back"),
        "hours": _("goes out: their quiet hours are over then"),
        "next_try": _("is tried next"),
        "bounced": _("came back"),
        "sent_again": _("a person sent it again"),
        "settled": _("somebody has seen to it"),
        "started": _("begun"),
        "ending": _("being handed over"),
        "sent": _("taken by the mail server"),
        "refused": _("refused for good"),
        "refused_for_now": _("put off by the mail server"),
        "unreachable": _("the mail server did not answer"),
        "broken_off": _("broken off before the end"),
        "unknown": _("no answer is known"),
        "kept": _("kept here, because no mail server is set"),
    }.get(kind, kind)


def _letter(request: KnownRequest, letter_id: int, *, refusal: str = "") -> HttpResponse:
    at = now()
    page = letter_page(request.viewer, letter_id)
    context = {
        "at": at,
        "place": "letters",
        "page": page,
        "shown": _shown(page.letter.row),
        "fate": _fate(page.letter, by=page.names),
        "slow": page.letter.slow_domain,
        "looks_after": bool(may_look_after_post(request.viewer)),
        "ends_here": not settings.MAIL_SERVER,
        "refusal": refusal,
    }
    return render(request, "settings/letter.html", context, status=422 if refusal else 200)


def _shown(row: LetterRow) -> LetterShown:
    return LetterShown(row, kind_words(row.kind), state_words()[row.state], ICONS[row.state], what_to_do(row))


def _fate(letter: LetterSeen, *, by: Mapping[int, str]) -> list[StepShown]:
    """Everything that happened to a letter, and what comes next."""
    return [
        StepShown(
            icon=STEP_ICONS.get(step.kind, "send"),
            words=step_words(step.kind),
            at=step.at,
            said=step.words,
            by=by.get(step.by_party_id or 0, ""),
            is_to_come=step.is_to_come,
        )
        for step in letter.time_line
    ]


def _address(asked_for: Mapping[str, str]) -> str:
    kept = {key: value for key, value in asked_for.items() if value}
    return reverse("settings:letters") + (f"?{urlencode(kept)}" if kept else "")
