"""Public reviews: what waits for an answer, what was answered, and the sites that are read."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.directory import queries as directory
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises import queries as promises
from clientela.voice.actions import reviews as actions
from clientela.voice.actions.reviews import ReviewError, TakenIn
from clientela.voice.queries import reviews as queries
from clientela.voice.rules.reviews import ReviewsUnreadableError, Trouble
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.forms import NamedForm
from clientela.web.keyset import moment_place, place_of
from clientela.web.listen.review_forms import AnswerForm, MatchForm, ReviewFileForm, SiteForm
from clientela.web.viewer import KnownRequest

TROUBLES_SHOWN = 50
MOST_LETTERS = 200  # of what is searched for


@for_employees
def reviews(request: KnownRequest) -> HttpResponse:
    """Show reviews: those that wait for an answer, or all."""
    at = now()
    is_all = request.GET.get("show") == "all"
    words = request.GET.get("words", "").strip()[:MOST_LETTERS]
    after = moment_place(request.GET.get("after"))
    page = queries.reviews_page(request.viewer, at=at, is_waiting=not is_all, words=words, after=after)
    searched = {"words": words} if words else {}
    kept = ({"show": "all"} if is_all else {}) | searched
    context = {
        "at": at,
        "place": "listen",
        "page": page,
        "is_all": is_all,
        "words": words,
        "waiting_url": _address(searched),
        "all_url": _address({"show": "all"} | searched),
        "unsearched_url": _address({"show": "all"} if is_all else {}),
        "older_url": _address(kept | {"after": place_of(page.next_after)}) if page.next_after else "",
        "newest_url": _address(kept) if after else "",
    }
    return render(request, "listen/reviews.html", context)


@for_employees
def review(request: KnownRequest, number: int) -> HttpResponse:
    """Show one review with what may be done about it."""
    return _page(request, number)


@require_POST
@for_employees
def answer(request: KnownRequest, number: int) -> HttpResponse:
    """Keep the answer that was written there."""
    at = now()
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_review(by=request.viewer, at=at, review_id=number, text=form.cleaned_data["text"])
        except ReviewError as error:
            form.refuse("text", str(error))
        except NotAllowedError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("The answer is kept."))
            return redirect("listen:review", number)
    return _page(request, number, sent=form)


@require_POST
@for_employees
def match(request: KnownRequest, number: int) -> HttpResponse:
    """Say who wrote it, with their consent."""
    at = now()
    form = MatchForm(request.POST)
    may_match = queries.review_seen(request.viewer, number, at=at).may_answer
    if not may_match:
        form.add_error(None, may_match.reason)  # who may not match learns nothing about addresses either
    elif form.is_valid():
        person = directory.person_of_address(form.cleaned_data["email"])
        nobody = _("We know nobody with this address.")
        if person is None:
            form.refuse("email", nobody)
        else:
            try:
                actions.match_review(
                    by=request.viewer,
                    at=at,
                    review_id=number,
                    party_id=person.id,
                    consent=form.cleaned_data["consent"],
                )
            except ReviewError as error:
                form.refuse(error.field, str(error))
            except HiddenError:
                form.refuse("email", nobody)  # somebody whom the viewer may not see is nobody
            except NotAllowedError as refusal:
                form.add_error(None, str(refusal))
            else:
                say(request, _("The review is theirs now, as they agreed."))
                return redirect("listen:review", number)
    return _page(request, number, sent=form)


@require_POST
@for_employees
def part(request: KnownRequest, number: int) -> HttpResponse:
    """The review is nobody's again."""
    actions.part_review(by=request.viewer, at=now(), review_id=number)
    say(request, _("The review is nobody’s again."))
    return redirect("listen:review", number)


