"""The pages behind a survey's links.

Opening a link changes nothing, for mail scanners do that too. By an invitation of a named survey every answer is saved
as it is given; of an anonymous one, and by an open link, the answers stay in the browser until they are sent.
"""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.languages import LANGUAGES, product_language
from clientela.kernel.policies import NotAllowedError
from clientela.voice import actions, queries
from clientela.voice.actions import AnswersRefusedError, PromiseChangedError
from clientela.voice.policies import Standing
from clientela.voice.queries import SurveyToAnswer
from clientela.voice.rules.sealed_boxes import AnswerTooLargeError
from clientela.voice.rules.survey_voices import clickable_scores
from clientela.voice.rules.surveys import in_language
from clientela.web.components.toasts import say
from clientela.web.doors import for_everybody
from clientela.web.portal.surveys.flood import is_flood
from clientela.web.portal.surveys.showing import draft_key, page_context
from clientela.web.portal.surveys.walking import Step, Walk, first_walk, given_in, kept_in_browser, walk_on
from clientela.web.viewer import SESSION_LANGUAGE, VisitorRequest

ANSWERED_COOKIE = "answered-"


@never_cache
@for_everybody
def answer(request: VisitorRequest, token: str) -> HttpResponse:
    """Show the questions of an invitation (GET), or go on in them, save and send (POST)."""
    at = now()
    survey = queries.survey_to_answer(token, at=at, languages=_languages_wanted(request))
    if survey is None:
        raise Http404
    with translation.override(product_language(survey.language)):
        if survey.standing in {Standing.ANSWERED, Standing.OVER}:
            return _ended(request, survey)
        if request.method != "POST":
            return _shown(request, survey, first_walk(survey.definition, survey.answers, page=_page(request)))
        if survey.is_anonymous:
            return _without_saving(request, survey)
        return _saving(request, survey)


@never_cache
@for_everybody
def click(request: VisitorRequest, token: str, score: int) -> HttpResponse:
    """Show the first page with the score of a letter's link chosen. A GET changes nothing; a person's sign saves it."""
    survey = queries.survey_to_answer(token, at=now(), languages=_languages_wanted(request))
    if survey is None:
        raise Http404
    clickable = None if survey.is_anonymous else clickable_scores(survey.definition)
    if clickable is None or score not in clickable[1] or survey.standing not in {Standing.OPEN, Standing.DECLINED}:
        return redirect("portal:survey", token=token)
    with translation.override(product_language(survey.language)):
        given = {**survey.answers, clickable[0].name: score}
        return _shown(request, survey, Walk(Step.SHOW, 0, given), is_click=True)


@never_cache
@require_POST
@for_everybody
def decline(request: VisitorRequest, token: str) -> HttpResponse:
    """Take note that somebody would rather not answer."""
    if queries.survey_to_answer(token, at=now()) is None:
        raise Http404
    try:
        actions.decline_survey(at=now(), token=token)
    except NotAllowedError:
        return redirect("portal:survey", token=token)
    say(request, gettext("All right. We don’t remind you."), draft=draft_key(token))
    return redirect("portal:home")


@never_cache
@for_everybody
def open_link(request: VisitorRequest, link_key: str) -> HttpResponse:
    """Show the questions of a survey that is open to all, and take one answer a browser session."""
    at = now()
    wanted = (*_languages_wanted(request), translation.get_language() or "en")
    survey = queries.open_survey(link_key, at=at, languages=wanted)
    if survey is None:
        raise Http404
    with translation.override(product_language(survey.language)):
        if request.get_signed_cookie(_cookie(link_key), default="", salt=ANSWERED_COOKIE):
            return _ended(request, replace(survey, standing=Standing.ANSWERED))
        if survey.standing == Standing.OVER:
            return _ended(request, survey)
        if request.method != "POST":
            return _shown(request, survey, first_walk(survey.definition, {}))
        return _without_saving(request, survey)


def _saving(request: VisitorRequest, survey: SurveyToAnswer) -> HttpResponse:
    """Go on in a named survey: whatever was given is kept first, then the next page is fetched by its address."""
    at = now()
    given = given_in(survey.definition, request.POST, survey.answers)
    pressed = request.POST.get("go", "")
    walk = walk_on(survey.definition, given, page=_page(request), pressed=pressed, shown=request.POST.get("shown", ""))
    by_script = request.htmx  # type: ignore[attr-defined]  # set by django_htmx
    if "click" in request.POST and not pressed and not by_script and _is_all(survey, given):
        walk = Walk(Step.SEND, 0, given)
    try:
        if walk.step == Step.SEND:
            return _sent(request, survey, walk)
        actions.save_answers(at=at, token=survey.key, answers=walk.given, language=survey.language)
    except NotAllowedError:
        return redirect("portal:survey", token=survey.key)
    if by_script or walk.faults or walk.has_more:
        return _shown(request, survey, walk, is_saved=True)
    address = reverse("portal:survey", args=[survey.key])
    return redirect(f"{address}?page={walk.page}&language={survey.language}")


