"""The surveys in a list; beginning a new one, from a ready-made one, a copy, a file, or nothing."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.kernel.clock import now
from clientela.kernel.policies import require_seen
from clientela.voice.actions.surveys.drafting import draft_survey
from clientela.voice.actions.surveys.importing import ImportRefusedError, import_survey
from clientela.voice.policies.survey_making import may_make_some_survey, may_set_listening
from clientela.voice.queries.survey_lists import SurveysPlace, departments_to_make_for, surveys_seen, surveys_to_copy
from clientela.voice.queries.survey_lists.listing import STATES
from clientela.voice.rules.figures.estimates import TooFew
from clientela.voice.rules.surveys import in_language
from clientela.voice.rules.surveys.ready import READY
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.forms import NamedForm
from clientela.web.keyset import moment_place, place_of
from clientela.web.listen.surveys.import_words import import_words
from clientela.web.listen.surveys.result_words import figure_name, figure_words
from clientela.web.listen.surveys.wording import STATE_WORDS, SURVEY_KIND_WORDS, TRIGGER_WORDS, reader_language
from clientela.web.viewer import KnownRequest

LARGEST_FILE_BYTES: Final = 1_000_000


class NewSurveyForm(NamedForm):
    """What a survey begins with."""

    key = "new"
    source = forms.ChoiceField(label=gettext_lazy("Begin with"), widget=forms.RadioSelect)
    owner_id = forms.TypedChoiceField(
        label=gettext_lazy("Whose survey is it?"),
        help_text=gettext_lazy("Its department and the owner read the results."),
        coerce=int,
    )
    title = forms.CharField(
        label=gettext_lazy("What is it called?"),
        help_text=gettext_lazy("For one that begins empty. People who answer see it on top."),
        max_length=200,
        required=False,
    )

    def __init__(
        self, *args: Any, owners: list[tuple[int, str]], sources: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = owners  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["source"].choices = sources  # type: ignore[attr-defined]  # a ChoiceField


class ImportForm(NamedForm):
    """A file of another tool, or of ours."""

    key = "import"
    file = forms.FileField(
        label=gettext_lazy("The file"), help_text=gettext_lazy("SurveyJS JSON, at most 1 MB."), required=False
    )
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        max_length=LARGEST_FILE_BYTES,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    owner_id = forms.TypedChoiceField(label=gettext_lazy("Whose survey is it?"), coerce=int)
    takes_rest = forms.BooleanField(
        label=gettext_lazy("Leave out what cannot be taken over, and bring in the rest"), required=False
    )

    def __init__(self, *args: Any, owners: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = owners  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Take the file, or the text when there is no file."""
        given = super().clean() or {}
        file = given.get("file")
        if file is not None and file.size > LARGEST_FILE_BYTES:
            self.add_error(
                "file", _("This file is larger than 1 MB. A survey is smaller: look whether it is the right one.")
            )
        elif file is None and not given.get("text", "").strip():
            self.add_error("file", _("Choose a file, or paste its text."))
        return given

    def raw(self) -> bytes:
        """What was given, as bytes."""
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file is not None else str(self.cleaned_data["text"]).encode("utf-8", "replace")


@for_employees
def surveys(request: KnownRequest) -> HttpResponse:
    """Show the surveys that the viewer sees, page by page."""
    language = reader_language()
    after = _place(request.GET)
    page = surveys_seen(request.viewer, language=language, after=after)
    context = {
        "at": now(),
        "place": "listen",
        "rows": [
            {
                "row": row,
                "kind": SURVEY_KIND_WORDS.get(row.kind, row.kind),
                "state": STATE_WORDS[row.state],
                "trigger": TRIGGER_WORDS[row.trigger],
                "last": f"{figure_words(row.last_figure, language)} {figure_name(row.last_question)}"
                if row.last_figure is not None and not isinstance(row.last_figure, TooFew)
                else "",
            }
            for row in page.rows
        ],
        "is_first": after is None,
        "older_url": "?" + urlencode(_address(page.next_after)) if page.next_after else "",
        "newest_url": reverse("listen:surveys") if after else "",
        "may_make": may_make_some_survey(request.viewer).is_allowed,
        "may_set": may_set_listening(request.viewer).is_allowed,
    }
    return render(request, "listen/surveys/list.html", context)


