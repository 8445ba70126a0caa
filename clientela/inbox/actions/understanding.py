"""Understanding a stored message: read, classify, find the sender, find the thread, cut the quotes, act.

All in one transaction that holds the stored message's row, so a message is understood once however many workers try.
What cannot be understood is put aside with the reason, and can be tried again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.actions import (
    NobodyBehindAddressError,
    WrongValueError,
    register_person,
    welcome_correspondent,
)
from clientela.directory.policies import HOUSE, Viewer
from clientela.directory.queries import DepartmentCard
from clientela.inbox import letters
from clientela.inbox.actions.answering import may_be_answered
from clientela.inbox.models import RawMessage
from clientela.inbox.policies import may_handle_mail
from clientela.inbox.reading.classify import Classification, classify
from clientela.inbox.reading.html import sanitise
from clientela.inbox.reading.parts import ReadAttachment
from clientela.inbox.reading.quotes import cut_quotes
from clientela.inbox.reading.read import ReadMessage, UnreadableMessage, read_message
from clientela.inbox.reading.threads import plain_subject, referenced_ids
from clientela.kernel.identifiers import reference_of
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import detect_language
from clientela.kernel.policies import HiddenError, NotAllowedError, require
from clientela.kernel.signing import request_of_message_id
from clientela.promises.actions import NoCalendarError
from clientela.requests import actions as requests
from clientela.requests import queries as asked
from clientela.requests.actions import IncomingFile, RequestError
from clientela.requests.queries import RequestOfMail

Outcome = RawMessage.Outcome
LONGEST_SUBJECT = 400
LONGEST_REASON = 500
LONGEST_MAIL_ID = 998  # bytes, as RFC 5322 lets a line be long
LONGEST_ADDRESS = 320
KEPT_BACK = (RequestError, WrongValueError, NobodyBehindAddressError, NotAllowedError, NoCalendarError)


@dataclass(frozen=True)
class Understood:
    """What came of a message. `text` is what was said this time, `language` in which (BCP 47)."""

    outcome: str
    reason: str
    request: str = ""  # its reference
    from_address: str = ""
    subject: str = ""
    language: str = ""
    text: str = ""
    attachments: tuple[ReadAttachment, ...] = ()


@dataclass(frozen=True)
class _Mail:
    """A message that has been read, with what the steps need to know of it."""

    raw: RawMessage
    read: ReadMessage
    said: str
    quoted: str
    at: datetime

    @property
    def mail_id(self) -> str:
        """The Message-ID; "" for one so long that no mail program sent it: the database could not look it up."""
        given = self.read.message_id or ""
        return given if len(given.encode("utf-8", "replace")) <= LONGEST_MAIL_ID else ""

    @property
    def address(self) -> str:
        return self.read.from_address[:LONGEST_ADDRESS]


@transaction.atomic
def understand_message(*, at: datetime, raw_id: int) -> Understood | None:
    """Understand a stored message and act on it. None if it has been understood already, or another worker is at it.

    Whatever the message is, it ends with an outcome and a reason: nothing raises but a fault of our own, and then the
    message stays as it is, to be tried again.
    """
    # A second worker skips the row that this one holds, and finds it understood when it looks again.
    raw = RawMessage.objects.select_for_update(skip_locked=True).filter(pk=raw_id, understood_at=None).first()
    if raw is None:
        return None
    content = bytes(raw.content)
    try:
        read = read_message(content)
    except UnreadableMessage as error:
        return _ended(raw, Understood(Outcome.QUARANTINED, str(error)), at=at)
    cut = cut_quotes(read.text)
    mail = _Mail(raw=raw, read=read, said=cut.said or read.text, quoted=cut.quoted, at=at)
    raw.mail_id = mail.mail_id
    raw.from_address = mail.address
    raw.subject = read.subject[:LONGEST_SUBJECT]
    return _ended(raw, _decided(mail), at=at)


def quarantine_message(*, at: datetime, raw_id: int, reason: str) -> Understood:
    """Put a message aside that a fault of ours could not understand, so that it does not block the others."""
    with transaction.atomic():
        raw = RawMessage.objects.select_for_update().get(pk=raw_id)
        return _ended(raw, Understood(Outcome.QUARANTINED, reason), at=at)


@transaction.atomic
def understand_again(*, by: Viewer, at: datetime, raw_id: int) -> Understood:
    """Try a message again that was put aside. Raises HiddenError if it was not."""
    require(may_handle_mail(by))
    raw = RawMessage.objects.select_for_update().filter(pk=raw_id, outcome=Outcome.QUARANTINED).first()
    if raw is None:
        raise HiddenError
    RawMessage.objects.filter(pk=raw_id).update(understood_at=None, outcome="", reason="")
    record(verb="mail_tried_again", by=by.person_id, at=at, about=[thing("mail", raw_id)])
    understood = understand_message(at=at, raw_id=raw_id)
    if understood is None:
        raise HiddenError
    return understood


def _decided(mail: _Mail) -> Understood:
    """Decide what the message is, one question after the other."""
    if mail.raw.size_bytes > settings.MESSAGE_LIMIT_BYTES:
        return _too_large(mail)
    _take_turns(mail)
    earlier = _earlier(mail)
    if earlier is not None:
        return _seen_before(mail, earlier)
    kind = classify(mail.read, envelope_sender=_envelope(mail), own_domains=(settings.MAIL_DOMAIN,))
    thread = _thread(mail)
    if kind.kind != "person" or directory.department_of_address(mail.address) is not None:
        return _automatic(mail, kind, thread)
    try:
        with transaction.atomic():
            return _from_a_person(mail, thread)
    except KEPT_BACK as error:
        return _result(mail, Outcome.QUARANTINED, str(error))


def _envelope(mail: _Mail) -> str | None:
    return mail.raw.envelope_from if mail.raw.came_by == RawMessage.CameBy.SMTP else None


def _too_large(mail: _Mail) -> Understood:
    sizes = {"size": mail.raw.size_bytes, "limit": settings.MESSAGE_LIMIT_BYTES}
    if _is_told_that_it_is_too_large(mail):
        reason = _("The message has %(size)s bytes; %(limit)s is the most. Its sender was told.") % sizes
    else:
        reason = _("The message has %(size)s bytes; %(limit)s is the most. Its sender was not told.") % sizes
    return _result(mail, Outcome.QUARANTINED, reason)


def _is_told_that_it_is_too_large(mail: _Mail) -> bool:
    """Tell the sender, if we know who it is and they have not just been told many times."""
    department = _department(mail)
    if not mail.address or department is None or not may_be_answered(mail.raw):
        return False
    try:
        person_id = _sender(mail, department)
    except KEPT_BACK:
        return False
    letters.send_too_large(person_id=person_id, department=department, read=mail.read, at=mail.at)
    return True


def _take_turns(mail: _Mail) -> None:
    """Let copies of one mail, which came by two ways, be understood one after the other.

    Without it two workers would both find that nobody knows the mail yet, and open two requests. The lock ends with
    the transaction, so the second one sees what the first has committed.
    """
    with connection.cursor() as cursor:
        name = f"mail:{mail.mail_id or mail.raw.sha256}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _earlier(mail: _Mail) -> RawMessage | None:
    """Find the same message understood before: the same bytes, or the same Message-ID, sender and subject."""
    before = RawMessage.objects.filter(understood_at__isnull=False, request__isnull=False).exclude(pk=mail.raw.pk)
    same = before.filter(sha256=mail.raw.sha256).order_by("pk").first()
    if same is None and mail.mail_id:
        same = (
            before.filter(mail_id=mail.mail_id, from_address=mail.address, subject=mail.raw.subject)
            .order_by("pk")
            .first()
        )
    return same


def _seen_before(mail: _Mail, earlier: RawMessage) -> Understood:
    return _result(mail, Outcome.DUPLICATE, _("The same message was received before."), request_id=earlier.request_id)


def _thread(mail: _Mail) -> RequestOfMail | None:
    """Find the request that the message goes on with: by our signed Message-ID, else by a mail its sender sent us."""
    answered = referenced_ids(mail.read)
    for message_id in answered:
        reference = request_of_message_id(message_id)
        if reference is not None:
            return asked.request_of_reference(reference, at=mail.at)
    found = asked.request_of_mail(answered, at=mail.at)
    if found is None:
        return None
    # Anybody can write any Message-ID into References, so there only the customer themselves may go on.
    sender = directory.person_of_address(mail.address) if mail.address else None
    return found if sender is not None and sender.id in {found.asker_id, found.customer_id} else None


def _automatic(mail: _Mail, kind: Classification, thread: RequestOfMail | None) -> Understood:
    """Keep what a machine sent, show it on the request it belongs to, and answer nothing."""
    outcome = Outcome.BOUNCE if kind.kind == "bounce" else Outcome.AUTOMATIC
    if thread is None:
        return _result(mail, outcome, kind.reason)
    try:
        received = requests.receive_message(
            at=mail.at,
            request_id=thread.id,
            author_id=None,
            channel="email",
            text=mail.said or mail.read.subject,
            language=_language(mail, thread.language),
            attachments=_files(mail),
            message_id=mail.mail_id,
            quoted=mail.quoted,
            is_automatic=True,
        )
    except RequestError as error:
        return _result(mail, Outcome.QUARANTINED, str(error))
    mail.raw.message_id = received.message_id
    return _result(mail, outcome, kind.reason, request_id=thread.id)


def _from_a_person(mail: _Mail, thread: RequestOfMail | None) -> Understood:
    department = _department(mail)
    if department is None:
        return _result(mail, Outcome.QUARANTINED, _("No department takes mail yet. Give one a service that does."))
    sender = _sender(mail, department)
    language = _language(mail, thread.language if thread else department.language)
    if thread is not None and thread.takes_messages:
        received = requests.receive_message(
            at=mail.at,
            request_id=thread.id,
            author_id=sender,
            channel="email",
            text=mail.said,
            language=language,
            attachments=_files(mail),
            message_id=mail.mail_id,
            quoted=mail.quoted,
            html=_html(mail),
        )
        mail.raw.message_id = received.message_id
        reason = _("It answers one of our letters.")
        return _result(mail, Outcome.CONTINUED, reason, request_id=thread.id, language=language)
    service = catalogue.mail_service_of(department.id)
    if service is None:
        reason = _("%(name)s has no service that takes mail. Choose one in Settings, Services.")
        return _result(mail, Outcome.QUARANTINED, reason % {"name": department.name})
    organisations = directory.organisations_of(sender, mail.at)
    is_answered = may_be_answered(mail.raw)
    opened = requests.open_request(
        by=HOUSE,
        at=mail.at,
        service_version_id=service,
        customer_id=organisations[0].id if len(organisations) == 1 else sender,
        asker_id=sender,
        channel="email",
        title=plain_subject(mail.read.subject),
        text=mail.said,
        language=language,
        attachments=_files(mail),
        message_id=mail.mail_id,
        quoted=mail.quoted,
        html=_html(mail),
        is_acknowledged=is_answered,
    )
    mail.raw.message_id = opened.message_id
    reason = _("It is new.") if thread is None else _("The request it answers was closed long ago.")
    if not is_answered:
        why_not = _("No letter thanks for it: this sender had many in the last hour.")
        reason = f"{reason} {why_not}"
    return _result(mail, Outcome.OPENED, reason, request_id=opened.id, language=language)


def _department(mail: _Mail) -> DepartmentCard | None:
    """Find the department the message is for: by the envelope, by To and Cc, else the first one that takes mail."""
    written = [*mail.raw.envelope_to, *(one.address for one in (*mail.read.to, *mail.read.cc))]
    for address in written:
        department = directory.department_of_address(address)
        if department is not None:
            return department
    offered = [department for department in directory.departments() if catalogue.mail_service_of(department.id)]
    return min(offered, key=lambda department: (not department.serves_outside, department.key), default=None)


def _sender(mail: _Mail, department: DepartmentCard) -> int:
    """Find the person who wrote, or make them a customer. Who hides becomes a customer without an address.

    A mail that does not say who sent it is still read by a person and not only put aside; no letter answers it.
    """
    language = _language(mail, department.language)
    for address in (mail.address, mail.raw.envelope_from):
        if not address:
            continue
        try:
            return welcome_correspondent(
                at=mail.at, address=address, name=mail.read.from_name, language=language, zone=department.zone
            )
        except WrongValueError:
            continue
    name = mail.read.from_name or _("Unknown sender")
    return register_person(
        by=HOUSE, at=mail.at, name=name, short_name=name[:100], language=language, zone=department.zone
    )


def _language(mail: _Mail, fallback: str) -> str:
    return detect_language(f"{plain_subject(mail.read.subject)}\n{mail.said}", fallback=fallback)


def _files(mail: _Mail) -> list[IncomingFile]:
    return [IncomingFile(file.name, file.media_type, file.content) for file in mail.read.attachments]


def _html(mail: _Mail) -> str:
    return sanitise(mail.read.html) if mail.read.html else ""


def _result(mail: _Mail, outcome: str, reason: str, *, request_id: int | None = None, language: str = "") -> Understood:
    mail.raw.request_id = request_id
    return Understood(
        outcome=outcome,
        reason=reason,
        request="" if request_id is None else reference_of(request_id),
        from_address=mail.address,
        subject=mail.read.subject,
        language=language or _language(mail, ""),
        text=mail.said,
        attachments=mail.read.attachments,
    )


def _ended(raw: RawMessage, understood: Understood, *, at: datetime) -> Understood:
    """Write down what came of the message, and the fact."""
    raw.understood_at = at
    raw.outcome = understood.outcome
    raw.reason = understood.reason[:LONGEST_REASON]
    raw.save(
        update_fields=["understood_at", "outcome", "reason", "mail_id", "from_address", "subject", "request", "message"]
    )
    about = [thing("mail", raw.pk)]
    if raw.request_id is not None:
        about.append(thing("request", raw.request_id))
    record(verb="mail_understood", by=None, at=at, about=about, outcome=understood.outcome)
    return understood