def _without_saving(request: VisitorRequest, survey: SurveyToAnswer) -> HttpResponse:
    """Go on in a survey whose answers the browser carries from page to page."""
    before = kept_in_browser(survey.definition, request.POST)
    given = given_in(survey.definition, request.POST, before)
    pressed, shown = request.POST.get("go", ""), request.POST.get("shown", "")
    walk = walk_on(survey.definition, given, page=_page(request), pressed=pressed, shown=shown)
    if walk.step != Step.SEND:
        return _shown(request, survey, walk)
    try:
        return _sent(request, survey, walk)
    except NotAllowedError:
        return redirect(request.path)


def _sent(request: VisitorRequest, survey: SurveyToAnswer, walk: Walk) -> HttpResponse:
    at = now()
    try:
        if survey.is_by_invitation:
            actions.send_answers(
                at=at,
                token=survey.key,
                answers=walk.given,
                language=survey.language,
                is_anonymous=request.POST.get("promise") == "anonymous",
            )
        elif is_flood(str(request.META.get("REMOTE_ADDR")), at=at):
            return _shown(request, survey, walk, trouble=_flooded(), status=429)
        else:
            viewer = request.viewer
            actions.send_open_answers(
                at=at,
                link_key=survey.key,
                answers=walk.given,
                language=survey.language,
                person_id=viewer.person_id if viewer is not None else None,
                side="inside" if viewer is not None and viewer.is_employee else "outside",
            )
    except AnswersRefusedError as error:
        # Nothing was answered at all, or the questions have changed while the page was open.
        trouble = gettext("Answer at least one question before you send.")
        return _shown(request, survey, replace(walk, step=Step.SHOW, faults=error.faults), trouble=trouble)
    except PromiseChangedError:
        trouble = gettext("What we keep of your answers has just changed. Please read it once more before you send.")
        return _shown(request, survey, Walk(Step.SHOW, 0, walk.given), trouble=trouble)
    except AnswerTooLargeError:
        trouble = gettext("This is more than we can take in one go. Please shorten your longest answers.")
        return _shown(request, survey, replace(walk, step=Step.REVIEW), trouble=trouble)
    say(request, gettext("Sent. Thank you."), draft=draft_key(survey.key))
    address = reverse("portal:survey", args=[survey.key]) if survey.is_by_invitation else request.path
    response = redirect(f"{address}?language={survey.language}")
    if not survey.is_by_invitation:
        response.set_signed_cookie(
            _cookie(survey.key), "1", salt=ANSWERED_COOKIE, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


def _shown(
    request: VisitorRequest,
    survey: SurveyToAnswer,
    walk: Walk,
    *,
    is_click: bool = False,
    is_saved: bool = False,
    trouble: str = "",
    status: int = 0,
) -> HttpResponse:
    context = page_context(survey, walk, at=now(), trouble=trouble, is_click=is_click, is_saved=is_saved)
    context["languages"] = _languages(survey)
    if not survey.is_by_invitation and request.viewer is not None:
        context["knows"] = request.viewer.name
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx
        if not request.POST.get("go") and context["shown"] == request.POST.get("shown", ""):
            # Nothing came or went: what somebody is just writing is left alone, and only "saved" is told.
            response = render(request, "portal/survey_saved.html", context)
            response["HX-Reswap"] = "none"
            return response
        return render(request, "portal/survey_part.html", context)
    template = "portal/survey_review.html" if walk.step == Step.REVIEW else "portal/survey.html"
    return render(request, template, context, status=status or (422 if walk.faults or trouble else 200))


def _ended(request: VisitorRequest, survey: SurveyToAnswer) -> HttpResponse:
    context: dict[str, Any] = {
        "at": now(),
        "survey": survey,
        "title": in_language(survey.definition.titles, survey.language),
        "thanks": in_language(survey.definition.thanks, survey.language),
        "is_answered": survey.standing == Standing.ANSWERED,
    }
    return render(request, "portal/survey_done.html", context)


def _is_all(survey: SurveyToAnswer, given: dict[str, Any]) -> bool:
    """Whether the one click from the letter has answered everything there is."""
    return len(survey.definition.questions) == 1 and bool(given)


def _page(request: VisitorRequest) -> int:
    asked = request.POST.get("page") or request.GET.get("page") or ""
    return int(asked[:4]) if asked.isdecimal() else 0


def _languages_wanted(request: VisitorRequest) -> tuple[str, ...]:
    """As asked on the page, else as chosen for this visit."""
    return _asked_language(request), str(request.session.get(SESSION_LANGUAGE) or "")


def _asked_language(request: VisitorRequest) -> str:
    what, _colon, which = request.POST.get("go", "").partition(":")
    if what == "language":
        return which
    return request.POST.get("language") or request.GET.get("language") or ""


def _languages(survey: SurveyToAnswer) -> list[str]:
    return [code for code in LANGUAGES if code in survey.definition.languages]


def _cookie(link_key: str) -> str:
    return ANSWERED_COOKIE + "".join(sign for sign in link_key if sign.isalnum())[:24]


def _flooded() -> str:
    return gettext("Very many answers are coming from where you are. Please wait some minutes, then send again.")
