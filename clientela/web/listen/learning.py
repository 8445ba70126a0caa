"""What the machine has learned: from which texts, how well it does in each language, and how to teach it more."""

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.files import FileMissingError, read_file
from clientela.kernel.policies import HiddenError
from clientela.voice import actions
from clientela.voice.actions import ScoredFileError
from clientela.voice.queries.subjects import learning_page
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.listen.feeling_words import FEELINGS
from clientela.web.listen.subject_forms import ScoredFileForm
from clientela.web.viewer import KnownRequest

_SALT = "clientela.listen.scored_file"
ROWS_SHOWN = 200


@for_employees
def learning(request: KnownRequest) -> HttpResponse:
    """Show what was learned, and take a file of scored comments; nothing is learned from it before it was looked at."""
    at = now()
    page = learning_page(request.viewer)
    is_sent = request.method == "POST"
    form = ScoredFileForm(request.POST, request.FILES) if is_sent else ScoredFileForm()
    if is_sent and form.is_valid():
        try:
            name = actions.give_scored_file(by=request.viewer, content=form.cleaned_data["file"].read())
        except ScoredFileError as error:
            form.refuse("file", str(error))
        else:
            # Signed, so that no other stored file can be opened by its name.
            return redirect("listen:scored_file", signing.Signer(salt=_SALT).sign(name))
    context = {
        "at": at,
        "place": "listen",
        "page": page,
        "form": form,
        "newest": [(one, FEELINGS.get(one.feeling, "")) for one in page.newest],
    }
    return render(request, "listen/learning.html", context, status=422 if form.is_bound else 200)


@for_employees
def scored_file(request: KnownRequest, token: str) -> HttpResponse:
    """Show what a file says, line by line, and on POST keep the lines that are right."""
    rows = actions.scored_rows(by=request.viewer, content=_content(token))
    right, wrong = [row for row in rows if not row.errors], [row for row in rows if row.errors]
    if request.method == "POST":
        count = actions.import_scored_texts(by=request.viewer, at=now(), rows=right)
        words = ngettext("%(n)s comment is kept.", "%(n)s comments are kept.", count) % {"n": count}
        say(request, words + " " + _("The machine learns from them tonight, or when you tell it to."))
        return redirect("listen:learning")
    context = {
        "at": now(),
        "place": "listen",
        "right_count": len(right),
        "rows": [(row, FEELINGS.get(row.feeling, "")) for row in right[:ROWS_SHOWN]],
        "more_count": max(0, len(right) - ROWS_SHOWN),
        "wrong": wrong[:ROWS_SHOWN],
        "wrong_count": len(wrong),
        "token": token,
    }
    return render(request, "listen/scored_file.html", context)


@require_POST
@for_employees
def learn(request: KnownRequest) -> HttpResponse:
    """Let the machine learn now."""
    actions.ask_to_learn(by=request.viewer, at=now())
    say(request, _("It learns now. In a minute or two this page shows how well it does."))
    return redirect("listen:learning")


@require_POST
@for_employees
def forget(request: KnownRequest, number: int) -> HttpResponse:
    """Learn no longer from one text."""
    actions.forget_scored_text(by=request.viewer, at=now(), scored_id=number)
    say(request, _("The machine learns from it no longer."))
    return redirect("listen:learning")


def _content(token: str) -> bytes:
    try:
        return read_file(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, FileMissingError) as error:
        raise HiddenError("There is no such file.") from error
