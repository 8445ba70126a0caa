"""What the desk asks: words, files, a colleague, a department, a moment."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clientela.catalogue.queries import DepartmentServices, ServiceGlimpse
from clientela.directory.queries import DepartmentCard
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.languages import LANGUAGE_NAMES
from clientela.requests.queries import PartyGlimpse
from clientela.web.forms import FilesField, MomentField

LONGEST_WORDS = 100_000
LONGEST_PROMISE = 200
LONGEST_REASON = 1000
NOTHING_WRITTEN = _("There is nothing to send yet. Write a few words first.")


class DeskForm(forms.Form):
    """A form among others on one page: its fields carry its name in their ids, not in their names."""

    key = "form"
    refused_at: str | None = None  # the field beside which a refusal is said

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.key}_%s")
        super().__init__(*args, **kwargs)

    def refuse(self, why: str) -> None:
        """Say beside its field why it was not done."""
        self.add_error(self.refused_at, why)


class WordsForm(DeskForm):
    """Words, with files."""

    refused_at = "text"
    text = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": NOTHING_WRITTEN},
    )
    attached = FilesField(label=_("Attach files"), required=False)


class ReplyForm(WordsForm):
    """A reply to the customer, and what comes after it."""

    key = "reply"
    then = forms.ChoiceField(
        choices=[(then, then) for then in ("stay", "wait", "resolve")], required=False, widget=forms.HiddenInput()
    )


class NoteForm(WordsForm):
    """A note, only inside."""

    key = "note"


class WriteForm(WordsForm):
    """A message as the customer: to the department that was asked."""

    key = "write"


class AskForm(DeskForm):
    """What is asked of another department, once it has been chosen."""

    key = "ask"
    refused_at = "text"
    service = forms.TypedChoiceField(
        label=_("What do you need from them?"),
        coerce=int,
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose what you need from them.")},
    )
    title = forms.CharField(label=_("In a line"), max_length=200, required=False)
    text = forms.CharField(
        label=_("What they should know"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say in a few words what you need.")},
    )
    is_blocking = forms.BooleanField(
        label=_("This request waits until they have answered"), required=False, initial=True
    )

    def __init__(self, *args: Any, services: Iterable[ServiceGlimpse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(service.version_id, service.title) for service in services]
        self.fields["service"].choices = offered  # type: ignore[attr-defined]  # the field is a ChoiceField
        if len(offered) == 1:
            self.fields["service"].initial = offered[0][0]


class DepartmentForm(DeskForm):
    """Which department to ask."""

    key = "whom"
    department = forms.TypedChoiceField(
        label=_("Which department?"),
        coerce=int,
        error_messages={"required": _("Choose a department."), "invalid_choice": _("Choose a department of the list.")},
    )

    def __init__(self, *args: Any, askable: Sequence[DepartmentServices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.department_id, _named(one)) for one in askable]
        self.fields["department"].choices = [("", gettext("Choose a department")), *offered]  # type: ignore[attr-defined]  # a ChoiceField


def _named(department: DepartmentServices) -> str:
    return f"{department.name}, {department.place}" if department.place else department.name


class PromiseForm(DeskForm):
    """A promise of one's own."""

    key = "promise"
    refused_at = "due_at"
    words = forms.CharField(
        label=_("What do you promise?"),
        help_text=_("As the customer will read it, for example “Call you back”."),
        max_length=LONGEST_PROMISE,
        error_messages={"required": _("Say what you promise.")},
    )
    due_at = MomentField(label=_("By when?"))


class MoveForm(DeskForm):
    """Another moment for a promise."""

    refused_at = "due_at"
    due_at = MomentField(label=_("Which moment did you agree?"))

    def __init__(self, *args: Any, promise_id: int, **kwargs: Any) -> None:
        self.key = f"move{promise_id}"
        super().__init__(*args, **kwargs)


class AssignForm(DeskForm):
    """Which colleague takes it on."""

    key = "assign"
    refused_at = "person"
    person = forms.TypedChoiceField(
        label=_("Which colleague?"), coerce=int, error_messages={"required": _("Choose a colleague.")}
    )

    def __init__(self, *args: Any, colleagues: Iterable[PartyGlimpse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.id, one.name) for one in colleagues]
        self.fields["person"].choices = [("", gettext("Choose a colleague")), *offered]  # type: ignore[attr-defined]  # a ChoiceField


