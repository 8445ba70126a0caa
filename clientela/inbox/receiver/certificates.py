"""The certificate with which we offer STARTTLS, read again when it is renewed on the disk."""

import logging
import ssl
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 10.0


@dataclass(slots=True)
class Certificate:
    """A certificate and its key in two PEM files. Moments are seconds of the monotonic clock."""

    chain: Path
    key: Path
    _context: ssl.SSLContext | None = None
    _stamps: tuple[tuple[int, int, int], ...] = ()
    _look_at: float = field(default=float("-inf"))

    def context(self, at: float) -> ssl.SSLContext | None:
        """Return what a connection made now uses, or None while the files cannot be used and never could.

        A renewed certificate is in use within ten seconds; one that cannot be read leaves the old one in use, because
        mail that comes without STARTTLS is better than no mail.
        """
        if at >= self._look_at:
            self._look_at = at + LOOK_EVERY_SECONDS
            try:
                stamps = tuple(
                    (seen.st_mtime_ns, seen.st_size, seen.st_ino) for seen in (self.chain.stat(), self.key.stat())
                )
                if stamps != self._stamps:
                    self._context = server_context(self.chain, self.key)
                    self._stamps = stamps
            except (OSError, ValueError) as error:
                what = "the one of before is used" if self._context else "STARTTLS is not offered"
                logger.exception("The certificate %s cannot be used, and %s: %s", self.chain, what, error)  # noqa: TRY401 - the reason in words, once
        return self._context


def server_context(chain: Path, key: Path) -> ssl.SSLContext:
    """Return the server's side of TLS 1.2 or newer with these files. Raises OSError (also ssl.SSLError), ValueError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(chain, key, password=_no_password)
    return context


def _no_password() -> str:
    # Without this OpenSSL would ask the terminal, and the receiver would wait for it for ever.
    raise ValueError("its key is locked with a password; give one without")
