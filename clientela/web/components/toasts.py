"""Words after something was done, with a way back: `say(request, …)` in a view, shown by the next page or partial."""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest


@dataclass(frozen=True, kw_only=True)
class Toast:
    """What is shown: the words, the address that undoes it, the draft that has now safely arrived."""

    words: str
    undo_url: str = ""
    draft: str = ""


def say(request: HttpRequest, words: str, *, undo_url: str = "", draft: str = "") -> None:
    """Tell the person what was done. `undo_url` takes a POST; `draft` names a saved draft the browser may forget."""
    messages.success(request, words, extra_tags=json.dumps({"undo_url": undo_url, "draft": draft}))


def toasts_of(request: HttpRequest) -> list[Toast]:
    """What is to be told now; each toast is told once. Messages of Django's own come along, without an undo."""
    told = []
    for message in messages.get_messages(request):
        try:
            more = json.loads(message.extra_tags or "{}")
        except ValueError:
            more = {}
        told.append(Toast(words=str(message), undo_url=more.get("undo_url", ""), draft=more.get("draft", "")))
    return told
