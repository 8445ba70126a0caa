"""When and whom a survey asks, in a form; and the house's rules of asking, for all surveys."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.catalogue.queries import services_in_brief
from clientela.directory import queries as directory
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.clock import now
from clientela.kernel.policies import require, require_seen
from clientela.voice.actions.surveys.asking import CUTS, Asking, AskingError, set_asking
from clientela.voice.actions.surveys.policy import PolicyError, change_listening_policy
from clientela.voice.policies.survey_making import may_make_survey, may_set_listening
from clientela.voice.queries.survey_lists import SurveyHead, listening_policy, survey_head
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.forms import NamedForm
from clientela.web.listen.surveys.wording import CUT_WORDS, SIDE_WORDS, TRIGGER_WORDS, reader_language
from clientela.web.viewer import KnownRequest


class AskingForm(NamedForm):
    """When a survey is asked, whom, and what is said of it before the first answer."""

    key = "asking"
    trigger = forms.ChoiceField(
        label=gettext_lazy("When is it asked?"), choices=list(TRIGGER_WORDS.items()), widget=forms.RadioSelect
    )
    side = forms.ChoiceField(
        label=gettext_lazy("Who is asked?"), choices=list(SIDE_WORDS.items()), required=False, widget=forms.RadioSelect
    )
    provider_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("About which departments?"),
        help_text=gettext_lazy("None chosen means all."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    service_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("After which services?"),
        help_text=gettext_lazy("None chosen means all."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    every_weeks = forms.IntegerField(
        label=gettext_lazy("Every how many weeks?"),
        help_text=gettext_lazy("For a schedule."),
        min_value=1,
        max_value=104,
        required=False,
    )
    open_days = forms.IntegerField(
        label=gettext_lazy("How many days does a round last?"),
        help_text=gettext_lazy("Left empty, it takes answers until it is closed."),
        min_value=1,
        max_value=365,
        required=False,
    )
    share_percent = forms.IntegerField(
        label=gettext_lazy("How many of a hundred are asked?"),
        help_text=gettext_lazy("Fewer than 100 are drawn at random: where many could be asked, a part tells enough."),
        min_value=1,
        max_value=100,
    )
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Anonymous"),
        help_text=gettext_lazy(
            "Nobody can learn who answered what, not even from the database. Results are shown when a round ends, from "
            "five answers on. It cannot be changed once somebody answered."
        ),
        required=False,
    )
    cuts = forms.MultipleChoiceField(
        label=gettext_lazy("By what are results cut?"),
        help_text=gettext_lazy("Said before the first answer. Of an anonymous survey fewer cuts show more."),
        choices=[(cut, CUT_WORDS[cut]) for cut in CUTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_open_to_all = forms.BooleanField(
        label=gettext_lazy("Whoever has the link may answer"),
        help_text=gettext_lazy("For a QR code at the counter or a link on a page."),
        required=False,
    )
    rates = forms.CharField(
        label=gettext_lazy("Which departments rate which?"),
        help_text=gettext_lazy(
            "For internal service quality. One pair a line: who answers > who served. Left empty, each is asked about "
            "the departments it asked for something."
        ),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self,
        *args: Any,
        departments: Sequence[tuple[int, str]],
        all_departments: Sequence[tuple[int, str]],
        services: Sequence[tuple[str, Sequence[tuple[int, str]]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider_ids"].choices = departments  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["service_ids"].choices = services  # type: ignore[attr-defined]  # a ChoiceField
        self._names = {name.casefold(): number for number, name in all_departments}

    def clean_rates(self) -> list[tuple[int, int]]:
        """Read the pairs, a line each."""
        found = []
        for line in self.cleaned_data["rates"].splitlines():
            if not line.strip():
                continue
            names = [part.strip() for part in line.split(">")]
            numbers = [self._names.get(name.casefold()) for name in names]
            if len(names) != 2 or None in numbers:  # noqa: PLR2004 - a pair
                raise forms.ValidationError(
                    _("“%(line)s” does not name two departments. Write: who answers > who served.")
                    % {"line": line.strip()}
                )
            found.append((numbers[0] or 0, numbers[1] or 0))
        return found

    def asking(self) -> Asking:
        """What was chosen, as the action takes it."""
        return Asking(**{name: self.cleaned_data[name] for name in Asking.__dataclass_fields__})


class ListeningPolicyForm(NamedForm):
    """How often people may be asked, over all surveys."""

    key = "policy"
    asks_a_quarter = forms.IntegerField(
        label=gettext_lazy("At most so many times in three months"),
        help_text=gettext_lazy("One person, over all surveys; the question after a request counts too."),
        min_value=0,
        max_value=90,
    )
    days_between_asks = forms.IntegerField(
        label=gettext_lazy("At least so many days apart"), min_value=0, max_value=365
    )
    remind_after_days = forms.IntegerField(
        label=gettext_lazy("Remind after so many days"),
        help_text=gettext_lazy("Once, whoever has not answered. 0 means never."),
        min_value=0,
        max_value=90,
    )
    follow_up_at_or_below = forms.IntegerField(
        label=gettext_lazy("Follow up on ratings up to"),
        help_text=gettext_lazy("Of 5. Somebody then goes back to the person. 0 means never."),
        min_value=0,
        max_value=4,
    )
    follow_up_service_id = forms.TypedChoiceField(
        label=gettext_lazy("As which service?"),
        help_text=gettext_lazy("Its promises count for the follow-up."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    publishes_what_we_heard = forms.BooleanField(
        label=gettext_lazy("Show the public page “What we heard”"), required=False
    )

    def __init__(self, *args: Any, services: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["follow_up_service_id"]
        field.choices = [("", "—"), *services]  # type: ignore[attr-defined]  # a ChoiceField


@for_employees
def asking(request: KnownRequest, key: str) -> HttpResponse:
    """Set when and whom a survey asks."""
    language = reader_language()
    head = survey_head(request.viewer, key, language=language)
    require(may_make_survey(request.viewer, head.owner_id))
    form = _asking_form(request, head, language)
    if request.method == "POST" and form.is_valid():
        try:
            set_asking(by=request.viewer, at=now(), key=key, asking=form.asking())
        except AskingError as error:
            form.refuse(error.field, str(error))
        else:
            say(request, _("Kept. It counts from the next person who could be asked."))
            return redirect("listen:survey", key)
    context = {"at": now(), "place": "listen", "head": head, "section": "asking", "form": form}
    return render(request, "listen/surveys/asking.html", context, status=422 if form.errors else 200)


@for_employees
def policy(request: KnownRequest) -> HttpResponse:
    """Set how often people may be asked over all surveys."""
    require_seen(may_set_listening(request.viewer))
    now_set = listening_policy()
    services = [(one.service_id, one.title) for one in services_in_brief(language=reader_language())]
    sent = request.POST if request.method == "POST" else None
    form = ListeningPolicyForm(
        sent,
        services=sorted(services, key=lambda one: one[1]),
        initial={name: getattr(now_set, name) for name in ListeningPolicyForm.base_fields},
    )
    if sent is not None and form.is_valid():
        try:
            change_listening_policy(by=request.viewer, at=now(), **form.cleaned_data)
        except PolicyError as error:
            form.refuse(error.field, str(error))
        else:
            say(request, _("Kept. It counts from the next ask."))
            return redirect("listen:asking_policy")
    context = {"at": now(), "place": "listen", "form": form, "changed_at": now_set.changed_at}
    return render(request, "listen/surveys/policy.html", context, status=422 if form.errors else 200)


def _asking_form(request: KnownRequest, head: SurveyHead, language: str) -> AskingForm:
    viewer = request.viewer
    cards = _sorted([(card.id, card.name_in(language)) for card in directory.departments()], language)
    is_free = viewer.is_owner or viewer.is_administrator
    own = [one for one in cards if is_free or one[0] in viewer.department_ids or one[0] == head.owner_id]
    services: dict[int, list[tuple[int, str]]] = {number: [] for number, _name in own}
    for one in services_in_brief(language=language):
        if one.owner_id in services:
            services[one.owner_id].append((one.service_id, one.title))
    names = dict(cards)
    data = head.trigger_data
    initial = {
        "trigger": head.trigger,
        "side": data.get("side", ""),
        "provider_ids": data.get("provider_ids", []),
        "service_ids": data.get("service_ids", []),
        "every_weeks": data.get("every_weeks"),
        "open_days": data.get("open_days"),
        "share_percent": head.share_percent,
        "is_anonymous": head.is_anonymous,
        "cuts": list(head.cuts),
        "is_open_to_all": head.is_open_to_all,
        "rates": "\n".join(
            f"{names.get(rater, rater)} > {names.get(supplier, supplier)}" for rater, supplier in data.get("rates", [])
        ),
    }
    return AskingForm(
        request.POST if request.method == "POST" else None,
        departments=own,
        all_departments=cards,
        services=[(name, _sorted(services[number], language)) for number, name in own if services[number]],
        initial=initial,
    )


def _sorted(named: list[tuple[int, str]], language: str) -> list[tuple[int, str]]:
    return sorted(named, key=lambda one: alphabetical(one[1], language=language))
