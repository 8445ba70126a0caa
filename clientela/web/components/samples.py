"""What the living page of parts shows: a small invented moment with something in every state."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clientela.web.components.parts import AmountBar, Hop, HourBar, Step, TimePart, TrendMark, TrendPoint

HOUR = 3600
BRANCHES = [("waw", "Warsaw"), ("buh", "Bucharest"), ("mad", "Madrid")]


class SampleForm(forms.Form):
    """One field of each kind."""

    call_at = forms.TimeField(label=_("When may we call?"))
    serial = forms.CharField(label=_("Serial number"), help_text=_("13 digits, on the label behind the door"))
    branch = forms.ChoiceField(label=_("Which branch?"), choices=BRANCHES)
    words = forms.CharField(label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    channel = forms.ChoiceField(
        label=_("How may we answer?"),
        choices=[("mail", _("by mail")), ("phone", _("by phone"))],
        widget=forms.RadioSelect,
        initial="mail",
    )
    photo = forms.FileField(label=_("A photo"), help_text=_("It helps us to bring the right part."), required=False)
    is_urgent = forms.BooleanField(label=_("Food or water is at stake"), required=False)

    def clean_serial(self) -> str:
        """Refuse as the product does: reason and remedy."""
        serial: str = self.cleaned_data["serial"]
        if len(serial) != 13:  # noqa: PLR2004 - the sample's own rule, said in its help text
            raise forms.ValidationError(
                _("This has 12 digits; 13 are needed. The last one is easily hidden by the seal.")
            )
        return serial

    def clean_call_at(self) -> object:
        """Refuse as the product does: reason and remedy."""
        raise forms.ValidationError(
            _("19:30 is after Zofia’s limit of 18:00. Choose a time before 18:00, or write to her instead.")
        )


def states(*, at: datetime, form_data: QueryDict | None) -> dict[str, Any]:
    """Everything that `states.html` shows, around the moment `at`."""
    wrong = QueryDict("sample-call_at=19:30&sample-serial=480716205518&sample-branch=waw&sample-channel=mail")
    noon = at.replace(hour=12, minute=0, second=0, microsecond=0)
    return {
        "form": SampleForm(form_data or wrong, prefix="sample"),
        "due_at": at + timedelta(hours=3),
        "yesterday": at - timedelta(days=1, hours=2),
        "days_ago": at - timedelta(days=4),
        "long_ago": at - timedelta(days=400),
        "likely_from": noon + timedelta(days=1, hours=-2),
        "likely_to": noon + timedelta(days=1, hours=3),
        "promised": at + timedelta(hours=4),
        "hops": [
            Hop(name="Zofia Nowak", is_inside=False),
            Hop(name="Care", words=str(_("answers her")), is_current=True),
            Hop(name="Workshop, Warsaw", words=str(_("repairs the pump")), url="#chain"),
            Hop(name="Maintenance", words=str(_("mends test bench 2")), url="#chain"),
        ],
        "parts": [
            TimePart(name="Care", seconds=4 * HOUR, work_seconds=35 * 60),
            TimePart(name="Workshop", seconds=4 * HOUR, work_seconds=50 * 60),
            TimePart(name="Maintenance", seconds=10 * HOUR),
        ],
        "hours": [
            HourBar(words=f"{hour}:00", share=share, is_past=hour < 13)  # noqa: PLR2004 - lunch of an invented day
            for hour, share in zip(range(9, 19), (0.9, 0.7, 1, 0.85, 0.9, 1, 1, 1.22, 0.95, 0.2), strict=True)
        ],
        "weeks": [
            TrendPoint(value=share, low=share and share - 0.07, high=share and share + 0.05)
            for share in (0.78, 0.79, 0.77, None, 0.78, 0.8, 0.79, 0.82, 0.84, 0.85, 0.86, 0.86)
        ],
        "week_marks": [TrendMark(place=0.545, words="12 Oct")],
        "amounts": [
            AmountBar(name="Care", value=214, url="#bars"),
            AmountBar(name="Workshop", value=51),
            AmountBar(name="Maintenance", value=16),
        ],
        "steps": [
            Step(title="Your request reached us", state="done", at=at - timedelta(days=1)),
            Step(title="First answer", state="done", at=at - timedelta(hours=20), text="We promised it by 14:00."),
            Step(
                title="Pressure test",
                state="now",
                icon="tool",
                text="Now: waiting for the test bench until Wednesday 9:00.",
            ),
            Step(title="The machine comes home", text="Wednesday afternoon or Thursday. You choose the hour."),
        ],
        "facts": [
            ("With us", "since March 2024, 3 orders, 1 repair before this"),
            ("Last said", "5 of 5, delivery, June 2026"),
            ("Prefers", "mail, in Polish"),
            ("Please don’t", "call after 18:00; no offers by phone"),
            ("Never shown", ""),
        ],
        "departments": [
            {"name": "Care", "made": 214, "kept": (0.93, 0.89, 0.95), "state": "kept", "now": "none at risk"},
            {"name": "Workshop", "made": 51, "kept": (0.76, 0.63, 0.86), "state": "at_risk", "now": "4 at risk"},
            {"name": "Maintenance", "made": 16, "kept": (0.63, 0.39, 0.82), "state": "broken", "now": "2 broken"},
            {"name": "HR, Madrid", "made": 3, "kept": (None, None, None), "state": "running", "now": "1 open"},
        ],
    }
