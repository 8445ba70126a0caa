"""Reading every stored mail again, and saying what this version would understand differently. Nothing is changed.

What a mail says is a pure function of its bytes and envelope, so it is worked out anew and compared with what was kept.
What was decided depended on what the house knew at the time; of that the one thing is compared that must not change
unseen: that a mail which went on with a request still finds that request.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings

from clientela.directory import queries as directory
from clientela.inbox.actions.understanding import LONGEST_SUBJECT, read_stored
from clientela.inbox.models import RawMessage
from clientela.inbox.queries.candidates import correspondence_of
from clientela.inbox.reading.mail import ReadMail
from clientela.inbox.reading.read import UnreadableMessage
from clientela.inbox.rules.threads import find_thread
from clientela.requests import queries as asked
from clientela.requests.queries import SaidByMail
from clientela.requests.rules import storable, without_keys

Outcome = RawMessage.Outcome
AT_ONCE = 50
# What deciding adds to what reading found; see `actions.belonging` and `actions.putting_aside`.
DECIDED = frozenset({"looks_like", "also_to", "takes_up", "sender_was_told"})
BY_MACHINES = frozenset({Outcome.AUTOMATIC, Outcome.BOUNCE})
BY_PEOPLE = frozenset({Outcome.OPENED, Outcome.CONTINUED})


@dataclass(frozen=True)
class Difference:
    """A stored mail that would be understood differently now. `what` names in what: text, files, sender, thread…"""

    raw_id: int
    what: tuple[str, ...]


@dataclass(frozen=True)
class Reread:
    """What came of reading everything again."""

    mail_count: int
    different: tuple[Difference, ...]


def reread_all(*, on_progress: Callable[[int, int], None] = lambda _done, _whole: None) -> Reread:
    """Read every mail again that was understood, oldest first, and compare. A few statements for fifty mails."""
    understood = RawMessage.objects.filter(understood_at__isnull=False)
    whole, done, last = understood.count(), 0, 0
    different: list[Difference] = []
    while rows := list(understood.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        different.extend(_differences(rows))
        last = rows[-1].pk
        done += len(rows)
        on_progress(done, whole)
    return Reread(done, tuple(different))


def _differences(rows: Sequence[RawMessage]) -> Iterator[Difference]:
    kept = asked.said_by_mails([row.message_id for row in rows if row.message_id is not None])
    ours = directory.departments_of_addresses({row.from_address for row in rows if row.from_address})
    for row in rows:
        try:
            mail = read_stored(row)
        except UnreadableMessage:
            what = [] if row.outcome == Outcome.QUARANTINED else ["readable"]
        else:
            if not row.mail_id and not row.from_address and row.outcome == Outcome.QUARANTINED:
                continue  # it was put aside before it was read; what it says now was never kept
            said = kept.get(row.message_id or 0)
            what = [
                *_of_head(row, mail),
                *_of_kind(row, mail, is_ours=row.from_address in ours),
                *([] if said is None else _of_words(row, mail, said)),
                *_of_thread(row, mail),
            ]
        if what:
            yield Difference(row.pk, tuple(what))


def _of_head(row: RawMessage, mail: ReadMail) -> Iterator[str]:
    if row.mail_id != mail.mail_id:
        yield "message_id"
    if row.from_address != mail.address:
        yield "sender"
    if row.subject != mail.read.subject[:LONGEST_SUBJECT]:
        yield "subject"
    if row.trust != mail.trust.as_json():
        yield "trust"
    kept = {key: value for key, value in row.details.items() if key not in DECIDED}
    if kept != json.loads(json.dumps(dict(mail.details()))):
        yield "details"


def _of_kind(row: RawMessage, mail: ReadMail, *, is_ours: bool) -> Iterator[str]:
    if row.outcome not in BY_PEOPLE | BY_MACHINES:
        return
    if mail.kind.kind == "bounce":
        fits = {Outcome.BOUNCE}
    elif mail.kind.kind != "person" or is_ours:
        fits = {Outcome.AUTOMATIC}
    else:
        fits = set(BY_PEOPLE)
    if row.outcome not in fits:
        yield "kind"


def _of_words(row: RawMessage, mail: ReadMail, said: SaidByMail) -> Iterator[str]:
    text = mail.said or (mail.read.subject if row.outcome in BY_MACHINES else "")
    if said.text != without_keys(storable(text)):
        yield "text"
    if said.quoted != without_keys(storable(mail.quoted)):
        yield "quoted"
    if said.signature != without_keys(storable(mail.signature)):
        yield "signature"
    if said.sha256s != tuple(sha256(file.content).hexdigest() for file in mail.read.attachments):
        yield "files"


def _of_thread(row: RawMessage, mail: ReadMail) -> Iterator[str]:
    if row.outcome != Outcome.CONTINUED or row.understood_at is None or row.request_id is None:
        return
    correspondence = correspondence_of([mail], at=row.understood_at, own_domains=(settings.MAIL_DOMAIN,))
    found = find_thread(
        correspondence.candidates[0],
        correspondence.senders[0],
        has_failed=mail.trust.verdict == "failed",
        is_verified=mail.trust.verdict == "passed",
        has_checker=bool(settings.TRUSTED_CHECKERS),
    )
    thread = found.thread
    if thread is None or asked.goes_on_in(row.request_id) != thread.id:
        yield "thread"
