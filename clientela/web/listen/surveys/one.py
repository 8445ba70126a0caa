"""One survey: what it does in words, its rounds and versions, publishing and closing it, its link."""

import io
import json
from typing import Any, Final

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.policies import require
from clientela.voice.actions.surveys.drafting import (
    DraftChangedError,
    NoDraftError,
    SurveyProblemsError,
    close_survey,
    delete_draft,
    go_back_to_version,
    publish_survey,
)
from clientela.voice.policies.survey_making import may_make_survey
from clientela.voice.queries.survey_lists import listening_policy, next_round_at, survey_draft, survey_head, survey_page
from clientela.voice.rules.surveys import WARNINGS
from clientela.voice.rules.surveys.surveyjs import to_surveyjs
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.downloads import as_file
from clientela.web.listen.surveys.problem_words import problem_words
from clientela.web.listen.surveys.wording import (
    SURVEY_KIND_WORDS,
    asking_words,
    budget_words,
    reader_language,
    title_of,
)
from clientela.web.viewer import KnownRequest

QR_SCALE: Final = 10  # pixels of a module in the picture to print
QR_BORDER: Final = 4  # modules; the standard asks for them


@for_employees
def survey(request: KnownRequest, key: str) -> HttpResponse:
    """Show one survey."""
    language = reader_language()
    page = survey_page(request.viewer, key, language=language)
    head = page.draft.head
    last = page.rounds[0] if page.rounds else None
    context = {
        "at": now(),
        "place": "listen",
        "page": page,
        "head": head,
        "section": "survey",
        "kind": SURVEY_KIND_WORDS.get(head.kind, head.kind),
        "sentences": asking_words(head, language=language),
        "next_at": next_round_at(head.trigger, head.trigger_data, last, head.state),
        "link": _link(request, head.link_key),
        "hindrance_count": len(page.draft.hindrances),
    }
    return render(request, "listen/surveys/survey.html", context)


@for_employees
def publish(request: KnownRequest, key: str) -> HttpResponse:
    """Look over what will happen, and publish."""
    language = reader_language()
    draft = survey_draft(request.viewer, key, language=language)
    problems = draft.problems
    if request.method == "POST":
        try:
            number = publish_survey(by=request.viewer, at=now(), key=key, seen=request.POST.get("seen", ""))
        except SurveyProblemsError as error:
            problems = tuple(error.problems)
        except DraftChangedError:
            say(request, _("Somebody changed it meanwhile. Look it over again."))
            return redirect("listen:survey_publish", key)
        except NoDraftError:
            say(request, _("There is nothing to publish: what you see is already asked."))
            return redirect("listen:survey", key)
        else:
            say(request, _("Version %(n)s is published.") % {"n": number})
            return redirect("listen:survey", key)
    names = {question.name: question for question in draft.definition.questions}
    told = [
        {
            "question": title_of(names[one.question], language) if one.question in names else "",
            "name": one.question if one.question in names else "",
            "words": problem_words(one, draft.definition, language),
            "hinders": one.code not in WARNINGS,
        }
        for one in problems
    ]
    context = {
        "at": now(),
        "place": "listen",
        "draft": draft,
        "head": draft.head,
        "section": "publish",
        "hindrances": [one for one in told if one["hinders"]],
        "warnings": [one for one in told if not one["hinders"]],
        "sentences": [*asking_words(draft.head, language=language), budget_words(listening_policy())],
        "question_count": len(draft.definition.questions),
        "screen_count": len(draft.definition.pages),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "listen/surveys/publish.html", context, status=status)


@require_POST
@for_employees
def close(request: KnownRequest, key: str) -> HttpResponse:
    """Ask no longer."""
    close_survey(by=request.viewer, at=now(), key=key)
    say(request, _("It is closed. Nobody is asked any more; its results stay."))
    return redirect("listen:survey", key)


@for_employees
def delete(request: KnownRequest, key: str) -> HttpResponse:
    """Ask whether the draft shall go, and throw it away: its words cannot be had back."""
    if request.method != "POST":
        head = survey_head(request.viewer, key, language=reader_language())
        require(may_make_survey(request.viewer, head.owner_id))
        if not head.has_draft:
            return redirect("listen:survey", key)
        return render(request, "listen/surveys/delete.html", {"at": now(), "place": "listen", "head": head})
    try:
        is_whole = delete_draft(by=request.viewer, at=now(), key=key)
    except NoDraftError:
        say(request, _("There is no draft: what was published stays."))
        return redirect("listen:survey", key)
    say(request, _("The draft is thrown away."))
    return redirect("listen:surveys") if is_whole else redirect("listen:survey", key)


@require_POST
@for_employees
def go_back(request: KnownRequest, key: str, number: int) -> HttpResponse:
    """Let the draft say again what an earlier version said."""
    go_back_to_version(by=request.viewer, at=now(), key=key, number=number)
    say(request, _("The draft says again what version %(n)s said. Publish it when it is right.") % {"n": number})
    return redirect("listen:survey_questions", key)


@for_employees
def export(request: KnownRequest, key: str) -> HttpResponse:
    """Hand out the newest version as SurveyJS JSON."""
    draft = survey_draft(request.viewer, key, language=reader_language())
    content = json.dumps(to_surveyjs(draft.definition), ensure_ascii=False, indent=2)
    return as_file(f"{key}.json", "application/json; charset=utf-8", content.encode())


@for_employees
def link_page(request: KnownRequest, key: str) -> HttpResponse:
    """Show the link as a page to print and hang up."""
    head = survey_head(request.viewer, key, language=reader_language())
    require(may_make_survey(request.viewer, head.owner_id))
    context = {"at": now(), "place": "listen", "head": head, "link": _link(request, head.link_key)}
    return render(request, "listen/surveys/link.html", context)


@for_employees
def qr(request: KnownRequest, key: str, form: str) -> HttpResponse:
    """Draw the link as a QR code: svg or png. `?save=1` hands it out as a file."""
    head = survey_head(request.viewer, key, language=reader_language())
    require(may_make_survey(request.viewer, head.owner_id))
    if form not in {"svg", "png"}:
        raise Http404
    picture = io.BytesIO()
    options: dict[str, Any] = {"scale": QR_SCALE, "border": QR_BORDER}
    # White behind it, whatever the theme: a code on dark paper is read by few phones.
    segno.make(_link(request, head.link_key), error="m", micro=False).save(
        picture, kind=form, dark="black", light="white", **options, **({"xmldecl": False} if form == "svg" else {})
    )
    kind = "image/svg+xml" if form == "svg" else "image/png"
    if request.GET.get("save"):
        return as_file(f"{key}.{form}", kind, picture.getvalue())
    return HttpResponse(picture.getvalue(), content_type=kind)


def _link(request: KnownRequest, link_key: str) -> str:
    return request.build_absolute_uri(reverse("portal:open_survey", args=[link_key]))
