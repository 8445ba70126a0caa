"""The lines above a mail's body, as forgivingly as people and programs write them.

The standard library's header parser is right about well-formed headers, loses raw UTF-8, and raises on some malformed
ones. So the lines are taken as they came (`raw_items`, eight-bit bytes as surrogate escapes) and read here.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote_to_bytes

from clientela.inbox.reading.characters import clean_text, decode_text

LONGEST_HEADER = 50_000
LONGEST_SHOWN = 2_000
LONGEST_USUAL = 200
MOST_ADDRESSES = 1_000
MOST_MESSAGE_IDS = 100
LONGEST_MESSAGE_ID = 998
# RFC 5321: 64 for the name, 255 for the domain, and the @.
LONGEST_ADDRESS = 320
DEEPEST_COMMENT = 20
# A Date outside these years says more about the sender's clock than about the mail.
EARLIEST_YEAR, LATEST_YEAR = 1980, 2100

_FOLD = re.compile(r"\r?\n[ \t]*|[\r\n]")
_ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?(.*?)(?:\?=|$)", re.DOTALL)
_MESSAGE_ID = re.compile(r"<([^<>]+)>")
_WORD = r"[^\s@<>()\[\],;:\"]"
_LOOKS_LIKE_ADDRESS = re.compile(rf"(?<!{_WORD})(?<!@){_WORD}+@{_WORD}++(?!@)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ANGLED = re.compile(r"<[^<>]*>")
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: the name as shown (may be empty) and the address, its domain in small letters."""

    name: str
    address: str


def header_text(raw_value: str) -> str:
    """One header line as people should read it: unfolded, RFC 2047 words decoded, raw eight-bit text decoded.

    `raw_value` as in `Message.raw_items()`: bytes above 127 are surrogate escapes.
    """
    # Folding is undone before decoding, so that a line end inside an encoded word cannot forge a header.
    value = _unfolded(_eight_bit(raw_value))
    return " ".join(clean_text(_decode_words(value)).split())[:LONGEST_SHOWN].strip()


def addresses(raw_value: str) -> tuple[Address, ...]:
    """The mailboxes of an address header. Groups are opened, comments and quoted names understood, rubbish left out.

    What has no usable address is not returned; a name without address is nobody.
    """
    value = _unfolded(_eight_bit(raw_value))
    found: list[Address] = []
    for piece in _split_outside_quotes(value, ",;"):
        found.extend(_mailboxes(piece))
        if len(found) >= MOST_ADDRESSES:
            break
    return tuple(found[:MOST_ADDRESSES])


def message_ids(raw_value: str) -> tuple[str, ...]:
    """The message identifiers of a header, in their order, without angle brackets; the last hundred of many."""
    value = clean_text(re.sub(r"\r?\n[ \t]*", " ", _eight_bit(raw_value)))
    found = [re.sub(r"\s+", "", inner) for inner in _MESSAGE_ID.findall(value)]
    if not found:
        # Some programs forget the angle brackets.
        found = [word for word in value.split() if "@" in word]
    return tuple(inner for inner in found if inner and len(inner) <= LONGEST_MESSAGE_ID)[-MOST_MESSAGE_IDS:]


def moment(raw_value: str) -> datetime | None:
    """The moment a Date header names, with its zone; None when it names none. A date without a zone is taken as UTC."""
    value = clean_text(_eight_bit(raw_value))[:200].strip()
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    return found


def parameters(raw_value: str) -> tuple[str, Mapping[str, str]]:
    """A Content-Type or Content-Disposition as its value and its parameters, both readable; names in small letters.

    RFC 2231 pieces (`filename*0*=`) are joined and decoded, and so are the encoded words that many put there.
    """
    # The same few lines stand in most mails, and are asked several times in each.
    return _usual_parameters(raw_value) if len(raw_value) <= LONGEST_USUAL else _parameters(raw_value)


@lru_cache(maxsize=512)
def _usual_parameters(raw_value: str) -> tuple[str, Mapping[str, str]]:
    return _parameters(raw_value)


