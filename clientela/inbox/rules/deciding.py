"""What becomes of a mail: a pure function of the mail and of what is known about it."""

from dataclasses import dataclass, field
from enum import StrEnum

from clientela.inbox.reading.mail import ReadMail
from clientela.inbox.rules.look_alikes import LookAlike
from clientela.inbox.rules.threads import Candidates, Found, Sender, Thread, belongs, find_thread, serves

MOST_COPIED = 30  # of those whom one mail copies in, so many may go on by mail


class Verb(StrEnum):
    """What is done with a mail."""

    OPEN = "open"  # a new request
    GO_ON = "go_on"  # said on the request it belongs to
    NOTE = "note"  # a colleague's words on a request they serve: for inside only
    SHOW = "show"  # a machine wrote it: shown on the request it belongs to, if any, and answered by nothing
    NOTHING = "nothing"  # the same mail again
    PUT_ASIDE = "put_aside"
    TELL_TOO_LARGE = "tell_too_large"


class Reason(StrEnum):
    """Why; the words are in `queries.reasons`."""

    NEW = "new"
    PERHAPS = "perhaps"  # new, and an agent decides whether it belongs to another one
    FAILED_CHECK = "failed_check"  # the same, because its origin failed the check
    PERHAPS_COLLEAGUE = "perhaps_colleague"  # the same: nobody verified that it is from the colleague whom it names
    MERGED_AWAY = "merged_away"  # the same: what its mark names was merged into another customer's
    CLOSED_LONG_AGO = "closed_long_ago"
    WAS_CANCELLED = "was_cancelled"
    ANSWERS_US = "answers_us"  # by a mark that we signed
    ANSWERS_THEM = "answers_them"  # by a mail it answers, or a number in its subject
    COLLEAGUE = "colleague"
    MACHINE = "machine"
    SEEN_BEFORE = "seen_before"
    NOT_OUR_COLLEAGUE = "not_our_colleague"
    NO_DEPARTMENT = "no_department"
    NO_SERVICE = "no_service"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail is for: a department and the service that takes its mail (None: none does)."""

    department_id: int
    name: str
    language: str
    zone: str
    service_version_id: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows about one mail.

    `earlier_request_id`: the same mail was understood before, on that request. `department_ids`: every department of
    ours that it is addressed to, `own_addresses` where (in small letters). `has_failed`, `is_verified`: what a checker
    that we trust found of its origin; neither where none did. `has_checker`: there is one in the house.
    `is_from_our_domain`: its From is an address of ours.
    """

    is_too_large: bool = False
    earlier_request_id: int | None = None
    is_from_department: bool = False
    is_from_our_domain: bool = False
    has_failed: bool = False
    is_verified: bool = False
    has_checker: bool = False
    sender: Sender = field(default_factory=lambda: Sender(""))
    candidates: Candidates = field(default_factory=Candidates)
    look_alike: LookAlike | None = None
    place: Place | None = None
    department_ids: tuple[int, ...] = ()
    own_addresses: frozenset[str] = frozenset()
    may_be_answered: bool = True


