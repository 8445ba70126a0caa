"""Importing people and departments from a file: give it, look at what it will do, apply it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clientela.directory import actions
from clientela.directory import queries as directory
from clientela.directory.actions import DirectoryChangedError, UnusableFileError, WrongValueError
from clientela.kernel.clock import now
from clientela.web.components.toasts import say
from clientela.web.directory.forms import PeopleFileForm
from clientela.web.doors import for_administrators
from clientela.web.viewer import KnownRequest

ROWS_SHOWN = 500


@for_administrators
def give(request: KnownRequest) -> HttpResponse:
    """Take a file and keep it as it is; nothing is changed yet."""
    at = now()
    initial = {"default_language": request.viewer.language, "default_zone": request.viewer.zone}
    form = PeopleFileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            import_id = actions.give_people_file(
                by=request.viewer,
                at=at,
                file_name=file.name,
                content=file.read(),
                encoding=form.cleaned_data["encoding"],
                default_language=form.cleaned_data["default_language"],
                default_zone=form.cleaned_data["default_zone"],
            )
        except WrongValueError as error:
            form.refuse(error.field, error.reason)
        else:
            return redirect("directory:preview", import_id)
    context = {
        "at": at,
        "place": "people",
        "form": form,
        "given": directory.people_imports(viewer=request.viewer),
    }
    return render(request, "directory/import.html", context, status=422 if form.is_bound else 200)


@for_administrators
def preview(request: KnownRequest, import_id: int) -> HttpResponse:
    """Show what the file will do, row by row, and what is wrong with which row."""
    return _preview(request, import_id)


@require_POST
@for_administrators
def apply(request: KnownRequest, import_id: int) -> HttpResponse:
    """Do what the file says."""
    try:
        applied = actions.apply_people_file(by=request.viewer, at=now(), import_id=import_id)
    except (UnusableFileError, DirectoryChangedError) as error:
        return _preview(request, import_id, refusal=str(error))
    left_out = len(applied.left_out)
    said = _("The file is applied.")
    if left_out:
        said += " " + ngettext("%(n)s error is left out.", "%(n)s errors are left out.", left_out) % {"n": left_out}
    say(request, said)
    return redirect("directory:preview", import_id)


def _preview(request: KnownRequest, import_id: int, *, refusal: str = "") -> HttpResponse:
    at = now()
    seen = directory.people_import_preview(import_id, viewer=request.viewer, at=at)
    wrong = [row for row in seen.rows if row.errors]
    others = [row for row in seen.rows if not row.errors]
    words = {
        "created": _("new"),
        "changed": _("changed"),
        "unchanged": _("as it is"),
        "error": _("left out"),
    }
    context = {
        "at": at,
        "place": "people",
        "seen": seen,
        "refusal": refusal,
        "wrong": wrong,
        "rows": [(row, words[row.status]) for row in others[:ROWS_SHOWN]],
        "more_count": max(0, len(others) - ROWS_SHOWN),
        "counts": [(words[status], count) for status, count in seen.row_counts.items()],
        "has_something_to_do": bool(
            seen.new_people or seen.changed_people or seen.new_departments or seen.changed_departments
        ),
    }
    return render(request, "directory/preview.html", context, status=422 if refusal else 200)
