"""Beginning a round, seeing how it goes, ending it; and the way to one's own questions."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from clientela.kernel.alphabet import alphabetical
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.network import actions
from clientela.network.queries.asked import AskingPage, asking_page
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.map.asking.forms import StartForm
from clientela.web.viewer import KnownRequest

USUAL_DAYS = 14


@for_employees
def asking(request: KnownRequest) -> HttpResponse:
    """Show what the viewer is asked, and, to who may ask, how it goes."""
    at = now()
    page = asking_page(request.viewer, at=at)
    return _shown(request, page, _form(request, page), at=at)


@require_POST
@for_employees
def start(request: KnownRequest) -> HttpResponse:
    """Begin a round."""
    at = now()
    page = asking_page(request.viewer, at=at)
    form = _form(request, page)
    if form.is_valid():
        try:
            actions.start_asking(
                by=request.viewer,
                at=at,
                closes_at=_end_of(form.cleaned_data["last_day"], request.viewer.zone),
                department_ids=[int(number) for number in form.cleaned_data["departments"]],
                words=form.cleaned_data["words"],
            )
        except actions.AskingRefusedError as error:
            form.add_error(*_words_for(error.reason))
        else:
            say(request, gettext("The round has begun. Letters leave as the rules of listening allow."))
            return redirect("map:asking")
    return _shown(request, page, form, at=at, status=422)


@for_employees
def end(request: KnownRequest, round_id: int) -> HttpResponse:
    """Ask whether a round shall end now, and end it: what was answered cannot be asked for again."""
    if request.method != "POST":
        page = asking_page(request.viewer, at=now())
        if not page.may_ask or page.open is None or page.open.id != round_id:
            raise HiddenError
        return render(request, "map/asking/end.html", {"at": now(), "place": "map"})
    try:
        actions.close_asking(by=request.viewer, at=now(), round_id=round_id)
    except actions.AskingRefusedError:
        say(request, gettext("This round had ended already."))
    else:
        say(request, gettext("The round has ended. The answers are counted, and the sheets destroyed."))
    return redirect("map:asking")


def _form(request: KnownRequest, page: AskingPage) -> StartForm:
    language = get_language()
    departments = sorted(
        ((str(card.id), card.name_in(language)) for card in page.departments),
        key=lambda one: alphabetical(one[1], language=language),
    )
    last_day = now().astimezone(ZoneInfo(request.viewer.zone)).date() + timedelta(days=USUAL_DAYS)
    return StartForm(
        departments, request.POST if request.method == "POST" else None, initial={"last_day": last_day.isoformat()}
    )


def _shown(
    request: KnownRequest, page: AskingPage, form: StartForm, *, at: datetime, status: int = 200
) -> HttpResponse:
    language = get_language()
    context = {
        "at": at,
        "place": "map",
        "page": page,
        "form": form,
        "asked_names": [card.name_in(language) for card in page.open.departments] if page.open else [],
        "progress": [
            {
                "name": one.department.name_in(language) if one.department else gettext("Smaller ones together"),
                "asked": one.asked,
                "answered": one.answered,
                "share": one.share,
            }
            for one in page.progress
        ],
    }
    return render(request, "map/asking/rounds.html", context, status=status)


def _end_of(day: date, zone: str) -> datetime:
    """Return the last minute of a day where the viewer is: what is shown of it is still that day."""
    return datetime.combine(day, time(23, 59), tzinfo=ZoneInfo(zone))


def _words_for(reason: actions.AskingRefusal) -> tuple[str | None, str]:
    words = {
        actions.AskingRefusal.ASKED_ALREADY: (None, gettext("A round is open already. End it first.")),
        actions.AskingRefusal.NOBODY: ("departments", gettext("Nobody works there. Choose other departments.")),
        actions.AskingRefusal.TOO_SHORT: ("last_day", gettext("Give people at least a day. Choose a later one.")),
        actions.AskingRefusal.TOO_LONG: ("last_day", gettext("That is more than 60 days. Choose an earlier one.")),
    }
    return words.get(reason, (None, gettext("This round has ended.")))
