"""Listen: everything new, by whom and about what, how satisfied both sides are, and what became of it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.kernel.clock import now
from clientela.requests.queries import requests_named
from clientela.voice.meaning.encoder import is_available
from clientela.voice.queries import improvements as improving
from clientela.voice.queries.listening import ListenChoices, listen_choices
from clientela.voice.queries.voices import ListenSummary, VoicesPage, listen_summary, voices_page
from clientela.voice.queries.voices.numbers import SubjectCount
from clientela.web.components.parts import AmountBar
from clientela.web.doors import for_employees
from clientela.web.downloads import as_streamed_table
from clientela.web.keyset import moment_place, place_of
from clientela.web.listen.choosing import Chosen, chosen_in, selects_of
from clientela.web.listen.effect_words import effect_shown
from clientela.web.listen.figure_words import language_here, number
from clientela.web.listen.improvement_words import shown
from clientela.web.listen.trends import scale_for, trend_shown
from clientela.web.listen.voice_tables import VOICE_COLUMNS, voice_rows
from clientela.web.listen.voice_words import requests_in, voice_shown
from clientela.web.viewer import KnownRequest

A_PAGE = 25
SUBJECTS_SHOWN = 8
DONE_SHOWN = 12


@for_employees
def home(request: KnownRequest) -> HttpResponse:
    """Show what was said, the newest first; only the list itself when htmx asks for it."""
    at = now()
    choices = listen_choices(request.viewer)
    chosen = chosen_in(request.GET, choices)
    before = moment_place(request.GET.get("before"))
    page = voices_page(request.viewer, chosen.filters(choices, at=at), after=before, limit=A_PAGE)
    context: dict[str, Any] = {"at": at, "place": "listen"} | _list(request, page, chosen, is_later=before is not None)
    htmx = request.htmx  # type: ignore[attr-defined]  # set by django_htmx
    if htmx and not htmx.history_restore_request:
        response = render(request, "listen/voices_part.html", context)
    else:
        response = render(request, "listen/home.html", context | _around(request, chosen, choices, context["at"]))
    patch_vary_headers(response, ("HX-Request",))
    return response


@for_employees
def voices_as_csv(request: KnownRequest) -> StreamingHttpResponse:
    """Hand out the chosen voices as a CSV file: what may be read on the page, and no more."""
    at = now()
    choices = listen_choices(request.viewer)
    filters = chosen_in(request.GET, choices).filters(choices, at=at)
    return as_streamed_table("voices.csv", VOICE_COLUMNS, voice_rows(request.viewer, filters))


def _list(request: KnownRequest, page: VoicesPage, chosen: Chosen, *, is_later: bool) -> dict[str, Any]:
    readable = requests_named(request.viewer, requests_in(page.voices))
    query = chosen.query()
    base = reverse("listen:home")
    older = chosen.query(before=place_of(page.next_after)) if page.next_after else ""
    return {
        "voices": [voice_shown(voice, readable=readable) for voice in page.voices],
        "is_chosen": chosen.is_something,
        "older_url": f"{base}?{older}#voices" if older else "",
        "newer_url": (f"{base}?{query}#voices" if query else f"{base}#voices") if is_later else "",
        "csv_url": reverse("listen:voices_csv") + (f"?{query}" if query else ""),
        "found_words": ngettext("%(n)s voice shown", "%(n)s voices shown", len(page.voices))
        % {"n": number(len(page.voices))},
    }


def _around(request: KnownRequest, chosen: Chosen, choices: ListenChoices, at: datetime) -> dict[str, Any]:
    """Everything beside the list: the week's count, the newest improvement, both trends, subjects."""
    viewer, language = request.viewer, language_here()
    summary = listen_summary(viewer, at=at)
    done = improving.improvements_to_see(viewer, at=at, states=("done",), limit=DONE_SHOWN)
    newest = improving.improvement_page(viewer, done[0].id, at=at) if done else None
    scale = scale_for(summary.outside.weeks, summary.inside.weeks)
    sides = (("outside", summary.outside), ("inside", summary.inside))
    return {
        "chosen": chosen,
        "selects": selects_of(chosen, choices),
        "week_words": _week_words(summary),
        "newest": newest,
        "row": shown(newest.seen, language=language, today=localdate(at)) if newest else None,
        "effect": effect_shown(newest.seen, newest.effect) if newest and newest.effect else None,
        "quote": next((voice for voice in newest.voices if voice.text), None) if newest else None,
        "trends": [
            trend_shown(name, side.weeks, side.satisfied, scale=scale, improvements=done) for name, side in sides
        ],
        "done": [one for one in done if one.done_on and one.done_on >= summary.inside.weeks[0].week_on],
        "subjects": [_bar(one) for one in summary.subjects[:SUBJECTS_SHOWN]],
        "waiting": summary.waiting,
        "has_encoder": is_available(),
        "may_propose": bool(viewer.department_ids) or viewer.is_owner,
    }


def _week_words(summary: ListenSummary) -> dict[str, str]:
    total = summary.inside.this_week + summary.outside.this_week
    return {
        "new": ngettext("%(n)s new voice this week", "%(n)s new voices this week", total) % {"n": number(total)},
        "sides": _("%(inside)s inside, %(outside)s outside")
        % {"inside": number(summary.inside.this_week), "outside": number(summary.outside.this_week)},
    }


def _bar(one: SubjectCount) -> AmountBar:
    sides = _("%(outside)s outside, %(inside)s inside") % {
        "outside": number(one.outside),
        "inside": number(one.inside),
    }
    return AmountBar(
        name=one.subject.name,
        value=one.both,
        words=sides,
        url=f"{reverse('listen:home')}?subject={one.subject.key}#voices",
    )
