"""What `clientela receive` says of a mail: one line for people, or one JSON object a line."""

import json

from clientela.inbox.actions import Understood
from clientela.inbox.reading.lines import reading_as_json

SAID_PLAINLY = frozenset({"opened", "continued"})


def line_about(name: str, understood: Understood, *, as_json: bool) -> str:
    """Say what came of the mail that lies at `name`; as JSON with all that was read of it."""
    if as_json:
        return json.dumps(_as_json(name, understood), ensure_ascii=False)
    what = f"{understood.outcome:<11} {understood.request or '–':<10} {name}"
    return what if understood.outcome in SAID_PLAINLY else f"{what}: {understood.reason}"


def _as_json(name: str, understood: Understood) -> dict[str, object]:
    return {
        "file": name,
        "outcome": understood.outcome,
        "request": understood.request or None,
        "from": understood.from_address or None,
        "subject": understood.subject,
        "language": understood.language or None,
        "text": understood.text,
        "attachments": [],
        "bounce": [],
        "automatic": False,
        "quoted_chars": 0,
        **(reading_as_json(understood.mail) if understood.mail is not None else {}),
        "reason": understood.reason,
    }
