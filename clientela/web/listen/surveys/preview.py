"""How a survey looks on a phone: the very pages that people answer, in a frame; nothing in it is kept or sent."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clientela.kernel.clock import now
from clientela.kernel.languages import product_language
from clientela.voice.policies.surveys import Standing
from clientela.voice.queries.survey_lists import SurveyDraft, survey_draft
from clientela.voice.queries.surveys_to_answer import SurveyToAnswer
from clientela.voice.rules.surveys import in_language
from clientela.web.components import words as say
from clientela.web.doors import for_employees
from clientela.web.listen.surveys.wording import reader_language
from clientela.web.portal.surveys.showing import page_context
from clientela.web.portal.surveys.walking import Step, first_walk, given_in, kept_in_browser, walk_on
from clientela.web.security import PAGE_POLICY
from clientela.web.viewer import KnownRequest


@for_employees
def preview(request: KnownRequest, key: str) -> HttpResponse:
    """Show the newest version in a frame as wide as a phone, in one language after the other."""
    language = reader_language()
    draft = survey_draft(request.viewer, key, language=language)
    spoken = draft.head.languages
    chosen = request.GET.get("in", "") if request.GET.get("in", "") in spoken else _first(draft, language)
    context = {
        "at": now(),
        "place": "listen",
        "head": draft.head,
        "section": "preview",
        "draft": draft,
        "languages": [(code, say.language_name(code, language=language), code == chosen) for code in spoken],
        "chosen": chosen,
        "has_questions": bool(draft.definition.questions),
    }
    return render(request, "listen/surveys/preview.html", context)


@for_employees
def frame(request: KnownRequest, key: str) -> HttpResponse:
    """Walk through the pages as somebody who answers does. Answers travel with the form, and end nowhere."""
    draft = survey_draft(request.viewer, key, language=reader_language())
    asked = request.POST.get("language") or request.GET.get("language") or ""
    what, _colon, which = request.POST.get("go", "").partition(":")
    asked = which if what == "language" else asked
    language = asked if asked in draft.head.languages else _first(draft, reader_language())
    survey = _as_asked(draft, language)
    with translation.override(product_language(language)):
        definition = draft.definition
        walk = first_walk(definition, {})
        if request.method == "POST":
            page = request.POST.get("page", "")
            walk = walk_on(
                definition,
                given_in(definition, request.POST, kept_in_browser(definition, request.POST)),
                page=int(page[:4]) if page.isdecimal() else 0,
                pressed=request.POST.get("go", ""),
                shown=request.POST.get("shown", ""),
            )
        return _framed(_page(request, draft, survey, walk))


def _page(request: KnownRequest, draft: SurveyDraft, survey: SurveyToAnswer, walk: Any) -> HttpResponse:
    form_url = reverse("listen:survey_preview_frame", args=[draft.head.key])
    if walk.step == Step.SEND:
        ended = {
            "at": now(),
            "survey": survey,
            "title": in_language(draft.definition.titles, survey.language),
            "thanks": in_language(draft.definition.thanks, survey.language) or _("Thank you."),
            "is_answered": True,
        }
        return TemplateResponse(request, "portal/survey_done.html", ended).render()
    context = page_context(survey, walk, at=now(), trouble="", is_click=False, is_saved=False)
    # What is kept of the answers is told as those hear it who will be asked.
    told = replace(survey, is_by_invitation=not draft.head.is_open_to_all, first_name=request.viewer.first_name)
    context |= {"languages": list(draft.head.languages), "draft": "", "form_url": form_url, "survey": told}
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx
        return render(request, "portal/survey_part.html", context)
    template = "portal/survey_review.html" if walk.step == Step.REVIEW else "portal/survey.html"
    return render(request, template, context)


def _as_asked(draft: SurveyDraft, language: str) -> SurveyToAnswer:
    """The draft as the portal's pages take a survey: without an invitation, so that nothing can be saved."""
    return SurveyToAnswer(
        key="preview",
        is_by_invitation=False,
        standing=Standing.OPEN,
        definition=draft.definition,
        language=language,
        is_anonymous=draft.head.is_anonymous,
        cuts=draft.head.cuts,
        owner=draft.head.owner_name,
        supplier="",
        about="",
        answers={},
        person_id=None,
        first_name="",
        ends_at=None,
        results_on=None,
        next_token="",
    )


def _first(draft: SurveyDraft, language: str) -> str:
    spoken = draft.head.languages
    return language if language in spoken else next(iter(spoken), language)


def _framed(response: HttpResponse) -> HttpResponse:
    """Let a page of our own hold it in a frame."""
    response["Content-Security-Policy"] = PAGE_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
