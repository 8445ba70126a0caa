"""Asking by hand: people by their addresses, and whole groups."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clientela.directory import queries as directory
from clientela.kernel.clock import now
from clientela.kernel.policies import require
from clientela.voice.actions import Asked, RoundOverError, ask_by_hand
from clientela.voice.actions.surveys.inviting import NO_WAY
from clientela.voice.policies.survey_making import may_make_survey
from clientela.voice.queries.survey_lists import survey_head
from clientela.voice.rules.asking import AskReason
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.listen.surveys.wording import reader_language
from clientela.web.viewer import KnownRequest

MOST_ADDRESSES: Final = 1000
_BETWEEN: Final = re.compile(r"[\s,;]+")


class PeopleForm(forms.Form):
    """Whom to ask."""

    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        help_text=gettext_lazy("Of people we know, one a line or with commas between them."),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    groups = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Groups"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        known = directory.groups()
        self.fields["groups"].choices = [(str(one.id), f"{one.name} ({one.size})") for one in known]  # type: ignore[attr-defined]  # a choice field
        if not known:
            del self.fields["groups"]
        self.person_ids: list[int] = []

    def clean(self) -> dict[str, Any]:
        """Find the people behind the addresses."""
        cleaned = super().clean() or {}
        wanted = list(dict.fromkeys(part for part in _BETWEEN.split(cleaned.get("addresses", "")) if part))
        if len(wanted) > MOST_ADDRESSES:
            self.add_error(
                "addresses", _("Ask at most %(most)s at a time, or make a group.") % {"most": MOST_ADDRESSES}
            )
            return cleaned
        found = directory.people_of_addresses(wanted)
        unknown = [address for address in wanted if address not in found]
        if unknown:
            words = _("We know nobody with these addresses: %(list)s.") % {"list": ", ".join(unknown[:5])}
            self.add_error("addresses", words)
        elif not wanted and not cleaned.get("groups"):
            self.add_error("addresses", _("Say whom to ask."))
        self.person_ids = [card.id for card in found.values()]
        return cleaned


@for_employees
def people(request: KnownRequest, key: str) -> HttpResponse:
    """Ask people by hand in the open round."""
    head = survey_head(request.viewer, key, language=reader_language())
    require(may_make_survey(request.viewer, head.owner_id))
    form = PeopleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_by_hand(
                by=request.viewer,
                at=now(),
                survey_id=head.id,
                person_ids=form.person_ids,
                group_ids=form.cleaned_data.get("groups") or (),
            )
        except RoundOverError:
            form.add_error(None, _("No round is open. Publish the survey, or wait for its next round."))
        else:
            say(request, asked_words(asked))
            return redirect("listen:survey", key)
    context = {"at": now(), "place": "listen", "head": head, "section": "people", "form": form}
    return render(request, "listen/surveys/people.html", context, status=422 if form.is_bound else 200)


def asked_words(asked: Asked) -> str:
    """How many were asked, and why the others were not."""
    count = len(asked.people)
    reasons = [
        f"{words}: {asked.left_out[reason]}" for reason, words in _reasons().items() if asked.left_out.get(reason)
    ]
    if not count and not reasons:
        return _("Nobody was asked: there is nobody in this group. Choose another one, or write addresses.")
    said = ngettext("We asked %(n)s person.", "We asked %(n)s people.", count) % {"n": count}
    if not count:
        said = _("Nobody more was asked. Ask other people, or these again in a later round.")
    left_out = _("Not asked")
    return f"{said} {left_out}: {', '.join(reasons)}." if reasons else said


def _reasons() -> Mapping[str, str]:
    return {
        AskReason.ALREADY_ASKED: _("asked already"),
        AskReason.BUDGET_SPENT: _("asked often enough this quarter"),
        AskReason.TOO_SOON: _("asked lately"),
        AskReason.REFUSES: _("want no such letters"),
        AskReason.NOT_DRAWN: _("not drawn"),
        NO_WAY: _("no way to reach them"),
    }
