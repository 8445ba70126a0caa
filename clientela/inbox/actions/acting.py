"""Carrying out what was decided about mails: one function a verb, each for many mails at once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.actions import (
    Correspondent,
    NobodyBehindAddressError,
    WrongValueError,
    register_person,
    welcome_correspondents,
)
from clientela.directory.policies import HOUSE
from clientela.inbox import letters
from clientela.inbox.actions.belonging import write_down_belonging
from clientela.inbox.actions.bouncing import note_bounces
from clientela.inbox.actions.putting_aside import tell_sender_of
from clientela.inbox.actions.todos import Todo, Understood
from clientela.inbox.models import RawMessage
from clientela.inbox.queries.answering import may_write_about
from clientela.inbox.queries.reasons import HAD_MANY, TAKEN_OVER, reason_words
from clientela.inbox.reading.html import sanitise
from clientela.inbox.reading.mail import ReadMail
from clientela.inbox.rules.deciding import Reason, Verb
from clientela.kernel.identifiers import reference_of
from clientela.kernel.languages import detect_language
from clientela.kernel.policies import NotAllowedError
from clientela.promises.actions import NoCalendarError
from clientela.requests import actions as requests
from clientela.requests.actions import (
    IncomingFile,
    MessageToReceive,
    NoteByMail,
    RequestError,
    RequestToOpen,
    StateError,
)

Outcome = RawMessage.Outcome
LETTERS_READ = 8000  # as many as are looked at to tell a language
KEPT_BACK = (RequestError, WrongValueError, NobodyBehindAddressError, NotAllowedError, NoCalendarError)


def act(todo: Todo, *, at: datetime, is_last_try: bool = True) -> Understood:
    """Carry out what was decided about one mail, and note on its row where it went; saving the row is the caller's.

    What the house refuses puts the mail aside, with the refusal as the reason. But a request that was merged, closed
    or cancelled since it was decided raises StateError, unless it is the last try: then nothing is done, and the
    caller looks again.
    """
    try:
        with transaction.atomic():
            return act_on_many([todo], at=at)[0]
    except KEPT_BACK as error:
        if isinstance(error, StateError) and not is_last_try:
            raise
        tell_sender_of(todo, at=at)
        return _result(todo, Outcome.QUARANTINED, error.reason if isinstance(error, WrongValueError) else str(error))


def act_on_many(todos: Sequence[Todo], *, at: datetime) -> list[Understood]:
    """Carry out what was decided about many mails that do not depend on each other; what came of each, in their order.

    Whatever is refused of one of them is raised: then the caller acts on one after the other.
    """
    groups: dict[Verb, list[int]] = {}
    for place, todo in enumerate(todos):
        groups.setdefault(todo.decision.verb, []).append(place)
    understood: dict[int, Understood] = {}
    for verb, places in groups.items():
        acted = _ACTS[verb]([todos[place] for place in places], at)
        understood.update(zip(places, acted, strict=True))
    write_down_belonging(todos, at=at)
    return [understood[place] for place in range(len(todos))]


def _open(todos: Sequence[Todo], at: datetime) -> list[Understood]:
    senders = _senders(todos, at=at)
    organisations = directory.organisations_of_people(senders, at)
    items = []
    for todo, sender in zip(todos, senders, strict=True):
        if todo.place.service_version_id is None:
            raise ValueError("A mail cannot open a request where no service takes it.")
        mail, acts_for = todo.mail, organisations.get(sender, [])
        items.append(
            RequestToOpen(
                service_version_id=todo.place.service_version_id,
                customer_id=acts_for[0].id if len(acts_for) == 1 else sender,
                asker_id=sender,
                channel="email",
                title=mail.title,
                text=mail.said,
                language=_language(mail, todo.place.language),
                attachments=_files(mail),
                message_id=mail.mail_id,
                quoted=mail.quoted,
                signature=mail.signature,
                html=_html(mail),
                is_acknowledged=todo.decision.is_answered,
            )
        )
    understood = []
    for todo, item, opened in zip(todos, items, requests.open_requests(by=HOUSE, at=at, items=items), strict=True):
        todo.stored.raw.message_id = opened.message_id
        reason = _why(todo)
        if not todo.decision.is_answered:
            why_not = TAKEN_OVER if todo.stored.raw.is_taken_over else HAD_MANY
            reason = f"{reason} {why_not}"
        understood.append(_result(todo, Outcome.OPENED, reason, request_id=opened.id, language=item.language))
    return understood


def _go_on(todos: Sequence[Todo], at: datetime) -> list[Understood]:
    items = [
        MessageToReceive(
            request_id=todo.thread.id,
            author_id=sender,
            channel="email",
            text=todo.mail.said,
            language=_language(todo.mail, todo.thread.language),
            attachments=_files(todo.mail),
            message_id=todo.mail.mail_id,
            quoted=todo.mail.quoted,
            signature=todo.mail.signature,
            html=_html(todo.mail),
        )
        for todo, sender in zip(todos, _senders(todos, at=at), strict=True)
    ]
    understood = []
    for todo, item, received in zip(todos, items, requests.receive_messages(at=at, items=items), strict=True):
        todo.stored.raw.message_id = received.message_id
        reason = _why(todo)
        understood.append(_result(todo, Outcome.CONTINUED, reason, request_id=todo.thread.id, language=item.language))
    return understood


def _show(todos: Sequence[Todo], at: datetime) -> list[Understood]:
    """Keep what machines sent, show it on the request it belongs to, and answer nothing."""
    on_requests = [todo for todo in todos if todo.decision.thread is not None]
    items = [
        MessageToReceive(
            request_id=todo.thread.id,
            author_id=None,
            channel="email",
            text=todo.mail.said or todo.mail.read.subject,
            language=_language(todo.mail, todo.thread.language),
            attachments=_files(todo.mail),
            message_id=todo.mail.mail_id,
            quoted=todo.mail.quoted,
            signature=todo.mail.signature,
            is_automatic=True,
        )
        for todo in on_requests
    ]
    for todo, received in zip(on_requests, requests.receive_messages(at=at, items=items), strict=True):
        todo.stored.raw.message_id = received.message_id
    note_bounces(todos, at=at)
    understood = []
    for todo in todos:
        outcome = Outcome.BOUNCE if todo.mail.kind.kind == "bounce" else Outcome.AUTOMATIC
        reason = reason_words(todo.decision.reason, {"because": todo.mail.kind.reason})
        thread = todo.decision.thread
        understood.append(_result(todo, outcome, reason, request_id=None if thread is None else thread.id))
    return understood


def _nothing(todos: Sequence[Todo], _at: datetime) -> list[Understood]:
    return [
        _result(
            todo,
            Outcome.DUPLICATE,
            _why(todo),
            request_id=todo.known.earlier_request_id,
        )
        for todo in todos
    ]


def _note(todos: Sequence[Todo], at: datetime) -> list[Understood]:
    """Write down what colleagues say by mail on requests they serve: for inside only, whoever else reads the mail."""
    understood = []
    for todo in todos:
        mail, sender_id = todo.mail, todo.known.sender.person_id
        if sender_id is None:
            raise ValueError("A colleague is somebody we know.")
        language = _language(mail, todo.thread.language)
        note_id = requests.write_note(
            by=directory.viewer_of(sender_id, at=at),
            at=at,
            request_id=todo.thread.id,
            text=mail.said,
            language=language,
            attachments=_files(mail),
            mail=NoteByMail(message_id=mail.mail_id, quoted=mail.quoted, signature=mail.signature, html=_html(mail)),
        )
        todo.stored.raw.message_id = note_id
        understood.append(_result(todo, Outcome.CONTINUED, _why(todo), request_id=todo.thread.id, language=language))
    return understood


def _put_aside(todos: Sequence[Todo], at: datetime) -> list[Understood]:
    for todo in todos:
        tell_sender_of(todo, at=at)
    return [_result(todo, Outcome.QUARANTINED, _why(todo)) for todo in todos]


def _tell_too_large(todos: Sequence[Todo], at: datetime) -> list[Understood]:
    return [_told_too_large(todo, at=at) for todo in todos]


def _told_too_large(todo: Todo, *, at: datetime) -> Understood:
    """Tell the sender, if we know who it is and they have not just been told many times."""
    mail, place = todo.mail, todo.known.place
    was_told = False
    may_tell = todo.decision.is_answered and may_write_about(todo.request_id, at=at)
    if mail.address and place is not None and may_tell:
        try:
            with transaction.atomic():
                (person_id,) = _senders([todo], at=at)
        except KEPT_BACK:
            pass
        else:
            letters.send_too_large(
                person_id=person_id,
                department_id=place.department_id,
                read=mail.read,
                at=at,
                request_id=todo.request_id,
            )
            was_told = True
    sizes = {"size": todo.stored.raw.size_bytes, "limit": settings.MESSAGE_LIMIT_BYTES, "was_told": was_told}
    return _result(todo, Outcome.QUARANTINED, reason_words(Reason.TOO_LARGE, sizes))


_ACTS: dict[Verb, Callable[[Sequence[Todo], datetime], list[Understood]]] = {
    Verb.OPEN: _open,
    Verb.GO_ON: _go_on,
    Verb.NOTE: _note,
    Verb.SHOW: _show,
    Verb.NOTHING: _nothing,
    Verb.PUT_ASIDE: _put_aside,
    Verb.TELL_TOO_LARGE: _tell_too_large,
}


def _senders(todos: Sequence[Todo], *, at: datetime) -> list[int]:
    """Find the people who wrote, or make them customers. Who hides becomes a customer without an address.

    A mail that does not say who sent it is still read by a person and not only put aside; no letter answers it.
    """
    found: dict[int, int] = {}
    for address_of in (_written_from, _handed_over_by):
        left = [place for place, todo in enumerate(todos) if place not in found and address_of(todo.mail)]
        correspondents = [
            Correspondent(
                address=address_of(todos[place].mail),
                name=todos[place].mail.read.from_name,
                language=_language(todos[place].mail, todos[place].place.language),
                zone=todos[place].place.zone,
            )
            for place in left
        ]
        welcomed = welcome_correspondents(at=at, correspondents=correspondents)
        pairs = zip(left, welcomed, strict=True)
        found |= {place: person_id for place, person_id in pairs if person_id is not None}
    for place, todo in enumerate(todos):
        if place not in found:
            found[place] = _somebody(todo, at=at)
    return [found[place] for place in range(len(todos))]


def _written_from(mail: ReadMail) -> str:
    return mail.address


def _handed_over_by(mail: ReadMail) -> str:
    return mail.envelope.sender or ""


def _somebody(todo: Todo, *, at: datetime) -> int:
    language = _language(todo.mail, todo.place.language)
    name = todo.mail.read.from_name or _("Unknown sender")
    return register_person(by=HOUSE, at=at, name=name, short_name=name[:100], language=language, zone=todo.place.zone)


def _language(mail: ReadMail, fallback: str) -> str:
    return _detected(f"{mail.title}\n{mail.said}"[:LETTERS_READ]) or fallback


@lru_cache(maxsize=256)
def _detected(words: str) -> str:
    # Asked for the sender, for the message and for what is told of it: worked out once.
    return detect_language(words, fallback="")


def _files(mail: ReadMail) -> list[IncomingFile]:
    return [
        IncomingFile(file.name, file.media_type, file.content, file.content_id or "") for file in mail.read.attachments
    ]


def _html(mail: ReadMail) -> str:
    return sanitise(mail.read.html) if mail.read.html else ""


def _why(todo: Todo) -> str:
    """Why it was decided so, in words."""
    decision, place = todo.decision, todo.known.place
    named = decision.perhaps or decision.follows or decision.thread
    data = {
        "name": "" if place is None else place.name,
        "reference": "" if named is None else named.reference,
        "address": todo.mail.address,
    }
    return reason_words(decision.reason, data)


def _result(todo: Todo, outcome: str, reason: str, *, request_id: int | None = None, language: str = "") -> Understood:
    todo.stored.raw.request_id = request_id
    mail = todo.mail
    return Understood(
        outcome=outcome,
        reason=reason,
        request="" if request_id is None else reference_of(request_id),
        from_address=mail.address,
        subject=mail.read.subject,
        language=language or _language(mail, ""),
        text=mail.said,
        attachments=mail.read.attachments,
        mail=mail,
    )
