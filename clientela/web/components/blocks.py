"""Blocks: what a place says when it is empty, waits, or went wrong; tables, folds, facts, steps, promises."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from clientela.web.components.attributes import attributes
from clientela.web.components.marks import moment, promise_mark, promise_state, promise_words

# The widths of the lines that stand for what comes, in columns of twelve.
LOADING_WIDTHS = (7, 9, 6, 8, 5)


def empty_state(content: SafeString, title: str, *, art: bool = True, level: int = 3) -> SafeString:
    """What belongs here, and the first step."""
    return render_to_string(
        "components/empty_state.html", {"content": content, "title": title, "art": art, "level": level}
    )


def error_state(content: SafeString, title: str, *, level: int = 3) -> SafeString:
    """What happened, what is safe, and what to do."""
    return render_to_string("components/error_state.html", {"content": content, "title": title, "level": level})


def loading_state(words: str, *, rows: int = 3) -> dict[str, Any]:
    """The shape of what comes."""
    return {"words": words, "widths": [LOADING_WIDTHS[row % len(LOADING_WIDTHS)] for row in range(rows)]}


def table(content: SafeString, caption: str, *, caption_hidden: bool = False, **more: Any) -> SafeString:
    """A table with its caption, which folds into blocks on a phone."""
    return render_to_string(
        "components/table.html",
        {"content": content, "caption": caption, "caption_hidden": caption_hidden, "more": attributes(more)},
    )


def fold(content: SafeString, words: str, *, count: int | None = None, open: bool = False, **more: Any) -> SafeString:  # noqa: A002 - the attribute's name
    """What can be looked at on demand."""
    return render_to_string(
        "components/fold.html",
        {"content": content, "words": words, "count": count, "open": open, "more": attributes(more)},
    )


def promise(
    context: Context,
    content: SafeString,
    title: str,
    state: str | Enum,
    *,
    seconds: float | None = None,
    due_at: datetime | None = None,
    calendar: str = "",
    day_seconds: int = 0,
    words: str = "",
) -> SafeString:
    """One promise with everything about it: `Repaired by today 12:00`, its mark, its words, and what to do."""
    name = promise_state(state)
    if not words and (seconds is not None or name != "running"):
        words = promise_words(context, name, seconds=seconds, day_seconds=day_seconds)
    return render_to_string(
        "components/promise.html",
        {
            "content": content,
            "title": title,
            "due": moment(context, due_at, calendar=calendar),
            "mark": promise_mark(context, name, bare=True),
            "state": name,
            "words": words,
        },
    )


def steps(context: Context, steps: Iterable[Any]) -> dict[str, Any]:
    """Where a request stands, for the one who asked: done, now, next."""
    return {
        "steps": [
            {
                "title": step.title,
                "text": step.text,
                "state": step.state,
                "icon": "check" if step.state == "done" else getattr(step, "icon", ""),
                "when": moment(context, getattr(step, "at", None)),
            }
            for step in steps
        ]
    }


def facts(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What is known, word by word; what is not known is not listed."""
    return {"rows": [(word, value) for word, value in rows if value not in ("", None)]}


def chain_hops(hops: Iterable[Any]) -> dict[str, Any]:
    """Who waits on whom, the customer first."""
    return {"hops": list(hops)}