class HandOverForm(DeskForm):
    """Which department answers from now on, and why."""

    key = "hand_over"
    refused_at = "department"
    department = forms.TypedChoiceField(
        label=_("Which department answers from now on?"),
        coerce=int,
        error_messages={"required": _("Choose a department.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("They read this first, so that they know what to do."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, so that the other department knows what to do.")},
    )

    def __init__(self, *args: Any, departments: Iterable[DepartmentCard], language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.id, one.name_in(language)) for one in departments]
        offered.sort(key=lambda one: alphabetical(one[1], language=language))
        self.fields["department"].choices = [("", gettext("Choose a department")), *offered]  # type: ignore[attr-defined]  # a ChoiceField


class WaitForm(DeskForm):
    """Until when a request rests."""

    key = "wait"
    refused_at = "until"
    until = MomentField(label=_("Until when?"), help_text=_("Then it comes back to your day by itself."))


class CancelForm(DeskForm):
    """Why a request is not wanted any more."""

    key = "cancel"
    refused_at = "reason"
    reason = forms.CharField(label=_("Why, in a line"), max_length=LONGEST_REASON, required=False)


class MergeForm(DeskForm):
    """Into which other request this one goes, because both are about the same."""

    key = "merge"
    refused_at = "into"
    into = forms.CharField(
        label=_("Reference of the other request"),
        help_text=_("For example R-7KX2-4. What is said here goes on there; nobody gets a letter about it."),
        max_length=40,
        error_messages={"required": _("Write the reference of the other request.")},
    )
    is_same_customer = forms.BooleanField(
        label=_("Both are from the same customer"),
        help_text=_("Tick it only if you know it: the one then reads the answers to the other."),
        required=False,
    )


class JoinForm(DeskForm):
    """Whether a mail and the request it named are of one customer, under two addresses."""

    refused_at = "is_same_customer"
    is_same_customer = forms.BooleanField(
        label=_("Both are from the same customer"),
        help_text=_("Tick it only if you know it: the one then reads the answers to the other."),
        required=False,
    )

    def __init__(self, *args: Any, raw_id: int, **kwargs: Any) -> None:
        self.key = f"join{raw_id}"
        super().__init__(*args, **kwargs)


class ComplaintForm(DeskForm):
    """What the customer said went wrong, as an agent writes it down."""

    key = "complaint"
    refused_at = "text"
    text = forms.CharField(
        label=_("What did the customer say?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what the customer said.")},
    )
    channel = forms.ChoiceField(
        label=_("How did they say it?"), choices=[("phone", _("by phone")), ("desk", _("in person"))]
    )


class CustomerForm(DeskForm):
    """A customer whom nobody knows yet."""

    key = "customer"
    refused_at = "name"
    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the customer’s name.")}
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGE_NAMES.items()))


class CallForm(DeskForm):
    """What a customer who called asks for."""

    key = "call"
    refused_at = "text"
    service = forms.TypedChoiceField(
        label=_("What do they ask for?"), coerce=int, error_messages={"required": _("Choose a service.")}
    )
    asker = forms.TypedChoiceField(
        label=_("Who called?"), coerce=int, error_messages={"required": _("Choose who called.")}
    )
    title = forms.CharField(label=_("In a line"), max_length=200, required=False)
    text = forms.CharField(
        label=_("What did they say?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write down what the customer said.")},
    )
    language = forms.ChoiceField(label=_("Which language do we answer in?"), choices=list(LANGUAGE_NAMES.items()))
    is_complaint = forms.BooleanField(label=_("It is a complaint"), required=False)

    def __init__(
        self, *args: Any, services: Sequence[ServiceGlimpse], askers: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(service.version_id, service.title) for service in services]
        self.fields["service"].choices = [("", gettext("Choose a service")), *offered]  # type: ignore[attr-defined]  # a ChoiceField
        if len(offered) == 1:
            self.fields["service"].initial = offered[0][0]
        self.fields["asker"].choices = list(askers)  # type: ignore[attr-defined]  # a ChoiceField
        if len(askers) == 1:
            self.fields["asker"].widget = forms.HiddenInput()
            self.fields["asker"].initial = askers[0][0]
