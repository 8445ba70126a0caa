"""Secrets of others that we must keep, such as a mailbox's password: locked in the database, opened only when used.

The lock is derived from the secret key, so a copy of the database alone opens nothing. What an old secret key has
locked stays open as long as CLIENTELA_OLD_SECRET_KEYS names that key.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"clientela.kernel.secrets"


class SecretClosedError(Exception):
    """A locked secret cannot be opened: its key is not among those that the settings name."""


def lock_secret(secret: str) -> str:
    """Lock a secret with today's secret key; "" stays ""."""
    return _locks().encrypt(secret.encode("utf-8")).decode("ascii") if secret else ""


def open_secret(locked: str) -> str:
    """Open what `lock_secret` locked; "" is "". Raises SecretClosedError."""
    if not locked:
        return ""
    try:
        return _locks().decrypt(locked.encode("ascii", "replace")).decode("utf-8")
    except InvalidToken as error:
        raise SecretClosedError from error


def lock_anew(locked: str) -> str:
    """Lock it again with today's key if an old key locked it; else return it as it is. Raises SecretClosedError."""
    if not locked:
        return ""
    try:
        _lock_of(settings.SECRET_KEY).decrypt(locked.encode("ascii", "replace"))
    except InvalidToken:
        return lock_secret(open_secret(locked))
    return locked


def _locks() -> MultiFernet:
    return MultiFernet([_lock_of(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _lock_of(key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode("utf-8"))
    return Fernet(base64.urlsafe_b64encode(derived))
