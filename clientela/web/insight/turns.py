"""Whose turn it is: the written policy, who would win and lose by another, and what people did against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.clock import now
from clientela.kernel.policies import require_seen
from clientela.requests import actions, queries
from clientela.requests.actions import PolicyChangedError
from clientela.requests.policies import may_change_stake_policy, may_see_stake_policy, sees_everything
from clientela.requests.queries import Move, PolicyCompared
from clientela.requests.rules.order import (
    BOUNDS,
    GROUP_BOUNDS,
    PolicyProblemError,
    StakePolicy,
    policy_as_json,
    policy_from_json,
)
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.insight import turn_words as say_it
from clientela.web.viewer import KnownRequest

NOT_DONE = 422
LOOK_BACK = timedelta(days=30)
ROW_HEIGHT = 14  # of a line in the picture of who wins and who loses
GROUP = "group_"
SIDES = frozenset({"inside_factor", "outside_factor"})
# The figures that can be tried, and the step of their sliders.
STEPS = {
    "complaint_factor": 0.1,
    "stops_work_factor": 0.1,
    "people_factor_at_ten": 0.1,
    "most_factor": 1.0,
    "longest_wait_hours": 1.0,
    "unpromised_hours": 1.0,
    "look_ahead": 0.25,
    "inside_factor": 0.1,
    "outside_factor": 0.1,
}


@dataclass(frozen=True)
class SliderShown:
    """One figure with its slider. `name` is its field; `shown` what the slider stands at before anybody moves it."""

    name: str
    label: str
    hint: str
    value: str
    shown: str
    least: str
    most: str
    step: str
    error: str


@dataclass(frozen=True)
class MoveShown:
    """Somebody who wins or loses, with the ends of their line in the picture."""

    move: Move
    words: str
    y_before: int
    y_after: int


@for_employees
def turns(request: KnownRequest) -> HttpResponse:
    """Show the policy; try another one; save it."""
    at = now()
    viewer = request.viewer
    require_seen(may_see_stake_policy(viewer))
    number, policy = queries.stake_policy(viewer)
    given = request.POST if request.method == "POST" else None
    groups = {group.id: group.name for group in directory.groups()}
    tried, problem = policy, None
    if given is not None:
        try:
            tried = policy_from_json(_definition(given, policy, groups))
        except PolicyProblemError as error:
            problem = error
    refusal = ""
    if given is not None and given.get("do") == "save" and problem is None:
        try:
            actions.change_stake_policy(
                by=viewer,
                at=at,
                definition=policy_as_json(tried),
                note=given.get("note", ""),
                instead_of=int(given.get("number", "0")) if given.get("number", "0").isdecimal() else 0,
            )
        except PolicyChangedError as error:
            refusal = str(error)
        else:
            say(request, _("This is the policy from now on. The queues follow in a moment."))
            return redirect("insight:turns")
    departments = _departments(viewer)
    chosen = _chosen(request, departments)
    compared = None if chosen is None else queries.policy_compared(viewer, chosen.id, tried, at=at)
    context = {
        "at": at,
        "place": "insight",
        "number": number,
        "sentences": say_it.policy_sentences(tried, groups),
        "is_tried": tried != policy,
        "sliders": _sliders(given, tried, groups, problem),
        "is_parity": tried.is_parity if problem is None else bool(given and given.get("is_parity")),
        "problem": "" if problem is None else say_it.problem_words(problem),
        "problem_field": "" if problem is None else problem.field,
        "refusal": refusal,
        "note": given.get("note", "") if given is not None else "",
        "may_save": bool(may_change_stake_policy(viewer)),
        "why_not": may_change_stake_policy(viewer).reason,
        "departments": [(one, one.name_in(request.LANGUAGE_CODE), one == chosen) for one in departments],
        **_outcome(compared),
    }
    if request.htmx:  # type: ignore[attr-defined]  # the middleware of django-htmx sets it
        return render(request, "insight/turns_outcome.html", context)
    context |= _history(viewer, at=at, language=request.LANGUAGE_CODE)
    status = NOT_DONE if problem is not None or refusal else 200
    return render(request, "insight/turns.html", context, status=status)


def _definition(given: QueryDict, policy: StakePolicy, groups: Mapping[int, str]) -> dict[str, object]:
    """What the form says, over what is in force."""
    told = policy_as_json(policy)
    told["is_parity"] = bool(given.get("is_parity"))
    for name, step in STEPS.items():
        told[name] = _figure(given, name, step, told[name])
    if told["is_parity"]:
        told["inside_factor"] = told["outside_factor"] = 1.0
    factors = {
        number: _figure(given, f"{GROUP}{number}", 0.1, policy.group_factors.get(number, 1.0)) for number in groups
    }
    kept = {number: factor for number, factor in policy.group_factors.items() if number not in groups}
    told["group_factors"] = kept | {number: factor for number, factor in factors.items() if factor != 1.0}
    return told


def _figure(given: QueryDict, name: str, step: float, standing: object) -> object:
    """The figure in its field, or on its slider if only that was moved: without a script they do not follow each other.

    Text that is no figure is passed on, for the policy to refuse.
    """
    typed, slider, shown = given.get(name), _number(given.get(f"{name}_slider")), _number(given.get(f"{name}_shown"))
    if typed is None:
        return standing
    if (
        slider is not None
        and shown is not None
        and abs(slider - shown) >= step / 2
        and _number(typed) == _number(given.get(f"{name}_was"))
    ):
        return slider
    figure = _number(typed)
    return typed if figure is None else figure


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text.replace(",", "."))
    except ValueError:
        return None


def _sliders(
    given: QueryDict | None, tried: StakePolicy, groups: Mapping[int, str], problem: PolicyProblemError | None
) -> dict[str, list[SliderShown]]:
    words = _field_words()
    hint = _("How often their need counts; 1 is as everybody’s.")
    figures = [
        *((name, name, words[name], getattr(tried, name), BOUNDS[name], step) for name, step in STEPS.items()),
        *(
            (
                f"{GROUP}{number}",
                f"group_factors.{number}",
                (name, hint),
                tried.group_factors.get(number, 1.0),
                GROUP_BOUNDS,
                0.1,
            )
            for number, name in groups.items()
        ),
    ]
    found: dict[str, list[SliderShown]] = {"main": [], "sides": [], "groups": []}
    for name, field, (label, told), value, (least, most), step in figures:
        is_wrong = problem is not None and problem.field == field
        slider = SliderShown(
            name=name,
            label=label,
            hint=told,
            value=given.get(name, "") if given is not None and problem is not None else f"{value:g}",
            shown=f"{least + round((value - least) / step) * step:g}",
            least=f"{least:g}",
            most=f"{most:g}",
            step=f"{step:g}",
            error=say_it.problem_words(problem) if is_wrong and problem is not None else "",
        )
        place = "sides" if name in SIDES else "groups" if name.startswith(GROUP) else "main"
        found[place].append(slider)
    return found


def _field_words() -> dict[str, tuple[str, str]]:
    """Each figure's name and what it does."""
    return {
        "complaint_factor": (_("A complaint"), _("How many times an ordinary request it counts.")),
        "stops_work_factor": (
            _("People cannot work"),
            _("How many times it counts while it keeps people from working."),
        ),
        "people_factor_at_ten": (
            _("Ten people wait for it"),
            _("How many times it counts when ten people wait; more people count more."),
        ),
        "most_factor": (_("All of it together, at most"), _("However much comes together, it never counts more.")),
        "longest_wait_hours": (
            _("Longest wait, in working hours"),
            _("After that it goes before everything that has a price. It cannot be switched off."),
        ),
        "unpromised_hours": (
            _("Without a promise, as if due after"),
            _("In working hours after it came, for what nobody promised by a moment."),
        ),
        "look_ahead": (
            _("How early a promise presses"),
            _("In usual pieces of work before it must be begun. More keeps more promises, less avoids long delays."),
        ),
        "inside_factor": (_("Inside"), _("How many times a colleague’s or department’s need counts.")),
        "outside_factor": (_("Outside"), _("How many times an outside customer’s need counts.")),
    }


