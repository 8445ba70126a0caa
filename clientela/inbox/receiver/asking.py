"""What the receiver asks the database, in threads that keep their connection: to store, and whose an address is."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg_pool import PoolTimeout

from clientela.inbox.actions import IncomingMail, store_raw_messages
from clientela.inbox.queries import places_of_addresses
from clientela.inbox.rules.addresses import address_key, is_postmaster

logger = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")
AWAY = (InterfaceError, OperationalError)


def store_gathered(items: Sequence[IncomingMail]) -> list[int | None]:
    """Store messages together; return each one's id, or None for one that could not be stored.

    Whether a transaction has committed whose connection died in the middle of it, nobody knows: then a message is
    stored twice, and understood once.
    """
    try:
        return [*_on_a_living_connection(partial(store_raw_messages, items))]
    except AWAY as error:
        logger.warning("Mail cannot be stored just now: %s", error)
        return [None] * len(items)
    except Exception as error:
        if len(items) == 1:
            logger.exception("A message could not be stored.")
            return [None]
        # One of them is more than the database takes; it must not keep the others out.
        logger.warning("Messages could not be stored together, so each is stored by itself: %s", error)
        return [answer for item in items for answer in store_gathered([item])]


def lead_somewhere(addresses: Sequence[str]) -> list[bool | None]:
    """Tell of each address whether we take mail for it; None: the database does not answer just now."""
    try:
        places = _on_a_living_connection(partial(places_of_addresses, addresses))
    except Error as error:
        logger.warning("Addresses cannot be looked up just now: %s", error)
        return [None] * len(addresses)
    # Everybody may write to the postmaster, even where no department takes mail yet.
    return [address in places or is_postmaster(address_key(address), of=settings.MAIL_DOMAIN) for address in addresses]


def leave_the_database() -> None:
    """Give back the connection of this thread."""
    connections.close_all()


def _on_a_living_connection(ask: Callable[[], _Answer]) -> _Answer:
    """Ask, and once more on a new connection where the old one has died with a restarted server."""
    try:
        return ask()
    except AWAY as error:
        _forget_connections()
        if isinstance(error.__cause__, PoolTimeout):  # the pool has tried for ten seconds already
            raise
    try:
        return ask()
    except AWAY:
        _forget_connections()
        raise


def _forget_connections() -> None:
    # Those in the pool have died too, and trying them one after another would take ever longer pauses.
    connections.close_all()
    default = connections["default"]
    if isinstance(default, DatabaseWrapper):
        with suppress(KeyError):  # two threads may throw the pool away at once
            default.close_pool()