@dataclass(frozen=True, slots=True)
class Copied:
    """Somebody who may go on with a request by mail from now on. `is_author`: who wrote; else one copied in."""

    address: str  # in small letters
    name: str
    is_author: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a mail, on which request, and why.

    `perhaps`: an agent decides whether it belongs there. `follows`: the new request takes up this one, which has ended.
    `copied`: who may go on besides. `department_ids`: which departments see the request.
    """

    verb: Verb
    reason: Reason
    thread: Thread | None = None
    perhaps: Thread | None = None
    follows: Thread | None = None
    is_answered: bool = True  # a letter of the house says that we have it
    copied: tuple[Copied, ...] = ()
    department_ids: tuple[int, ...] = ()


def decide(mail: ReadMail, known: Known) -> Decision:
    """Decide what becomes of a mail, one question after another."""
    if known.is_too_large:
        return Decision(Verb.TELL_TOO_LARGE, Reason.TOO_LARGE, is_answered=known.may_be_answered)
    if known.earlier_request_id is not None:
        return Decision(Verb.NOTHING, Reason.SEEN_BEFORE, department_ids=known.department_ids)
    found = find_thread(
        known.candidates,
        known.sender,
        has_failed=known.has_failed,
        is_verified=known.is_verified,
        has_checker=known.has_checker,
    )
    if mail.kind.kind != "person" or known.is_from_department:
        return Decision(Verb.SHOW, Reason.MACHINE, found.thread)
    return _from_a_person(mail, known, found)


def _from_a_person(mail: ReadMail, known: Known, found: Found) -> Decision:
    if known.has_failed and (known.sender.is_employee or known.is_from_our_domain):
        # Whoever forges a colleague is neither thanked in that colleague's name nor heard as one.
        return Decision(Verb.PUT_ASIDE, Reason.NOT_OUR_COLLEAGUE, is_answered=known.may_be_answered)
    if known.place is None:
        return Decision(Verb.PUT_ASIDE, Reason.NO_DEPARTMENT, is_answered=known.may_be_answered)
    if found.thread is not None:
        return _on(found.thread, found, mail, known)
    if known.place.service_version_id is None:
        return Decision(Verb.PUT_ASIDE, Reason.NO_SERVICE, is_answered=known.may_be_answered)
    return Decision(
        Verb.OPEN,
        _why_new(found, known),
        perhaps=found.perhaps,
        is_answered=known.may_be_answered,
        copied=_copied(mail, known),
        department_ids=known.department_ids,
    )


def _on(thread: Thread, found: Found, mail: ReadMail, known: Known) -> Decision:
    """Decide about a mail that has found its request."""
    if found.is_colleague:
        return Decision(Verb.NOTE, Reason.COLLEAGUE, thread)
    copied = _copied(mail, known)
    if thread.takes_messages:
        if not belongs(known.sender, thread):
            copied = (*_author(mail, known), *copied)
        reason = Reason.ANSWERS_US if found.is_by_mark else Reason.ANSWERS_THEM
        return Decision(Verb.GO_ON, reason, thread, copied=copied, department_ids=known.department_ids)
    if known.place is None or known.place.service_version_id is None:
        return Decision(Verb.PUT_ASIDE, Reason.NO_SERVICE, is_answered=known.may_be_answered)
    return Decision(
        Verb.OPEN,
        Reason.WAS_CANCELLED if thread.was_cancelled else Reason.CLOSED_LONG_AGO,
        # Who only carries its mark opens a request of their own, and nothing of the old one is theirs to take up.
        follows=thread if belongs(known.sender, thread) else None,
        perhaps=None if belongs(known.sender, thread) else thread,
        is_answered=known.may_be_answered,
        copied=copied,
        department_ids=known.department_ids,
    )


def _why_new(found: Found, known: Known) -> Reason:
    perhaps = found.perhaps
    if perhaps is None:
        return Reason.NEW
    if known.has_failed:
        return Reason.FAILED_CHECK
    if known.candidates.signed is perhaps and perhaps.was_named not in {None, perhaps.customer_id}:
        return Reason.MERGED_AWAY
    if serves(known.sender, perhaps):
        return Reason.PERHAPS_COLLEAGUE
    return Reason.PERHAPS


def _author(mail: ReadMail, known: Known) -> tuple[Copied, ...]:
    """Who had a letter of ours in hand, unless From was found to be a lie."""
    if known.has_failed or not mail.address:
        return ()
    return (Copied(mail.address.lower(), mail.read.from_name, is_author=True),)


def _copied(mail: ReadMail, known: Known) -> tuple[Copied, ...]:
    """Whom the mail copies in, the sender and our own addresses left out; nobody where its origin failed the check."""
    if known.has_failed:
        return ()
    written = {one.address.lower(): one.name for one in reversed((*mail.read.to, *mail.read.cc))}
    for left_out in (mail.address.lower(), *known.own_addresses):
        written.pop(left_out, None)
    return tuple(Copied(address, name) for address, name in reversed(written.items()))[:MOST_COPIED]
