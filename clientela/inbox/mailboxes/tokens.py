"""Access tokens for mailboxes that want OAuth2 instead of a password (RFC 6749, sections 4.4 and 6)."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from clientela.inbox.mailboxes.trouble import MailboxError, Trouble

ASK_SECONDS = 20
MOST_BYTES = 100_000
# A token is renewed this long before it ends, so that it does not end between two commands.
EARLIER = timedelta(minutes=2)
USUAL_LIFE_SECONDS = 3600
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PROVIDERS = {
    "google": ("imap.gmail.com", "https://oauth2.googleapis.com/token", "https://mail.google.com/"),
    "microsoft": (
        "outlook.office365.com",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "https://outlook.office365.com/IMAP.AccessAsUser.All offline_access",
    ),
}


@dataclass(frozen=True)
class TokenRequest:
    """What is needed to ask for a token. Without a refresh token the client asks for itself (client credentials)."""

    url: str
    client_id: str
    client_secret: str = ""
    refresh_token: str = ""
    scope: str = ""


@dataclass(frozen=True)
class AccessToken:
    """A token to log in with. `refresh_token`: the next one to ask with, when the provider changed it, else ""."""

    token: str
    ends_at: datetime
    refresh_token: str = ""

    def is_good(self, at: datetime) -> bool:
        """Whether it can still be used for a while."""
        return at < self.ends_at - EARLIER


def is_safe_token_url(url: str) -> bool:
    """Whether secrets may be sent there: by https, or to this machine itself."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def ask_for_token(wanted: TokenRequest, *, at: datetime) -> AccessToken:
    """Ask the provider for an access token. Raises MailboxError: refused, or the address does not answer."""
    if not is_safe_token_url(wanted.url):
        raise MailboxError(Trouble.TOKEN_UNREACHABLE, "https://")
    fields = {
        "grant_type": "refresh_token" if wanted.refresh_token else "client_credentials",
        "client_id": wanted.client_id,
        "client_secret": wanted.client_secret,
        "refresh_token": wanted.refresh_token,
        "scope": wanted.scope,
    }
    body = urlencode({name: value for name, value in fields.items() if value}).encode("ascii")
    request = urllib.request.Request(  # noqa: S310 - is_safe_token_url looked at its scheme
        wanted.url, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    try:
        with _OPENER.open(request, timeout=ASK_SECONDS) as answer:
            said = _json_of(answer.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        refused = _json_of(error.read(MOST_BYTES))
        words = " ".join(str(refused[name]) for name in ("error", "error_description") if refused.get(name))
        trouble = Trouble.TOKEN_UNREACHABLE if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR else Trouble.TOKEN_REFUSED
        raise MailboxError(trouble, words[:300] or f"HTTP {error.code}") from error
    except (OSError, ValueError) as error:
        raise MailboxError(Trouble.TOKEN_UNREACHABLE, str(getattr(error, "reason", error))[:300]) from error
    token = said.get("access_token")
    if not isinstance(token, str) or not token:
        raise MailboxError(Trouble.TOKEN_REFUSED, "access_token?")
    life = str(said.get("expires_in"))
    seconds = int(life) if life.isdecimal() else USUAL_LIFE_SECONDS
    renewed = said.get("refresh_token")
    return AccessToken(
        token=token,
        ends_at=at + timedelta(seconds=min(seconds, 10 * USUAL_LIFE_SECONDS)),
        refresh_token=renewed if isinstance(renewed, str) and renewed != wanted.refresh_token else "",
    )


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """A redirect would carry our secrets to an address that nobody looked at."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoDetours)


def _json_of(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