@for_employees
def new_site(request: KnownRequest) -> HttpResponse:
    """Read another site from now on."""
    at, language = now(), get_language() or "en"
    page = queries.reviews_page(request.viewer, at=at)
    if not page.may_set_sites:
        raise HiddenError
    form = SiteForm(
        request.POST if request.method == "POST" else None,
        departments=[(str(card.id), card.name_in(language)) for card in directory.departments()],
        terms=[(str(terms.id), terms.name) for terms in promises.all_terms()],
        initial={"language": language},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.add_review_site(
                by=request.viewer,
                at=at,
                name=values["name"],
                kind=values["kind"],
                address=values["address"],
                is_inside=values["is_inside"],
                provider_id=values["provider"],
                terms_id=values["terms"],
                highest=values["highest"],
                language=values["language"],
            )
        except ReviewError as error:
            form.refuse(error.field, str(error))
        else:
            say(request, _("The site is read from now on."))
            return redirect("listen:reviews")
    context = {"at": at, "place": "listen", "form": form}
    return render(request, "listen/new_review_site.html", context, status=422 if form.errors else 200)


@for_employees
def give_file(request: KnownRequest, site: int) -> HttpResponse:
    """Take in a file of reviews, and say line by line what was left out."""
    at = now()
    page = queries.reviews_page(request.viewer, at=at, site_id=site)
    seen = next((one for one in page.sites if one.id == site and one.may_give_file), None)
    if seen is None:
        raise HiddenError
    form = ReviewFileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    taken: TakenIn | None = None
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            taken = actions.take_in_file(by=request.viewer, at=at, site_id=site, content=content)
        except ReviewsUnreadableError as error:
            form.refuse("file", unreadable_words(error))
    context = {
        "at": at,
        "place": "listen",
        "site": seen,
        "form": form,
        "taken": taken,
        "troubles": [trouble_words(one) for one in taken.read.troubles[:TROUBLES_SHOWN]] if taken else [],
    }
    return render(request, "listen/review_file.html", context, status=422 if form.errors else 200)


@require_POST
@for_employees
def change_site(request: KnownRequest, site: int) -> HttpResponse:
    """Read a site at once, or no longer."""
    at = now()
    if request.POST.get("do") == "stop":
        actions.stop_reading_site(by=request.viewer, at=at, site_id=site)
        say(request, _("The site is not read any more. Its reviews stay."))
    else:
        actions.read_site_now(by=request.viewer, at=at, site_id=site)
        say(request, _("It is read within a minute."))
    return redirect("listen:reviews")


def unreadable_words(error: ReviewsUnreadableError) -> str:
    """Why a file cannot be read at all, and what to do."""
    words = {
        "empty": _("The file is empty."),
        "html": _("This is a web page, not a list of reviews. Look for “export” or “feed” on the site."),
        "not_json": _("This JSON is broken: %(detail)s."),
        "no_list": _("This JSON holds no list of reviews."),
        "not_a_feed": _("This is neither CSV, JSON nor a feed."),
        "no_columns": _(
            "The first line must name a column with the text or the score, and one with the date. Found: %(detail)s"
        ),
    }
    return words[error.code] % {"detail": error.detail}


def trouble_words(trouble: Trouble) -> str:
    """What was left out, where, and why."""
    words = {
        "missing": _("Line %(place)s: there is neither text nor score, or no date."),
        "not_a_day": _("Line %(place)s: “%(found)s” is not a date. Write it as year-month-day."),
        "not_a_score": _("Line %(place)s: “%(found)s” is not a score of this site."),
    }
    other = _("Line %(place)s could not be read.")
    return words.get(trouble.code, other) % {"place": trouble.place, "found": trouble.found}


def _page(request: KnownRequest, number: int, *, sent: NamedForm | None = None) -> HttpResponse:
    at = now()
    seen = queries.review_seen(request.viewer, number, at=at)
    forms: dict[str, NamedForm] = (
        {"answer_form": AnswerForm(initial={"text": seen.answer}), "match_form": MatchForm()} if seen.may_answer else {}
    )
    if sent is not None and f"{sent.key}_form" in forms:
        forms[f"{sent.key}_form"] = sent
    refused = sent if sent is not None and not forms else None
    context: dict[str, Any] = {"at": at, "place": "listen", "review": seen, "refused": refused, **forms}
    return render(request, "listen/review.html", context, status=422 if sent is not None else 200)


def _address(query: dict[str, str]) -> str:
    return reverse("listen:reviews") + (f"?{urlencode(query)}" if query else "")
