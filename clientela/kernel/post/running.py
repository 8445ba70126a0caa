"""The post at work: letters go out as soon as they are written, and those that are urgent have a lane of their own.

Ten thousand letters to many on one lane keep the other one free: a link to come in, or a person's reply, waits at most
for the letters of its own kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from clientela.kernel.models import Letter
from clientela.kernel.post.handing_over import hand_over_round
from clientela.kernel.post.transport import Line, mail_server

Priority = Letter.Priority

LETTERS_A_ROUND = 20  # then it is looked again, whether something more urgent has come
KEPT_A_ROUND = 500  # where no mail server is set, in one statement
GLANCE_SECONDS = 5.0  # for what no call told of: a pause that is over, a domain that takes more again
SERVER_AWAY_SECONDS = 60.0


@dataclass(frozen=True)
class Lane:
    """Letters of these priorities, handed over one after the other."""

    name: str
    priorities: frozenset[int]


LANES = (
    Lane("urgent", frozenset({Priority.ACCESS, Priority.REPLY})),
    Lane("the others", frozenset({Priority.AUTOMATIC, Priority.MANY})),
)


def hand_over_lane(lane: Lane, *, moment: Callable[[], datetime], goes_on: Callable[[], bool]) -> float:
    """Hand over everything of a lane that is due, over one line. Return how many seconds it may rest afterwards.

    `moment` gives the time, for each letter anew; between two letters it ends if not `goes_on()`.
    """
    server = mail_server()
    if server is None:
        while goes_on():
            done = hand_over_round(None, moment=moment, limit=KEPT_A_ROUND, priorities=lane.priorities, goes_on=goes_on)
            if done.tried < KEPT_A_ROUND:
                break
        return GLANCE_SECONDS
    with Line(server) as line:
        while goes_on():
            done = hand_over_round(
                line, moment=moment, limit=LETTERS_A_ROUND, priorities=lane.priorities, goes_on=goes_on
            )
            if done.is_server_away:
                return SERVER_AWAY_SECONDS
            if done.tried == 0:
                break
    return GLANCE_SECONDS
