"""One voice: its very words, what they mean and who says so, who said the same, and what came of it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests.queries import requests_named
from clientela.voice.actions import CorrectionError, correcting, masking
from clientela.voice.actions.following_up import NobodyToAnswerError, follow_up
from clientela.voice.meaning.personal import Personal
from clientela.voice.queries.listening import feeling_said_by
from clientela.voice.queries.voices import VoicePage, voice_page
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.listen.feeling_words import FEELINGS
from clientela.web.listen.improvement_words import state_words
from clientela.web.listen.voice_words import (
    FEELING_ICONS,
    feeling_words,
    request_of,
    requests_in,
    voice_shown,
)
from clientela.web.viewer import KnownRequest

PERSONAL_WORDS: dict[Personal, Promise] = {
    Personal.EMAIL: gettext_lazy("a mail address"),
    Personal.IBAN: gettext_lazy("an account number"),
    Personal.CARD: gettext_lazy("a card number"),
    Personal.CNP: gettext_lazy("a personal number"),
    Personal.PESEL: gettext_lazy("a personal number"),
    Personal.DNI: gettext_lazy("a personal number"),
    Personal.NIE: gettext_lazy("a personal number"),
    Personal.PHONE: gettext_lazy("a telephone number"),
    Personal.ADDRESS: gettext_lazy("a street address"),
    Personal.NAME: gettext_lazy("a colleague’s name"),
}
REASONS: dict[str, Promise] = {
    "low_rating": gettext_lazy("Because of the low score somebody goes back to the person:"),
    "complaint": gettext_lazy("The complaint is a request, with its promises:"),
    "chosen": gettext_lazy("A colleague goes back to the person:"),
}
LONGEST_PASSAGE = 200


@for_employees
def voice(request: KnownRequest, number: int) -> HttpResponse:
    """Show one voice."""
    return _page(request, number)


@require_POST
@for_employees
def say_feeling(request: KnownRequest, number: int) -> HttpResponse:
    """Say how the words feel: it counts at once."""
    feeling = request.POST.get("feeling", "")
    return _correct(
        request,
        number,
        lambda: correcting.say_feeling(by=request.viewer, at=now(), voice_id=number, feeling=feeling),
    )


@require_POST
@for_employees
def say_subject(request: KnownRequest, number: int) -> HttpResponse:
    """Say that it is about a subject."""
    subject = _number(request.POST.get("subject", ""))

    def act() -> None:
        if subject is None:
            raise CorrectionError(_("Choose a subject first."))
        correcting.say_subject(by=request.viewer, at=now(), voice_id=number, subject_id=subject)

    return _correct(request, number, act, focus="subject")


@require_POST
@for_employees
def unsay_subject(request: KnownRequest, number: int, subject: int) -> HttpResponse:
    """Say that it is not about a subject."""
    return _correct(
        request,
        number,
        lambda: correcting.unsay_subject(by=request.viewer, at=now(), voice_id=number, subject_id=subject),
        focus="subject",
    )


@require_POST
@for_employees
def mask(request: KnownRequest, number: int) -> HttpResponse:
    """Blot out what was ticked, and a passage that was typed."""
    at = now()
    page = voice_page(request.viewer, number, at=at)
    spans = {span for text in request.POST.getlist("span") if (span := _span(text))}
    passage = request.POST.get("passage", "").strip()[:LONGEST_PASSAGE]
    try:
        if passage:
            spans |= _places(page.voice.text, passage)
        masking.mask_voice(
            by=request.viewer, at=at, voice_id=number, spans=spans, seen_key=_key(request.POST.get("key", ""))
        )
    except CorrectionError as error:
        return _page(request, number, mask_error=str(error), passage=passage)
    say(request, _("Blotted out, for everybody and for good."))
    return redirect("listen:voice", number)


@require_POST
@for_employees
def go_back_to_person(request: KnownRequest, number: int) -> HttpResponse:
    """Open a request by which somebody goes back to who said it."""
    at = now()
    page = voice_page(request.viewer, number, at=at)
    if page.voice.speaker is None:
        # Who said it is not for this viewer to know: a request in the person's name would tell.
        say(request, _("Nobody knows who said this, so nobody can go back to them."))
        return redirect("listen:voice", number)
    try:
        request_id = follow_up(by=request.viewer, at=at, voice_id=number)
    except NobodyToAnswerError:
        say(request, _("No service of yours is there by which this person could be answered. Write to them yourself."))
        return redirect("listen:voice", number)
    except NotAllowedError as refusal:
        say(request, str(refusal))
        return redirect("listen:voice", number)
    named = requests_named(request.viewer, [request_id]).get(request_id)
    if named is None:
        say(request, _("Somebody goes back to them."))
        return redirect("listen:voice", number)
    say(request, _("It is a request now. Write to them, or call."))
    return redirect("desk:request", named.reference)


def _correct(request: KnownRequest, number: int, act: Callable[[], None], *, focus: str = "") -> HttpResponse:
    """Do it; htmx gets what changed of the page, everybody else the page."""
    try:
        act()
    except CorrectionError as error:
        say(request, str(error))
    else:
        say(request, _("It counts at once, and the machine learns from it."))
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx
        return redirect(reverse("listen:voice", args=[number]) + "#meaning")
    context = _context(request, voice_page(request.viewer, number, at=now()))
    return render(request, "listen/voice_meaning_part.html", context | {"focus": focus})


def _page(request: KnownRequest, number: int, **more: str) -> HttpResponse:
    page = voice_page(request.viewer, number, at=now())
    context = _context(request, page) | more
    return render(request, "listen/voice.html", context, status=422 if more.get("mask_error") else 200)


def _context(request: KnownRequest, page: VoicePage) -> dict[str, Any]:
    viewer, seen = request.viewer, page.voice
    others = [*(one.voice for one in page.alike), *(page.same.voices if page.same else ())]
    wanted = requests_in([seen, *others]) | ({page.follow_up.request_id} if page.follow_up else frozenset())
    readable = requests_named(viewer, wanted)
    corrected_by = feeling_said_by(page.text_key) if seen.feeling_by == "person" else ""
    about = {one.subject.id for one in seen.subjects}
    follow_up_request = readable.get(page.follow_up.request_id) if page.follow_up else None
    works_there = seen.provider is not None and seen.provider.id in viewer.department_ids
    return {
        "at": now(),
        "place": "listen",
        "page": page,
        "row": voice_shown(seen, readable=readable, corrected_by=corrected_by),
        "request_named": readable.get(request_of(seen)),
        "feelings": [
            {"key": key, "words": feeling_words(key), "icon": FEELING_ICONS[key], "is_it": key == seen.feeling}
            for key in FEELINGS
            if key != "cant_tell"
        ],
        "choices": [one for one in page.choices if one.id not in about],
        "same": [voice_shown(one, readable=readable) for one in page.same.voices] if page.same else [],
        "alike": [voice_shown(one.voice, readable=readable) for one in page.alike],
        "personal": [
            {
                "value": f"{span.start}-{span.end}",
                "words": seen.text[span.start : span.end],
                "kind": PERSONAL_WORDS[span.kind],
            }
            for span in page.personal
        ],
        "key": page.text_key.hex() if page.text_key else "",
        "follow_up_request": follow_up_request,
        "follow_up_words": REASONS[page.follow_up.reason] if page.follow_up else "",
        "may_go_back": page.follow_up is None and seen.speaker is not None and works_there,
        "improvements": [(one, state_words(one.state)) for one in page.improvements],
        "new_improvement_url": _new_improvement_url(page) if works_there or viewer.is_owner else "",
    }


def _new_improvement_url(page: VoicePage) -> str:
    given = [("voice", str(page.voice.id))]
    if page.voice.provider:
        given.append(("department", str(page.voice.provider.id)))
    if page.voice.subjects:
        given.append(("subject", str(page.voice.subjects[0].subject.id)))
    # Whoever said the same speaks for it too, and is told when it is done.
    given += [("voice", str(one.id)) for one in page.same.voices] if page.same else []
    return f"{reverse('listen:new_improvement')}?{urlencode(given)}"


def _places(text: str, passage: str) -> set[tuple[int, int]]:
    """Where a passage stands, whatever the case of its letters. Raises CorrectionError when it is nowhere."""
    folded, wanted = text.casefold(), passage.casefold()
    if len(folded) != len(text):
        folded, wanted = text, passage  # some letters are longer when folded: then only the very same is found
    found = set()
    start = folded.find(wanted)
    while start >= 0:
        found.add((start, start + len(wanted)))
        start = folded.find(wanted, start + len(wanted))
    if not found:
        raise CorrectionError(_("These words do not stand there. Copy them from the text."))
    return found


def _span(text: str) -> tuple[int, int] | None:
    first, _dash, last = text.partition("-")
    start, end = _number(first), _number(last)
    return None if start is None or end is None else (start, end)


def _key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise HiddenError("No such words.") from None


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) <= 18 else None  # noqa: PLR2004 - what a row id can be
