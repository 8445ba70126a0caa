"""The portal: one question a screen, and the page of a request that says what happens now."""

from contextlib import suppress
from datetime import datetime

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from clientela.catalogue import queries as catalogue
from clientela.kernel.clock import now
from clientela.promises import queries as promises
from clientela.promises.actions import NoCalendarError
from clientela.promises.queries import PromisedTimes
from clientela.requests import actions, queries
from clientela.requests.actions import RequestError, StateError
from clientela.voice.queries import surveys_waiting
from clientela.voice.queries.listening import publishes_what_we_heard
from clientela.web.components.toasts import say
from clientela.web.doors import for_everybody, for_known
from clientela.web.downloads import as_download
from clientela.web.portal.forms import AskForm, WordsForm
from clientela.web.portal.steps import inside_words, steps_of
from clientela.web.uploads import incoming_files
from clientela.web.viewer import KnownRequest, VisitorRequest


def _language() -> str:
    return get_language() or "en"


@for_everybody
def home(request: VisitorRequest) -> HttpResponse:
    """Show what can be asked, and to whom we know, how their requests stand."""
    at = now()
    words = request.GET.get("q", "").strip()
    found = catalogue.services_for(request.viewer, language=_language())
    mine = queries.my_requests(request.viewer, at=at, language=_language()) if request.viewer is not None else None
    waiting = surveys_waiting(request.viewer, at=at, language=_language()) if request.viewer is not None else []
    context = {
        "at": at,
        "place": "portal",
        "waiting": waiting,
        "departments": _matching(found, words),
        "words": words,
        "mine": mine,
        "is_heard_public": publishes_what_we_heard(),
    }
    return render(request, "portal/home.html", context)


def _matching(
    found: tuple[catalogue.DepartmentServices, ...], words: str
) -> list[tuple[catalogue.DepartmentServices, list[catalogue.ServiceGlimpse]]]:
    """Keep the services that hold every word, whatever the case."""
    wanted = words.casefold().split()
    kept = [
        (
            department,
            [
                service
                for service in department.services
                if all(word in f"{service.title} {service.summary} {department.name}".casefold() for word in wanted)
            ],
        )
        for department in found
    ]
    return [(department, services) for department, services in kept if services]


@for_known
def ask(request: KnownRequest, key: str) -> HttpResponse:
    """Ask for a service: what to bring, what will happen and by when, then the request's own page."""
    at = now()
    offered = next(
        (
            service
            for department in catalogue.services_for(request.viewer, language=_language())
            for service in department.services
            if service.key == key
        ),
        None,
    )
    if offered is None or request.viewer.person_id is None:
        raise Http404
    service = catalogue.service_seen(version_id=offered.version_id, language=_language())
    form = AskForm(request.POST or None, request.FILES or None, service=service)
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_request(
                by=request.viewer,
                at=at,
                service_version_id=service.version_id,
                customer_id=request.viewer.person_id,
                asker_id=request.viewer.person_id,
                channel="portal",
                title="",
                text=form.cleaned_data["text"] or service.title,
                language=_language(),
                answers=form.answers(),
                attachments=form.files_to_send(),
            )
        except catalogue.AnswersNotAcceptedError as error:
            form.refuse(error)
        except RequestError as error:
            form.add_error(None, str(error))
        except NoCalendarError:
            form.add_error(None, _not_now())
        else:
            say(request, gettext("Thank you. We have it, and this page shows how it stands."), draft=f"ask-{key}")
            return redirect("portal:status", reference=opened.reference)
    context = {
        "at": at,
        "place": "portal",
        "service": service,
        "form": form,
        "promised": _promised(service, at=at),
        "draft_key": f"ask-{key}",
    }
    return render(request, "portal/ask.html", context, status=422 if form.is_bound else 200)


def _not_now() -> str:
    """Say that we cannot promise anything now; what is missing is for colleagues to know, not for customers."""
    return gettext("We can’t take this just now. What you wrote is still here; please try again later.")


def _promised(service: catalogue.ServiceSeen, *, at: datetime) -> PromisedTimes | None:
    """Return what would be promised now; None while the department has no working hours to count in."""
    try:
        return promises.due_if_asked_now(service.terms_id, service.owner_id, at=at)
    except NoCalendarError:
        return None


@for_known
def my_requests(request: KnownRequest) -> HttpResponse:
    """Show every request of the viewer, and of those they speak for."""
    at = now()
    mine = queries.my_requests(request.viewer, at=at, language=_language())
    return render(request, "portal/requests.html", {"at": at, "place": "portal", "mine": mine})


@for_known
def status(request: KnownRequest, reference: str) -> HttpResponse:
    """Show how a request stands: done, now, next, and one box to write."""
    return _status_page(request, reference, WordsForm())


def _status_page(request: KnownRequest, reference: str, form: WordsForm) -> HttpResponse:
    at = now()
    found = queries.request_status(request.viewer, reference, at=at, language=_language())
    context = {
        "at": at,
        "place": "portal",
        "status": found,
        "steps": steps_of(found),
        "inside_words": inside_words(found),
        "form": form,
        "draft_key": f"write-{found.reference}",
    }
    return render(request, "portal/status.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_known
def write(request: KnownRequest, reference: str) -> HttpResponse:
    """Send what the customer wrote."""
    at = now()
    found = queries.request_status(request.viewer, reference, at=at, language=_language())
    form = WordsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _status_page(request, reference, form)
    try:
        actions.write_as_customer(
            by=request.viewer,
            at=at,
            request_id=found.request_id,
            text=form.cleaned_data["text"],
            language=_language(),
            attachments=incoming_files([form.cleaned_data["file"]] if form.cleaned_data["file"] else []),
        )
    except RequestError as error:
        form.add_error("text", str(error))
        return _status_page(request, reference, form)
    except NoCalendarError:
        form.add_error("text", _not_now())
        return _status_page(request, reference, form)
    say(request, gettext("Sent. We answer here and by mail."), draft=f"write-{found.reference}")
    return redirect("portal:status", reference=found.reference)


@require_POST
@for_known
def done(request: KnownRequest, reference: str) -> HttpResponse:
    """Let the customer say that nothing more is needed."""
    at = now()
    found = queries.request_status(request.viewer, reference, at=at, language=_language())
    # Pressed twice, or by two of one company at once: it is done already, which is what was wanted.
    with suppress(StateError):
        if found.can_close:
            actions.close_request(by=request.viewer, at=at, request_id=found.request_id)
        else:
            actions.cancel_request(by=request.viewer, at=at, request_id=found.request_id)
    say(request, gettext("Thank you for telling us."))
    return redirect("portal:status", reference=found.reference)


@for_known
def attachment(request: KnownRequest, reference: str, attachment_id: int) -> FileResponse:
    """Hand out a file, always as a download."""
    del reference  # the file itself decides who may have it
    return as_download(queries.attachment_to_download(request.viewer, attachment_id))