@for_employees
def new(request: KnownRequest) -> HttpResponse:
    """Choose what to begin with."""
    language = reader_language()
    require_seen(may_make_some_survey(request.viewer))
    owners = [(card.id, card.name_in(language)) for card in departments_to_make_for(request.viewer)]
    ready = [(f"ready:{one.key}", in_language(one.names, language), in_language(one.tells, language)) for one in READY]
    copies = [(f"copy:{key}", title) for key, title in surveys_to_copy(request.viewer, language=language)]
    sources = [("", _("An empty survey")), *((value, name) for value, name, _tells in ready), *copies]
    own = next((number for number, _name in owners if number in request.viewer.headed_department_ids), None)
    form = NewSurveyForm(
        request.POST if request.method == "POST" else None,
        owners=owners,
        sources=sources,
        initial={"source": request.GET.get("source", ready[0][0] if ready else ""), "owner_id": own},
    )
    form.fields["source"].required = False
    if request.method == "POST" and form.is_valid():
        key = draft_survey(
            by=request.viewer,
            at=now(),
            owner_id=form.cleaned_data["owner_id"],
            title=form.cleaned_data["title"],
            language=language,
            source=form.cleaned_data["source"],
        )
        say(request, _("The draft is made. Nobody is asked before you publish it."))
        return redirect("listen:survey_questions", key)
    context = {
        "at": now(),
        "place": "listen",
        "form": form,
        "ready": ready,
        "copies": copies,
        "chosen": form["source"].value() or "",
    }
    return render(request, "listen/surveys/new.html", context, status=422 if form.errors else 200)


@for_employees
def bring_in(request: KnownRequest) -> HttpResponse:
    """Bring in a survey of another tool."""
    language = reader_language()
    require_seen(may_make_some_survey(request.viewer))
    owners = [(card.id, card.name_in(language)) for card in departments_to_make_for(request.viewer)]
    is_sent = request.method == "POST"
    form = ImportForm(request.POST if is_sent else None, request.FILES if is_sent else None, owners=owners)
    left_out: list[str] = []
    if is_sent and form.is_valid():
        try:
            key = import_survey(
                by=request.viewer,
                at=now(),
                owner_id=form.cleaned_data["owner_id"],
                raw=form.raw(),
                takes_rest=form.cleaned_data["takes_rest"],
            )
        except ImportRefusedError as error:
            left_out = [import_words(one) for one in error.problems]
            form.refuse("file" if form.cleaned_data["file"] else "text", _refusal(has_rest=error.has_rest))
        else:
            say(request, _("It is brought in as a draft. Look it over before you publish it."))
            return redirect("listen:survey_questions", key)
    context = {"at": now(), "place": "listen", "form": form, "left_out": left_out}
    return render(request, "listen/surveys/import.html", context, status=422 if form.errors else 200)


def _refusal(*, has_rest: bool) -> str:
    if has_rest:
        return _("Not everything in it can be taken over. Look at the list; bring in the rest if that is enough.")
    return _("It cannot be brought in.")


def _place(asked: Mapping[str, str]) -> SurveysPlace | None:
    """Where the page goes on, as the address says it; None from the first, and for what nobody of us wrote."""
    place = moment_place(asked.get("after"))
    state = asked.get("state", "")
    return None if place is None or state not in STATES else SurveysPlace(state, *place)


def _address(place: SurveysPlace) -> dict[str, str]:
    return {"state": place.state, "after": place_of((place.made_at, place.id))}
