"""A mail on its way through the mail room: what is to be done with it, and what came of it."""

from dataclasses import dataclass

from clientela.inbox.queries.known import StoredMail
from clientela.inbox.reading.mail import ReadMail
from clientela.inbox.reading.parts import ReadAttachment
from clientela.inbox.rules.deciding import Decision, Known, Place
from clientela.inbox.rules.threads import Thread


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
    mail: ReadMail | None = None  # None: it could not be read


@dataclass(frozen=True, slots=True)
class Todo:
    """One mail, what is known about it, and what was decided to do with it."""

    stored: StoredMail
    known: Known
    decision: Decision

    @property
    def mail(self) -> ReadMail:
        """What was read of it."""
        return self.stored.mail

    @property
    def place(self) -> Place:
        """Where it is for."""
        if self.known.place is None:
            raise ValueError("A mail from a person needs a place that takes it.")
        return self.known.place

    @property
    def request_id(self) -> int | None:
        """The request that the mail is about for certain: whose thread it is in, or whose mark it bears."""
        found = self.decision.thread or self.known.candidates.signed
        return None if found is None else found.id

    @property
    def thread(self) -> Thread:
        """The request it goes on with."""
        if self.decision.thread is None:
            raise ValueError("A mail goes on with a request only when it is known which.")
        return self.decision.thread
