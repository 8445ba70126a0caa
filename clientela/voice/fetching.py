"""Fetching what a public site offers: bounded in time and size, and only what has changed."""

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import IO, Any, Final
from urllib.parse import urljoin

LONGEST_BYTES: Final = 5_000_000
TIMEOUT_SECONDS: Final = 20  # of each wait
LONGEST_SECONDS: Final = 60.0  # of the whole answer: a site that drips keeps no other one waiting
_PART: Final = 65_536
NOT_MODIFIED: Final = 304
_AGENT: Final = "Clientela (reads public reviews)"


class FetchError(Exception):
    """The site gave no answer that can be used; the message says why."""


@dataclass(frozen=True)
class Fetched:
    """What the site answered; `content` None: nothing is new."""

    content: bytes | None
    etag: str
    modified: str


class _OnlyWeb(urllib.request.HTTPRedirectHandler):
    """Follow a site that moved, but never to a file or anything else than the web."""

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> Any:
        target = urljoin(req.full_url, headers.get("Location", ""))
        if not target.startswith(("http://", "https://")):
            raise FetchError("The site leads away from the web.")
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _refuse_inside(connection: http.client.HTTPConnection) -> None:
    """Leave a machine of our own network before anything is asked of it: the one that answered, whatever its name."""
    peer = ip_address(connection.sock.getpeername()[0].partition("%")[0])
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    if not peer.is_global:
        connection.close()
        raise FetchError("The site leads into our own network. If that is where it stands, say so when you add it.")


class _Outside(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _refuse_inside(self)


class _OutsideWithTLS(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _refuse_inside(self)


class _OnlyOutside(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """Speak to machines outside only. A proxy may stand inside: then it is the one that decides."""

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(http.client.HTTPConnection if _is_by_proxy(req) else _Outside, req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(http.client.HTTPSConnection if _is_by_proxy(req) else _OutsideWithTLS, req)


def _is_by_proxy(request: urllib.request.Request) -> bool:
    # Told by whom it asks, read in the same way: 127.0.0.%31 is the machine itself and no proxy for it.
    plain = urllib.request.Request(request.full_url)  # noqa: S310 - asked for its host only, nothing is opened
    return request.host != plain.host


def fetch(address: str, *, is_inside: bool = False, etag: str = "", modified: str = "") -> Fetched:
    """Fetch an address of the web (http or https), at most 5 MB, each wait and the whole bounded. Raises FetchError.

    Nothing is read in our own network, neither at once nor where a site leads to, unless it `is_inside`.
    """
    if not address.startswith(("http://", "https://")):
        raise FetchError("This is no address of the web.")
    headers = {
        "User-Agent": _AGENT,
        "Accept": "application/rss+xml, application/atom+xml, application/json, text/csv, */*",
    }
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - the scheme is looked at above
    opener = urllib.request.build_opener(_OnlyWeb) if is_inside else urllib.request.build_opener(_OnlyWeb, _OnlyOutside)
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return Fetched(_content(answer), answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
    except urllib.error.HTTPError as error:
        if error.code == NOT_MODIFIED:
            return Fetched(None, etag, modified)
        raise FetchError(f"The site answered {error.code} {error.reason}.") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise FetchError(f"The site could not be reached: {error}.") from error


def _content(answer: http.client.HTTPResponse) -> bytes:
    until = monotonic() + LONGEST_SECONDS
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(_PART):
        parts.append(part)
        size += len(part)
        if size > LONGEST_BYTES:
            raise FetchError(f"The site sent more than {LONGEST_BYTES // 1_000_000} MB.")
        if monotonic() > until:
            raise FetchError("The site took too long to answer.")
    return b"".join(parts)
