"""What a mail server that we trust found out about a mail's origin: SPF, DKIM and DMARC (RFC 8601).

Anybody can write an Authentication-Results header, so only those count that bear the name of a checker in
CLIENTELA_TRUSTED_CHECKERS, and of these only the topmost: what stands below the line with which the checker took the
mail came from outside. A checker must remove lines that pretend to be its own, as the standard demands and all do.
A mail that a stranger handed to our own receiver, past any checker, is read without naming one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from clientela.inbox.reading.headers import addresses

Verdict = Literal["passed", "failed", "unknown"]

MOST_RESULTS = 50

_RESULT = re.compile(r"^\s*([a-z][a-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([a-z]{1,20})\b", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(smtp|header|policy|body)\s*\.\s*([a-z0-9-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_RECEIVED_BY = re.compile(r"\bby\s+([A-Za-z0-9.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trust:
    """What a checker whom we trust said. `checked_by` is its name, empty when none did; then all is unknown.

    `spf`, `dkim`, `dmarc` are results as in RFC 8601 ("pass", "fail", "softfail", "none"…), empty when not told.
    `verdict`: `passed` when the domain in From is proven, `failed` when the checks speak against it.
    """

    checked_by: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    verdict: Verdict = "unknown"

    def as_json(self) -> dict[str, Any]:
        """As kept in `RawMessage.trust`: empty when nobody whom we trust checked the mail."""
        if not self.checked_by:
            return {}
        return {
            "checked_by": self.checked_by,
            "spf": self.spf,
            "dkim": self.dkim,
            "dmarc": self.dmarc,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    result: str
    properties: dict[str, str]

    def domain(self, *names: str) -> str:
        """The domain of the first of these properties that the result has; "" when it has none."""
        for name in names:
            value = self.properties.get(name, "")
            if value:
                return value.rpartition("@")[2].strip("<>").lower().rstrip(".")
        return ""


def trust_of(headers: Sequence[tuple[str, str]], trusted: Sequence[str]) -> Trust:
    """Read the results of the topmost checker whose name is in `trusted`.

    `headers` as in `ReadMessage.headers`: names in small letters, topmost first. A checker that writes no name (that
    of Microsoft 365 does not) is known by the Received line right above, so there `trusted` holds the end of its host
    names ("protection.outlook.com").
    """
    names = tuple(name.strip().lower().rstrip(".") for name in trusted if name.strip())
    if not names:
        return Trust()
    checked_by, results = _believed(headers, names)
    if not checked_by:
        return Trust()
    authors = [
        one.address.rpartition("@")[2].lower() for name, value in headers if name == "from" for one in addresses(value)
    ]
    spf = _best(one for one in results if one.method == "spf")
    dkim = _best(one for one in results if one.method == "dkim")
    dmarc = _best(one for one in results if one.method == "dmarc")
    return Trust(
        checked_by=checked_by,
        spf=spf.result if spf else "",
        dkim=dkim.result if dkim else "",
        dmarc=dmarc.result if dmarc else "",
        verdict=_verdict(results, dmarc, set(authors)),
    )


def _believed(headers: Sequence[tuple[str, str]], trusted: tuple[str, ...]) -> tuple[str, list[_Result]]:
    """The name of the topmost checker that we trust and all it says, in one header or several that stand together."""
    checked_by = ""
    results: list[_Result] = []
    is_past_checker = False
    above = ""
    for name, value in headers:
        if name == "received":
            # Below the checker's own line stands, at most, what it found; below the next one, what it was given.
            if is_past_checker or checked_by:
                break
            by = _RECEIVED_BY.search(value)
            above = by[1].lower().rstrip(".") if by else ""
            is_past_checker = any(_is_of_house(above, one) for one in trusted)
        elif name == "authentication-results":
            who, said = _parsed(value)
            who = who or above
            if any(_is_within(who, one) for one in trusted) and checked_by in {"", who}:
                checked_by = who
                results.extend(said)
    return checked_by, results[:MOST_RESULTS]


def _is_within(host: str, name: str) -> bool:
    return host == name or host.endswith(f".{name}")


def _is_of_house(host: str, name: str) -> bool:
    """Does `host` belong to the house of the checker called `name`? mx1.house.test does to mail.house.test."""
    parent = name.partition(".")[2]
    return _is_within(host, name) or ("." in parent and _is_within(host, parent))


def _parsed(value: str) -> tuple[str, list[_Result]]:
    """A header's checker ("" when it names none) and its results."""
    first, *rest = _pieces(value)
    words = first.split()
    if words and "=" not in first:
        who = words[0].strip('"').lower().rstrip(".")
    else:
        who, rest = "", [first, *rest]
    results = []
    for piece in rest:
        found = _RESULT.match(piece)
        if found:
            properties = {f"{kind}.{name}".lower(): text.strip('"') for kind, name, text in _PROPERTY.findall(piece)}
            results.append(_Result(found[1].lower(), found[2].lower(), properties))
    return who, results


def _pieces(value: str) -> list[str]:
    """`value` cut at its semicolons, comments left out; both mean nothing inside quotes."""
    pieces: list[list[str]] = [[]]
    depth = 0
    is_quoted = False
    letters = iter(value)
    for letter in letters:
        if letter == "\\":
            following = next(letters, "")
            if not depth:
                pieces[-1].append(following)
        elif letter == '"' and not depth:
            is_quoted = not is_quoted
            pieces[-1].append(letter)
        elif is_quoted:
            pieces[-1].append(letter)
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif letter == ";":
            pieces.append([])
        else:
            pieces[-1].append(letter)
    return ["".join(piece).strip() for piece in pieces]


def _best(results: Iterable[_Result]) -> _Result | None:
    """The result to show: one that passed, where one did; a mail may bear several signatures."""
    found = list(results)
    return next((one for one in found if one.result == "pass"), found[0] if found else None)


def _verdict(results: list[_Result], dmarc: _Result | None, authors: set[str]) -> Verdict:
    # A mail with two authors shows one of them, and nobody knows which one was checked.
    author = next(iter(authors)) if len(authors) == 1 else ""
    if dmarc and dmarc.result in {"pass", "bestguesspass"}:
        checked = dmarc.domain("header.from")
        return "passed" if author and (not checked or _is_aligned(checked, author)) else "failed"
    if dmarc and dmarc.result == "fail":
        return "failed"
    if author and any(_proves(one, author) for one in results):
        return "passed"
    against = {"fail", "softfail", "hardfail", "permfail"}
    if any(one.method in {"spf", "dkim", "compauth"} and one.result in against for one in results):
        return "failed"
    return "unknown"


def _proves(result: _Result, author: str) -> bool:
    """Does a check that passed speak of the domain in From, and not of some other one?"""
    if result.result != "pass":
        return False
    if result.method == "dkim":
        return _is_aligned(result.domain("header.d", "header.i"), author)
    return result.method == "spf" and _is_aligned(result.domain("smtp.mailfrom", "smtp.mail"), author)


def _is_aligned(domain: str, author: str) -> bool:
    """The same domain, or one below the other."""
    return bool(domain) and (domain == author or domain.endswith(f".{author}") or author.endswith(f".{domain}"))
