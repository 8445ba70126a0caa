"""How well mail is read: bounces and quoted replies, on the real data of `../shared/data/mail`.

`python -m tests.bench mail`. Every mail is read with the code that answers `clientela receive --json`, and its line is
compared with what is expected of it. The files are also told apart into two halves by their names, so that whoever
changes the rules by one half can see what that is worth on the other.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from clientela.inbox.reading.bounces import BounceReason
from clientela.inbox.reading.lines import reading_as_json
from clientela.inbox.reading.mail import Envelope, House, read_mail
from clientela.inbox.reading.quotes import cut_quotes
from clientela.inbox.reading.read import UnreadableMessage
from tests.shared_data import shared_data

# Which of our ten reasons each of the collection's thirty-odd is. Of `feedback` and `vacation` no bounce is expected.
THEIRS: Mapping[str, BounceReason] = {
    "userunknown": BounceReason.NOBODY_THERE,
    "hasmoved": BounceReason.NOBODY_THERE,
    "hostunknown": BounceReason.NO_SUCH_PLACE,
    "notaccept": BounceReason.NO_SUCH_PLACE,
    "mailboxfull": BounceReason.MAILBOX_FULL,
    "suspend": BounceReason.ACCOUNT_CLOSED,
    "expired": BounceReason.NOT_IN_TIME,
    "networkerror": BounceReason.NOT_IN_TIME,
    "authfailure": BounceReason.SENDER_REFUSED,
    "badreputation": BounceReason.SENDER_REFUSED,
    "blocked": BounceReason.SENDER_REFUSED,
    "failedstarttls": BounceReason.SENDER_REFUSED,
    "norelaying": BounceReason.SENDER_REFUSED,
    "ratelimited": BounceReason.SENDER_REFUSED,
    "rejected": BounceReason.SENDER_REFUSED,
    "requireptr": BounceReason.SENDER_REFUSED,
    "securityerror": BounceReason.SENDER_REFUSED,
    "speeding": BounceReason.SENDER_REFUSED,
    "toomanyconn": BounceReason.SENDER_REFUSED,
    "filtered": BounceReason.REFUSED,
    "suppressed": BounceReason.REFUSED,
    "contenterror": BounceReason.CONTENT_REFUSED,
    "emailtoolarge": BounceReason.CONTENT_REFUSED,
    "exceedlimit": BounceReason.CONTENT_REFUSED,
    "mesgtoobig": BounceReason.CONTENT_REFUSED,
    "notcompliantrfc": BounceReason.CONTENT_REFUSED,
    "policyviolation": BounceReason.CONTENT_REFUSED,
    "spamdetected": BounceReason.CONTENT_REFUSED,
    "virusdetected": BounceReason.CONTENT_REFUSED,
    "mailererror": BounceReason.SERVER_FAULT,
    "syntaxerror": BounceReason.SERVER_FAULT,
    "systemerror": BounceReason.SERVER_FAULT,
    "systemfull": BounceReason.SERVER_FAULT,
    "onhold": BounceReason.UNCLEAR,
    "undefined": BounceReason.UNCLEAR,
}
NO_BOUNCES = frozenset({"feedback", "vacation"})
# Real reports of mail servers that lie among the malformed mails.
BOUNCES_AMONG_HARD = frozenset(
    {
        "mikel-fixtures-emails-mime_emails-raw_email_with_mimepart_without_content_type.eml",
        "mikel-fixtures-emails-multipart_report_emails-multi_address_bounce1.eml",
    }
)


@dataclass(frozen=True)
class MeasuredBounces:
    """Shares of the bounces (0 to 1) of which each thing is as expected; the first recipient of each counts.

    `duration_right`: temporary or permanent. `passing_found`: of the temporary ones. `ordinary_taken_for_bounces` are
    the names of files that are none and were taken for one.
    """

    count: int
    recognised: float
    duration_right: float
    passing_found: float
    hard_right: float
    reason_right: float
    recipients_right: float
    mails_a_second: float
    ordinary_taken_for_bounces: tuple[str, ...]


def measured_mail() -> Iterator[str]:
    """Tell all figures as lines of Markdown; one line only where the real data is not here."""
    if not shared_data("mail").is_dir():
        yield "The real data of `../shared/data` is not here."
        return
    yield "| Bounces | asked | all | half A | half B |"
    yield "|---|--:|--:|--:|--:|"
    columns = [measured_bounces(), *(measured_bounces(_in_half(half)) for half in (0, 1))]
    yield _row("mails", "", [f"{one.count}" for one in columns])
    yield _row("recognised", "99 %", [_share(one.recognised) for one in columns])
    yield _row("temporary or permanent right", "96 %", [_share(one.duration_right) for one in columns])
    yield _row("of the temporary ones found", "85 %", [_share(one.passing_found) for one in columns])
    yield _row("will never work (`hard`) right", "95 %", [_share(one.hard_right) for one in columns])
    yield _row("reason right, of ten", "80 %", [_share(one.reason_right) for one in columns])
    yield _row("number of recipients right", "", [_share(one.recipients_right) for one in columns])
    yield _row("read in a second", "", [f"{one.mails_a_second:,.0f}" for one in columns])
    yield ""
    wrong = columns[0].ordinary_taken_for_bounces
    yield f"Ordinary mails taken for a bounce: {len(wrong)}{': ' if wrong else '.'}{', '.join(wrong)}"
    yield ""
    alike, count = measured_quotes()
    yield f"Quoted replies cut as expected: {alike} of {count} ({_share(alike / count)}; asked 80 %)."
    yield ""


def measured_bounces(wanted: Callable[[str], bool] = lambda _name: True) -> MeasuredBounces:
    """Read the bounces whose file names are `wanted`, and all mails that are none."""
    folder = shared_data("mail", "bounces")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    started = perf_counter()
    pairs = [
        (expected_of, _line(folder / name))
        for name, expected_of in sorted(expected.items())
        if wanted(name) and expected_of[0]["reason"] not in NO_BOUNCES
    ]
    seconds = perf_counter() - started
    firsts = [(theirs[0], (line["bounce"] or [None])[0]) for theirs, line in pairs]
    passing = [ours for theirs, ours in firsts if _is_passing(theirs["dsn"])]
    return MeasuredBounces(
        count=len(pairs),
        recognised=_part(line["automatic"] and bool(line["bounce"]) for _theirs, line in pairs),
        duration_right=_part(
            ours is not None and _is_passing(ours["status"]) == _is_passing(theirs["dsn"]) for theirs, ours in firsts
        ),
        passing_found=_part(ours is not None and _is_passing(ours["status"]) for ours in passing),
        hard_right=_part(ours is not None and ours["hard"] == theirs["hardbounce"] for theirs, ours in firsts),
        reason_right=_part(
            ours is not None and ours["reason"] == THEIRS.get(theirs["reason"]) for theirs, ours in firsts
        ),
        recipients_right=_part(len(theirs) == len(line["bounce"]) for theirs, line in pairs),
        mails_a_second=len(pairs) / seconds,
        ordinary_taken_for_bounces=tuple(_ordinary_taken_for_bounces(expected)),
    )


def measured_quotes() -> tuple[int, int]:
    """Cut the quotes of real replies: how many are as expected once white space is folded, and of how many."""
    folder = shared_data("mail", "quoted-replies")
    alike = [
        cut_quotes(mail.read_text(encoding="utf-8")).said.split()
        == (folder / "trimmed" / mail.name).read_text(encoding="utf-8").split()
        for mail in sorted((folder / "emails").iterdir())
    ]
    return sum(alike), len(alike)


def _ordinary_taken_for_bounces(expected: Mapping[str, Any]) -> Iterator[str]:
    for path in sorted(shared_data("mail", "hard-mime").iterdir()):
        if path.name not in BOUNCES_AMONG_HARD and _line(path)["bounce"]:
            yield path.name
    for name, expected_of in sorted(expected.items()):
        if expected_of[0]["reason"] in NO_BOUNCES and _line(shared_data("mail", "bounces", name))["bounce"]:
            yield name


def _line(path: Path) -> dict[str, Any]:
    try:
        return reading_as_json(read_mail(path.read_bytes(), envelope=Envelope(), house=House()))
    except UnreadableMessage:
        return {"automatic": False, "bounce": []}


def _in_half(half: int) -> Callable[[str], bool]:
    return lambda name: sha256(name.encode()).digest()[-1] % 2 == half


def _is_passing(status: str) -> bool:
    return status.startswith("4")


def _part(things: Iterable[bool]) -> float:
    known = list(things)
    return sum(known) / len(known) if known else 1.0


def _share(share: float) -> str:
    return f"{share * 100:.1f} %"


def _row(name: str, asked: str, cells: Iterable[str]) -> str:
    return f"| {' | '.join([name, asked, *cells])} |"
