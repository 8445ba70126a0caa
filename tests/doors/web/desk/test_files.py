"""Files that came with messages, and mails as they were written."""

from clientela.requests.actions import IncomingFile
from clientela.requests.models import Attachment
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

HTML = "<p>Hello <b>there</b></p>"


def test_a_file_is_a_download_whatever_it_claims_to_be(desk: Desk, shop: Shop) -> None:
    evil = IncomingFile("page \r\n“x”.html", "text/html", b"<script>alert(1)</script>")
    shop.ask_repair(attachments=[evil])
    response = desk.of("ana").get(f"/desk/files/{Attachment.objects.get().pk}")
    assert b"".join(response.streaming_content) == evil.content  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''page%20%E2%80%9Cx%E2%80%9D.html"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"


def test_a_mail_is_shown_only_in_a_frame_that_runs_nothing(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(channel="email", answers={}, html=HTML)
    response = desk.of("ana").get(f"/desk/messages/{opened.message_id}/letter")
    assert HTML in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_mail_without_html_has_no_such_page(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    assert desk.of("ana").get(f"/desk/messages/{opened.message_id}/letter").status_code == 404
    assert desk.of("ana").get("/desk/files/99999999999999999999").status_code == 404