def _parameters(raw_value: str) -> tuple[str, Mapping[str, str]]:
    value = _unfolded(_eight_bit(raw_value))
    main, *rest = _split_outside_quotes(value, ";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for part in rest:
        name, equals, content = part.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            continue
        content = _unquoted(content.strip())
        piece = re.fullmatch(r"([^*]+)\*(?:(\d{1,3}))?(\*)?", name)
        if piece:
            encoded = piece[2] is None or piece[3] is not None
            pieces.setdefault(piece[1], {})[int(piece[2] or 0)] = (content, encoded)
        else:
            plain.setdefault(name, clean_text(_decode_words(content)))
    for name, numbered in pieces.items():
        plain[name] = _joined_pieces([numbered[index] for index in sorted(numbered)])
    return clean_text(main).strip().lower(), plain


def _unfolded(value: str) -> str:
    return _FOLD.sub(" ", value) if "\n" in value or "\r" in value else value


def _eight_bit(raw_value: str) -> str:
    """Raw bytes inside a header line: UTF-8 as RFC 6532 wants it, or whatever they can be read as."""
    value = str(raw_value)[:LONGEST_HEADER]
    if value.isascii():
        return value
    return decode_text(value.encode("utf-8", "surrogateescape" if _has_escapes(value) else "replace"), None)[0]


def _has_escapes(value: str) -> bool:
    return all(not "\ud800" <= letter <= "\udfff" or "\udc80" <= letter <= "\udcff" for letter in value)


def _decode_words(value: str) -> str:
    """RFC 2047, forgiving: spaces inside a word, a missing end, wrong padding, letters cut in two between words."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending: list[bytes] = []
    pending_set = ""
    position = 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[position : word.start()]
        content = _word_bytes(word[2], word[3])
        if content is None:
            continue
        charset = word[1].split("*")[0].lower()
        if between.strip() or charset != pending_set:
            pieces.append(_decoded(pending, pending_set))
            pending = []
            # White space between two encoded words only separates them.
            pieces.append(between if between.strip() or position == 0 else "")
        pending.append(content)
        pending_set = charset
        position = word.end()
    pieces.extend((_decoded(pending, pending_set), value[position:]))
    return "".join(pieces)


def _decoded(words: list[bytes], charset: str) -> str:
    return decode_text(b"".join(words), charset)[0] if words else ""


def _word_bytes(encoding: str, content: str) -> bytes | None:
    raw = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" ").replace(b"\n", b""), header=False)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    # One letter over a full group of four carries no byte.
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return None


def _joined_pieces(pieces: list[tuple[str, bool]]) -> str:
    charset = None
    joined: list[bytes] = []
    for index, (content, encoded) in enumerate(pieces):
        text = content
        if index == 0 and encoded and text.count("'") >= 2:  # noqa: PLR2004 - charset'language'text
            charset, _language, text = text.split("'", 2)
        joined.append(unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace"))
    text = decode_text(b"".join(joined), charset)[0]
    return clean_text(_decode_words(text))


def _unquoted(content: str) -> str:
    if content.startswith('"'):
        end = len(content) - 1 if len(content) > 1 and content.endswith('"') else len(content)
        return re.sub(r"\\(.)", r"\1", content[1:end], flags=re.DOTALL)
    return content


def _split_outside_quotes(value: str, separators: str) -> list[str]:
    """`value` cut at the separators that stand outside quotes, comments and angle brackets."""
    if not any(separator in value for separator in separators):
        return [value]
    masked = _QUOTED.sub(_blank, value)
    masked = _ANGLED.sub(_blank, masked)
    for _ in range(DEEPEST_COMMENT):
        fewer = _COMMENT.sub(_blank, masked)
        if fewer == masked:
            break
        masked = fewer
    cuts = [-1, *(index for index, letter in enumerate(masked) if letter in separators), len(value)]
    return [value[left + 1 : right] for left, right in pairwise(cuts)]


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match[0])


def _mailboxes(piece: str) -> Iterable[Address]:
    angled = re.findall(r"<([^<>]*)>?", _without_quoted(piece))
    with_at = [inner for inner in angled if "@" in inner]
    if with_at:
        address = _address(with_at[-1])
        name = _shown_name(re.sub(r"<[^<>]*>?", " ", piece))
        return [Address(name, address)] if address else []
    plain = _without_comments(_without_quoted(piece))
    found = [_address(match) for match in _LOOKS_LIKE_ADDRESS.findall(plain)]
    if len(found) == 1 and found[0]:
        rest = _LOOKS_LIKE_ADDRESS.sub(" ", piece, count=1)
        return [Address(_shown_name(rest), found[0])]
    return [Address("", address) for address in found if address]


def _without_quoted(piece: str) -> str:
    """Quoted strings emptied where they are names; kept where they are the left side of an address (`"a b"@c`)."""
    return re.sub(r'"(?:[^"\\]|\\.)*"(?!@)', " ", piece)


def _without_comments(piece: str) -> str:
    kept: list[str] = []
    depth = 0
    for letter in piece:
        if letter == "(":
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(letter)
    return "".join(kept)


def _shown_name(rest: str) -> str:
    named = _without_comments(rest)
    if not named.strip():
        named = rest.replace("(", " ").replace(")", " ")
    # "Group: a@b.test" names the group before the first of its members.
    named = re.sub(r"^\s*[^\":]*:\s*(?=\"|\S+\s*$|$)", "", named) if ":" in named else named
    named = re.sub(r"\\(.)", r"\1", named.replace('\\"', "\x01"))
    named = named.replace('"', " ").replace("\x01", '"')
    return " ".join(clean_text(_decode_words(named)).split()).strip("' ,;[]")[:LONGEST_SHOWN]


def _address(text: str) -> str:
    """`text` as a usable address, or an empty string."""
    text = re.sub(r"\s+", "", clean_text(text)).strip("<>.,;:'\"")
    text = re.sub(r"^(?:mailto|smtp):", "", text, flags=re.IGNORECASE)
    left, at, domain = text.rpartition("@")
    if not at or not left or not domain or "@" in left or len(text) > LONGEST_ADDRESS:
        return ""
    domain = domain.lower().rstrip(".")
    if not re.fullmatch(r"\[[0-9a-f.:]+\]|[^\s@\[\]<>()\",;:\\/]+", domain) or ".." in domain:
        return ""
    return f"{left}@{domain}"
