"""A mail's HTML for its frame: pictures that came with it stand in place, those from elsewhere only when asked for."""

import base64
import re
from collections.abc import Mapping, Sequence
from html import unescape

from clientela.kernel.files import FileMissingError, read_file
from clientela.requests.queries import InlineFile

# The frame may not use our session, so the pictures travel inside the page. What is more than this stays a file.
MOST_BYTES_IN_PLACE = 8_000_000
# By the first bytes, never by what the sender called it; pictures that can run something (SVG) are not among them.
SIGNS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"BM"), "image/bmp"),
)
# The HTML was cleaned when it came in: every tag is closed and every attribute stands in double quotes.
_PICTURE = re.compile(r'<img((?:\s+[a-z-]+="[^"]*")*)\s*/?>')
_SOURCE = re.compile(r'\s+src="([^"]*)"')
_WORDS = re.compile(r'\s+alt="([^"]*)"')
_ELSEWHERE = re.compile(r"https?:", re.IGNORECASE)


def framed(html: str, pictures: Mapping[str, str], *, shows_elsewhere: bool) -> str:
    """Put `pictures` (data: addresses by content id) in their places, and leave out the others unless asked for."""

    def placed(tag: re.Match[str]) -> str:
        found = _SOURCE.search(tag[1])
        source = unescape(found[1]) if found else ""
        if source[:4].lower() == "cid:" and source[4:] in pictures:
            return str(tag[0]).replace(str(found[0] if found else ""), f' src="{pictures[source[4:]]}"', 1)
        if shows_elsewhere and _ELSEWHERE.match(source):
            return str(tag[0])
        # A picture that is not there leaves the words that stand for it; one for tracking has none.
        words = _WORDS.search(tag[1])
        return f'<span class="picture">{words[1]}</span>' if words and words[1].strip() else ""

    return _PICTURE.sub(placed, html)


def pictures_in_place(files: Sequence[InlineFile]) -> dict[str, str]:
    """The files that are pictures, as data: addresses by their content id, up to a bound for all together."""
    shown: dict[str, str] = {}
    left = MOST_BYTES_IN_PLACE
    for file in files:
        if file.size_bytes > left or file.content_id in shown:
            continue
        try:
            content = read_file(file.sha256)
        except FileMissingError:
            continue
        media_type = next((named for sign, named in SIGNS if sign.match(content)), "")
        if media_type:
            left -= len(content)
            shown[file.content_id] = f"data:{media_type};base64,{base64.b64encode(content).decode()}"
    return shown
