"""Which request a mail goes on with: the stated rules, see decision 9.

In order: a mark that we signed; a mail that it answers; a number in its subject. The first is proof of a letter of ours
in the sender's hands. The other two anybody can write, so there only those go on who belong to the request; for others
it is a hint, which an agent follows or does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thread:
    """A request that a mail may belong to, where it goes on now: one that was merged is the one it was merged into.

    `takes_messages`: what is said goes on there, not on a new one. `people` and `addresses` (in small letters) go on
    there besides customer and asker. `was_named`: by which customer the request was asked that the mail really names,
    if that one was merged into this one.
    """

    id: int
    reference: str
    provider_id: int
    customer_id: int
    asker_id: int
    language: str
    takes_messages: bool
    was_cancelled: bool = False
    also_department_ids: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    addresses: frozenset[str] = frozenset()
    was_named: int | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, by the address in From alone. `person_id` None: nobody knows it, or it is an organisation's own.

    `organisation_ids` are those the person acts for today, `department_ids` where the person works today.
    """

    address: str
    person_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    department_ids: frozenset[int] = frozenset()

    @property
    def is_employee(self) -> bool:
        """Whether the person works for us."""
        return bool(self.department_ids)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The requests that a mail names, by each of the three ways, in the order in which it names them.

    `signed` is None where no mark of ours is, or where the request of the mark is gone.
    """

    signed: Thread | None = None
    answered: tuple[Thread, ...] = ()
    numbered: tuple[Thread, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules make of the candidates: where the mail goes on, or what it perhaps belongs to, or neither.

    `is_by_mark`: a mark that we signed led there. `is_colleague`: the sender serves the request and does not belong to
    its customer.
    """

    thread: Thread | None = None
    perhaps: Thread | None = None
    is_by_mark: bool = False
    is_colleague: bool = False


def belongs(sender: Sender, thread: Thread) -> bool:
    """Whether the sender is on the customer's side of the request: its customer or asker, one who acts for the customer
    or works in the asking department, somebody whose own request was merged into it, or who was copied in.
    """
    if sender.address.lower() in thread.addresses:
        return True
    if thread.customer_id in sender.organisation_ids or thread.customer_id in sender.department_ids:
        return True
    return sender.person_id is not None and sender.person_id in {thread.customer_id, thread.asker_id, *thread.people}


def serves(sender: Sender, thread: Thread) -> bool:
    """Whether the sender works in the department that answers the request, or in one it was addressed to as well."""
    return not sender.department_ids.isdisjoint({thread.provider_id, *thread.also_department_ids})


def find_thread(
    candidates: Candidates, sender: Sender, *, has_failed: bool, is_verified: bool, has_checker: bool = False
) -> Found:
    """Follow the rules in their order.

    `has_failed`: a checker that we trust found that the mail is not from where it says, so its From proves nothing.
    `is_verified`: one found that it is. `has_checker`: the house has such a checker, so a colleague's mail that it did
    not verify is doubtful.
    """
    by_mark = candidates.signed
    if by_mark is not None:
        is_doubtful = has_failed or (has_checker and not is_verified)
        found = _by_mark(by_mark, sender, has_failed=has_failed, is_doubtful=is_doubtful)
        if found is not None:
            return found
    others = (*candidates.answered, *candidates.numbered)
    if not has_failed:
        mine = next((thread for thread in others if belongs(sender, thread)), None)
        if mine is not None:
            return Found(mine)
        served = next((thread for thread in others if serves(sender, thread)), None)
        if served is not None and is_verified:
            return Found(served, is_colleague=True)
    return Found(perhaps=by_mark or _first(others))


def _by_mark(thread: Thread, sender: Sender, *, has_failed: bool, is_doubtful: bool) -> Found | None:
    """A mark opens the door to its own request whoever carries it, but for two cases."""
    if not has_failed and belongs(sender, thread):
        return Found(thread, is_by_mark=True)
    if thread.was_named is not None and thread.was_named != thread.customer_id:
        # The letter was about a request of somebody else, which was merged into this customer's: not their door.
        return None
    if serves(sender, thread):
        # Every customer has marks of their own request, and From is anybody's to write: a note that colleagues believe
        # needs both, where somebody can check the second.
        return None if is_doubtful else Found(thread, is_by_mark=True, is_colleague=True)
    return Found(thread, is_by_mark=True)


def _first(threads: Iterable[Thread]) -> Thread | None:
    return next(iter(threads), None)
