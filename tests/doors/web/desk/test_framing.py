"""A mail's HTML in its frame: pictures that came with it stand in place, those of others only when asked for."""

import base64

import pytest

from clientela.kernel.files import store_file
from clientela.requests.models import Attachment
from clientela.requests.queries import InlineFile
from clientela.web.desk import framing
from clientela.web.desk.framing import framed, pictures_in_place
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PLACED = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
HTML = '<p>Look</p><img src="cid:one@x" alt="The pump"><img src="https://elsewhere.test/p.png" alt="Their logo">'


def inline(content: bytes, content_id: str = "one@x") -> InlineFile:
    stored = store_file(content)
    return InlineFile(content_id, len(content), stored.sha256)


def test_pictures_of_others_are_left_out_and_their_words_stay() -> None:
    shown = framed(HTML, {}, shows_elsewhere=False)
    assert shown == '<p>Look</p><span class="picture">The pump</span><span class="picture">Their logo</span>'


def test_asked_for_they_are_shown_where_they_stood() -> None:
    shown = framed(HTML, {"one@x": PLACED}, shows_elsewhere=True)
    assert shown == HTML.replace("cid:one@x", PLACED)


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="> src=" src="https://elsewhere.test/p.png">',
        '<img alt="&quot; src=&quot;cid:one@x" src="https://elsewhere.test/p.png">',
        '<img src="HTTPS://elsewhere.test/p.png" alt="cid:one@x">',
        '<img src="//elsewhere.test/p.png">',
        '<img src="cid:two@x">',
    ],
)
def test_however_a_picture_is_written_nothing_from_elsewhere_slips_through(html: str) -> None:
    shown = framed(html, {"one@x": PLACED}, shows_elsewhere=False)
    assert "<img" not in shown
    assert "elsewhere" not in shown


def test_a_picture_without_words_that_is_left_out_leaves_nothing() -> None:
    assert framed('a<img src="https://elsewhere.test/spy.gif" alt=" ">b', {}, shows_elsewhere=False) == "ab"


def test_a_name_with_signs_of_html_is_found_all_the_same() -> None:
    assert framed('<img src="cid:a&amp;b">', {"a&b": PLACED}, shows_elsewhere=False) == f'<img src="{PLACED}">'


def test_what_is_no_picture_by_its_first_bytes_is_not_put_in_place() -> None:
    files = [inline(PNG), inline(b"<svg onload='x()'/>", "two@x"), inline(b"MZ program", "three@x")]
    assert pictures_in_place(files) == {"one@x": PLACED}


def test_a_picture_whose_bytes_are_gone_is_left_out() -> None:
    assert pictures_in_place([InlineFile("one@x", 4, "0" * 64)]) == {}


def test_more_than_the_bound_stays_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MOST_BYTES_IN_PLACE", len(PNG) + 3)
    assert pictures_in_place([inline(PNG), inline(PNG, "two@x")]) == {"one@x": PLACED}


def with_picture(shop: Shop) -> int:
    opened = shop.ask_repair(channel="email", answers={}, html=HTML)
    stored = store_file(PNG)
    Attachment.objects.create(
        message_id=opened.message_id,
        name="pump.png",
        media_type="image/png",
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        content_id="one@x",
    )
    return opened.message_id


def test_the_frame_shows_what_came_along_and_asks_nobody_else(desk: Desk, shop: Shop) -> None:
    message_id = with_picture(shop)
    response = desk.of("ana").get(f"/desk/messages/{message_id}/letter")
    html = response.content.decode()
    assert f'<img src="{PLACED}" alt="The pump">' in html
    assert "elsewhere.test" not in html
    assert "img-src 'self' data:;" in response["Content-Security-Policy"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_with_show_pictures_the_frame_may_fetch_pictures_and_still_nothing_else(desk: Desk, shop: Shop) -> None:
    message_id = with_picture(shop)
    response = desk.of("ana").get(f"/desk/messages/{message_id}/letter?pictures=1")
    policy = response["Content-Security-Policy"]
    assert '<img src="https://elsewhere.test/p.png" alt="Their logo">' in response.content.decode()
    assert "img-src 'self' data: https: http:;" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy


def test_who_may_not_read_the_mail_gets_neither(desk: Desk, shop: Shop) -> None:
    message_id = with_picture(shop)
    for address in (f"/desk/messages/{message_id}/letter", f"/desk/messages/{message_id}/letter?pictures=1"):
        assert desk.of("tomasz").get(address).status_code == 404


def test_a_picture_shown_in_place_is_no_file_beside_the_words(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(channel="email", answers={}, html=HTML)
    stored = store_file(PNG)
    for name, content_id in (("pump.png", "one@x"), ("other.png", "two@x")):
        Attachment.objects.create(
            message_id=opened.message_id,
            name=name,
            media_type="image/png",
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
            content_id=content_id,
        )
    html = desk.page("ana", opened)
    assert "pump.png" not in html
    assert "other.png" in html
    assert "Show pictures" in html
    assert f'target="letter-{opened.message_id}"' in html
