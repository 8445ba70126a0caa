"""Asking what if: choose what would be different, add more if you like, ask."""

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.network import actions
from clientela.network import queries as network
from clientela.network.simulation import QuestionError, question_from_json
from clientela.web.components.toasts import say as tell
from clientela.web.doors import for_employees
from clientela.web.insight.question_forms import FORMS, ChangeForm, problem_words
from clientela.web.insight.question_words import Speaker, changes_in_words, first_monday, language, title_of
from clientela.web.viewer import KnownRequest

LONGEST_CHANGES = 8_000  # characters of what was collected so far
MOST_CHANGES = 10
Changes = list[dict[str, Any]]
KINDS = (
    (
        "people",
        "user-plus",
        gettext_lazy("More or fewer people"),
        gettext_lazy("One person more in March, two fewer for good"),
    ),
    ("holiday", "sun", gettext_lazy("A holiday"), gettext_lazy("Some are away for a fortnight")),
    (
        "new_service",
        "hand-click",
        gettext_lazy("A new service"),
        gettext_lazy("Something that nobody could ask for until now"),
    ),
    ("arrivals", "inbox", gettext_lazy("More or fewer requests"), gettext_lazy("Twice the sales, a quiet summer")),
)


@for_employees
def new_what_if(request: KnownRequest) -> HttpResponse:
    """Collect what would be different, a change at a time, and ask."""
    at = now()
    cards = network.departments_to_ask_about(request.viewer)
    if not cards:
        raise HiddenError("Only heads and the owner ask what if.")
    given = request.POST if request.method == "POST" else request.GET
    speaker = Speaker(network.names_for_what_ifs(language=language()), first_monday(at))
    changes = _changes(given.get("changes", ""))
    kind = given.get("kind", "")
    form = _form(request, kind, speaker, [card.id for card in cards]) if kind in FORMS else None
    if request.method == "POST":
        answer = _posted(request, form, changes, speaker, at=at)
        if answer is not None:
            return answer
    context = {
        "at": at,
        "place": "insight",
        "form": form,
        "kind_words": next((words for key, _icon, words, _tells in KINDS if key == kind), ""),
        "kind": kind,
        "changes": json.dumps(changes, separators=(",", ":")) if changes else "",
        "said": [
            {"words": words, "without_url": _url(changes=[*changes[:place], *changes[place + 1 :]])}
            for place, words in enumerate(changes_in_words({"changes": changes}, speaker))
        ],
        "kinds": [
            {"icon": icon, "words": words, "tells": tells, "url": _url(changes=changes, kind=key)}
            for key, icon, words, tells in KINDS
        ],
        "is_full": len(changes) >= MOST_CHANGES,
        "back_url": _url(changes=changes),
    }
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "insight/new_what_if.html", context, status=status)


def try_it_url(changes: Changes) -> str:
    """The address at which a question stands ready to be asked."""
    return _url(changes=changes)


def _posted(
    request: KnownRequest, form: ChangeForm | None, changes: Changes, speaker: Speaker, *, at: datetime
) -> HttpResponse | None:
    """Add the change, or ask; None when something must be put right first."""
    if form is not None:
        if not form.is_valid():
            return None
        changes = [*changes, form.change(at=at)]
    question = {"changes": changes}
    try:
        question_from_json(question)
        if request.POST.get("then") == "add":
            return redirect(_url(changes=changes))
        title = title_of(question, speaker)
        number = actions.ask_what_if(by=request.viewer, at=at, title=title, question=question)
    except QuestionError as error:
        if form is None:
            tell(request, problem_words(error))
            return redirect(_url(changes=changes[:-1]))
        form.refuse_as(error)
        return None
    tell(request, _("It is being simulated."))
    return redirect("insight:what_if", number)


def _form(request: KnownRequest, kind: str, speaker: Speaker, allowed: list[int]) -> ChangeForm:
    departments = [(str(number), speaker.department(number)) for number in allowed]
    if kind == "arrivals" and (request.viewer.is_owner or request.viewer.is_house):
        departments = [("", _("every department")), *departments]
    services = [
        (f"{service.owner_id}:{service.service_id}", f"{speaker.department(service.owner_id)}: {service.title}")
        for service in speaker.names.services.values()
    ]
    services.sort(key=lambda choice: choice[1])
    if request.method == "POST":
        return FORMS[kind](request.POST, departments=departments, services=services)
    initial = {name: request.GET[name] for name in ("department", "people", "direction") if name in request.GET}
    return FORMS[kind](initial=initial, departments=departments, services=services)


def _changes(text: str) -> Changes:
    """Read what was collected so far; what nobody of us wrote is as if it were not there."""
    if not text or len(text) > LONGEST_CHANGES:
        return []
    try:
        changes = json.loads(text)
        question_from_json({"changes": changes})
    except (ValueError, TypeError, KeyError, AttributeError):  # QuestionError is a ValueError
        return []
    return list(changes)


def _url(*, changes: Changes | None = None, **more: str) -> str:
    query = {**({"changes": json.dumps(changes, separators=(",", ":"))} if changes else {}), **more}
    address = reverse("insight:new_what_if")
    return f"{address}?{urlencode(query)}" if query else address
