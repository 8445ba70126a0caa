"""How often the house wrote to a correspondent, or about a request, by itself and lately."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from clientela.inbox.rules.answering import LOOKS_BACK, MOST_REMEMBERED, AnswersLately, may_be_answered
from clientela.kernel.journal import thing
from clientela.kernel.post import written_about_lately, written_to_lately


@dataclass(frozen=True, slots=True)
class LatelyAnswered:
    """What was sent lately, for many mails at once."""

    to_addresses: Mapping[str, tuple[datetime, ...]]  # in lower case
    about_things: Mapping[str, tuple[datetime, ...]]  # "request:12"

    def of(self, *, address: str, request_id: int | None = None) -> AnswersLately:
        """What was sent lately to this address, and about this request."""
        about = () if request_id is None else self.about_things.get(thing("request", request_id), ())
        return AnswersLately(self.to_addresses.get(address.lower(), ()), about)


def answers_lately(*, addresses: Collection[str], at: datetime, request_ids: Collection[int] = ()) -> LatelyAnswered:
    """Return when the house wrote by itself to these addresses and about these requests, in the week before `at`.

    One statement for the addresses, one for the requests if there are any. A letter that was held back does not count.
    """
    since = at - LOOKS_BACK
    things = [thing("request", number) for number in request_ids]
    return LatelyAnswered(
        written_to_lately([address for address in addresses if address], since=since, at=at, most=MOST_REMEMBERED),
        written_about_lately(things, since=since, at=at, most=MOST_REMEMBERED),
    )


def may_write_about(request_id: int | None, *, at: datetime) -> bool:
    """Whether one more letter may go out by itself about a request because of a mail; None: the mail is about none.

    Whoever goes on with a request gets no letter, so only what is told about a mail that could not be taken in asks
    this. At most one statement.
    """
    if request_id is None:
        return True
    lately = answers_lately(addresses=(), request_ids=[request_id], at=at)
    return may_be_answered(lately.of(address="", request_id=request_id), at=at)
