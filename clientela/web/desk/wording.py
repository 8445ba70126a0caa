"""How a request stands and how it came, in words of the desk."""

from django.utils.translation import gettext as _

from clientela.requests.queries import PartyGlimpse, RequestGlimpse
from clientela.requests.rules import State, Verb
from clientela.web.desk.sentences import Teller


def state_words(request: RequestGlimpse, teller: Teller) -> str:
    """`in work`, `waits for the customer`, `waits until Mon 9:00`."""
    if request.state == State.WAITING_DATE and request.waiting_until is not None:
        return _("waits until %(moment)s") % {"moment": teller.moment(request.waiting_until)}
    if request.state == State.OPEN:
        return _("in work") if request.holder else _("nobody has it yet")
    return {
        State.WAITING_CUSTOMER: _("waits for the customer"),
        State.WAITING_DEPARTMENT: _("waits for another department"),
        State.RESOLVED: _("resolved"),
        State.CLOSED: _("closed"),
        State.CANCELLED: _("cancelled"),
    }[State(request.state)]


def channel_words(channel: str) -> str:
    """`by mail`, `by phone`."""
    return {
        "email": _("by mail"),
        "portal": _("on our page"),
        "desk": _("at the desk"),
        "phone": _("by phone"),
    }.get(channel, channel)


def verb_words(verb: Verb) -> str:
    """What can be done, as a button says it."""
    return {
        Verb.REPLY: _("Reply"),
        Verb.NOTE: _("Write a note"),
        Verb.TAKE: _("Take it"),
        Verb.ASSIGN: _("Give it to a colleague"),
        Verb.HAND_OVER: _("Hand it to another department"),
        Verb.WAIT: _("Wait"),
        Verb.RESUME: _("Go on now"),
        Verb.ASK_DEPARTMENT: _("Ask a department"),
        Verb.PROMISE: _("Promise something"),
        Verb.FINISH_STEP: _("Tick a step"),
        Verb.RESOLVE: _("Resolve it"),
        Verb.CLOSE: _("Close it"),
        Verb.REOPEN: _("Open it again"),
        Verb.CANCEL: _("Cancel it"),
        Verb.WRITE: _("Write as the customer"),
        Verb.COMPLAIN: _("Write down a complaint"),
        Verb.LOOK: _("Look at it"),
        Verb.WEIGH: _("Say what hangs on it"),
        Verb.CHOOSE: _("Do this one first"),
        Verb.MERGE: _("Merge it into another one"),
    }[verb]


def called(party: PartyGlimpse) -> str:
    """How a button names somebody: a person by the first name, the others whole."""
    return party.name.partition(" ")[0] if party.kind == "person" else party.name