def _departments(viewer: Viewer) -> list[DepartmentCard]:
    """The departments whose requests the viewer sees."""
    return [one for one in directory.departments() if sees_everything(viewer) or one.id in viewer.department_ids]


def _chosen(request: KnownRequest, departments: list[DepartmentCard]) -> DepartmentCard | None:
    asked = request.POST.get("department") or request.GET.get("department") or ""
    own = min(request.viewer.own_department_ids, default=None)
    by_id = {str(one.id): one for one in departments}
    return by_id.get(asked) or by_id.get(str(own)) or next(iter(departments), None)


def _outcome(compared: PolicyCompared | None) -> dict[str, object]:
    if compared is None:
        return {"compared": None}
    shown = [
        MoveShown(move, say_it.move_words(move.gain), move.before * ROW_HEIGHT, move.after * ROW_HEIGHT)
        for move in compared.moves
    ]
    return {
        "compared": compared,
        "compared_words": say_it.compared_sentence(compared),
        "sides_words": say_it.sides_sentence(compared),
        "moved": [one for one in shown if one.move.gain],
        "picture": shown[:40] if compared.up_count else [],
        "picture_height": (max((max(one.y_before, one.y_after) for one in shown[:40]), default=0)) + ROW_HEIGHT,
    }


def _history(viewer: Viewer, *, at: datetime, language: str) -> dict[str, object]:
    names = {name: label for name, (label, _hint) in _field_words().items()}
    names |= {"is_parity": _("Inside and outside count the same"), "group_factors": _("Groups")}
    counted = queries.choices_counted(viewer, since=at - LOOK_BACK, language=language)
    return {
        "versions": [
            (version, say_it.changes_words(version.changes, names)) for version in queries.stake_policy_versions(viewer)
        ],
        "questions": [(say_it.choice_question(one), one) for one in counted],
    }
