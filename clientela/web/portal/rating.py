"""The pages behind the rating links.

Opening a link changes nothing: a mail scanner does that too. A person's sign of life on the page, or the button, sends
the score.
"""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from clientela.kernel.clock import now
from clientela.kernel.languages import product_language
from clientela.kernel.policies import NotAllowedError
from clientela.voice import actions, queries
from clientela.web.components.toasts import say
from clientela.web.doors import for_everybody
from clientela.web.viewer import SESSION_LANGUAGE, VisitorRequest

SCORES = (1, 2, 3, 4, 5)


class CommentForm(forms.Form):
    """A few words beside the score."""

    comment = forms.CharField(
        label=_("Would you like to add a few words?"),
        help_text=_("What went well, or what we should do better. Only the people who served you read it."),
        max_length=actions.LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a few words, or simply close this page.")},
    )


def score_in_words(score: int) -> str:
    """Return what a score means."""
    return (gettext("badly"), gettext("not well"), gettext("so-so"), gettext("well"), gettext("very well"))[score - 1]


@never_cache
@for_everybody
def rate(request: VisitorRequest, token: str, score: int) -> HttpResponse:
    """Show the chosen score and send it when a person is there (POST). A GET changes nothing."""
    at = now()
    question = queries.rating_question(token, at=at)
    if question is None or score not in SCORES:
        raise Http404
    if question.score is not None:
        return redirect("portal:rating", token=token)
    with translation.override(_language_of(request, question)):
        if request.method == "POST":
            try:
                actions.rate(at=at, token=token, score=score)
            except NotAllowedError:
                return redirect("portal:rating", token=token)
            return redirect("portal:rating", token=token)
        context = {
            "at": at,
            "token": token,
            "score": score,
            "words": score_in_words(score),
            "question": question,
            "others": [(other, score_in_words(other)) for other in SCORES if other != score],
        }
        return render(request, "portal/rate.html", context)


@never_cache
@for_everybody
def comment(request: VisitorRequest, token: str) -> HttpResponse:
    """Thank for the score, and take a few words."""
    at = now()
    question = queries.rating_question(token, at=at)
    if question is None:
        raise Http404
    with translation.override(_language_of(request, question)):
        form = CommentForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and question.score is not None and form.is_valid():
            actions.comment_on_rating(at=at, token=token, comment=form.cleaned_data["comment"])
            say(request, gettext("Thank you. We read every word."))
            return redirect("portal:rating", token=token)
        context = {
            "at": at,
            "token": token,
            "question": question,
            "words": score_in_words(question.score) if question.score else "",
            "scores": [(score, score_in_words(score)) for score in SCORES],
            "form": form,
        }
        return render(request, "portal/rated.html", context, status=422 if form.is_bound else 200)


def _language_of(request: VisitorRequest, question: queries.RatingQuestion) -> str:
    """Speak the language of the letter, unless the visitor chose another one."""
    return str(request.session.get(SESSION_LANGUAGE) or product_language(question.language))
