"""The lines of a mail server's log that belong to one mail, brought together by its queue id. Pure Python.

Only what is still in the queue is held; what has left it makes room, and where a log never says that something left,
the oldest go. A delivery is told with the moment at which the mail came in, so that one mail to many has one moment.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

MOST_OPEN: Final = 200_000  # mails in the queue at once
MOST_ENDED: Final = 2_000  # lately gone: a late line may still speak of one
FEW: Final = 5
SENT, LOST = "sent", "bounced"

# The numbers of the lines of each problem: how many, and the first few.
NO_MOMENT, NO_SENDER, BROKEN = "log_no_moment", "log_no_sender", "log_broken"


@dataclass(slots=True)
class Queued:
    """A mail in the queue. `sender`: None until a line names it, "" for a server's own reports."""

    moment: str
    message: str
    sender: str | None = None
    size: bytes = b""
    waiting: list[tuple[int, str, str]] = field(default_factory=list)  # told before the sender was


@dataclass
class Deliveries:
    """What was delivered, a column each, until somebody takes it."""

    rows: list[int] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)


class Joining:
    """Mails in the queue by their ids, and what was delivered of them."""

    def __init__(self, known: Collection[str]) -> None:
        """`known`: addresses in small letters that somebody of ours has, or a department."""
        self.found = Deliveries()
        self.bad: dict[str, list[int]] = {}  # by problem: how many, then the first lines
        self._known = known
        self._open: dict[bytes, Queued] = {}
        self._ended: dict[bytes, Queued] = {}

    def is_open(self, key: bytes) -> bool:
        """Whether a mail with this id is in the queue."""
        return key in self._open

    @property
    def open_count(self) -> int:
        """How many mails are held."""
        return len(self._open) + len(self._ended)

    def begin(self, key: bytes, moment: str, *, message: str = "") -> Queued:
        """A new mail has this id from here on; it may be the id of one before. Without a number the id stands in."""
        mail = self._open[key] = Queued(moment, message or f"{key!r} {moment}")
        if len(self._open) > MOST_OPEN:
            self._end(next(iter(self._open)))
        return mail

    def mail(self, key: bytes) -> Queued | None:
        """Return the mail with this id, also where it has just left the queue."""
        return self._open.get(key) or self._ended.get(key)

    def name_sender(self, mail: Queued, sender: bytes) -> None:
        """Say whose mail it is."""
        mail.sender = sender.decode(errors="replace").lower()
        for number, reader, status in mail.waiting:
            self._write(mail, number, reader, status)
        mail.waiting.clear()

    def deliver(self, mail: Queued, number: int, readers: list[str], status: str) -> None:
        """Take a delivery down. `readers`: under which names the log knows the reader, what was written to first."""
        reader = next((one for one in readers if one in self._known), "") or readers[-1]
        if mail.sender is None:
            mail.waiting.append((number, reader, status))
        else:
            self._write(mail, number, reader, status)

    def end(self, key: bytes) -> None:
        """The mail has left the queue."""
        if key in self._open:
            self._end(key)

    def note(self, problem: str, number: int) -> None:
        """Count a line that cannot be used."""
        some = self.bad.setdefault(problem, [0])
        some[0] += 1
        if len(some) <= FEW:
            some.append(number)

    def taken(self) -> Deliveries:
        """Hand over what was delivered since the last time."""
        found, self.found = self.found, Deliveries()
        return found

    def _end(self, key: bytes) -> None:
        self._ended[key] = self._open.pop(key)
        if len(self._ended) > MOST_ENDED:
            del self._ended[next(iter(self._ended))]

    def _write(self, mail: Queued, number: int, reader: str, status: str) -> None:
        found = self.found
        found.rows.append(number)
        found.senders.append(mail.sender or "")
        found.recipients.append(reader)
        found.moments.append(mail.moment)
        found.statuses.append(status)
        found.messages.append(mail.message)
