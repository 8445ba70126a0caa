"""The mail server's own record through the door: allowed, brought in, confirmed, followed, deleted, switched off."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.template import Context, Template
from django.urls import reverse

from clientela.directory.models import ContactPoint
from clientela.network import actions
from clientela.network.models import MailAllowance, MailTrace, MailWeek
from clientela.web.map.mail_words import (
    left_out_words,
    note_words,
    problem_words,
    segment_words,
    state_words,
)
from tests.contexts.network.mails import postfix_of
from tests.contexts.network.people import hire
from tests.doors.web.desk.visits import Desk
from tests.rules.network.discovery.logs import XES
from tests.shop import Shop
from tests.world import DOMAIN, World

MAIL = reverse("map:mail")
CONFIRMED = {"sender": "from", "recipients": "to", "moment": "sent", "status": "", "zone": "Europe/Bucharest"}
FIRST = datetime(2026, 10, 5, tzinfo=UTC)
SENTENCE = "Who writes to whom by mail is counted too, since"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


def text_of(world: World) -> str:
    """Six of Care ask six of IT in the second week, and are answered after an hour."""
    lines = [(FIRST, "a@else.test", "b@else.test")]
    both = [hire(world, key, 6) for key in ("care", "it")]
    for number, people in enumerate(zip(*both, strict=True)):
        one, other = (f"{person_id}@{DOMAIN}" for person_id in people)
        for person_id in people:
            ContactPoint.objects.filter(party_id=person_id).update(value=f"{person_id}@{DOMAIN}")
        at = FIRST + timedelta(weeks=1, hours=9, minutes=number)
        lines += [(at, one, other), (at + timedelta(hours=1), other, one)]
    lines += [(FIRST + timedelta(weeks=2), "no-reply@else.test", "b@else.test")]
    return "sent,from,to,subject\n" + "".join(
        f"{at.isoformat()},{sender},{reader},Private matters\n" for at, sender, reader in lines
    )


def bring(desk: Desk, text: str, *, key: str = "carmen") -> HttpResponse:
    return desk.of(key).post(MAIL, {"file": SimpleUploadedFile("mails.csv", text.encode())})


def words(response: HttpResponse, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def page(desk: Desk, name: str = "mail_trace", *, key: str = "carmen", **asked: str) -> str:
    return words(desk.of(key).get(reverse(f"map:{name}", args=[MailTrace.objects.get().pk]), asked))


def allow(desk: Desk, *, key: str = "carmen") -> HttpResponse:
    return desk.of(key).post(reverse("map:allow_mail"))


def test_who_may_not_allow_it_finds_no_button_and_no_door(shop: Shop, desk: Desk) -> None:
    shown = words(desk.of("ana").get(MAIL))
    assert "It is off: no mail is counted" in shown
    assert "Only the owner or an administrator may allow it" in shown
    assert "<form" not in shown.split("<main", 1)[1].split("</main", 1)[0]
    for key in ("ana", "radu", "tomasz"):
        assert allow(desk, key=key).status_code == 404
        assert desk.of(key).get(reverse("map:end_mail")).status_code == 404
        assert desk.of(key).post(reverse("map:end_mail")).status_code == 404
        assert bring(desk, "a,b\n1,2\n", key=key).status_code == 404
    assert not MailAllowance.objects.exists()
    assert desk.of_customer("zofia").get(MAIL).status_code in {302, 404}


@pytest.mark.parametrize("name", ["mail_trace", "count_mail_trace", "stop_mail_trace", "delete_mail_trace"])
def test_a_record_that_is_not_there_or_not_for_them_is_not_found(shop: Shop, desk: Desk, name: str) -> None:
    allow(desk)
    bring(desk, text_of(shop.world))
    number = MailTrace.objects.get().pk
    for key, asked in (("ana", number), ("carmen", number + 1)):
        for visit in (desk.of(key).post, desk.of(key).get):
            assert visit(reverse(f"map:{name}", args=[asked])).status_code in {404, 405}
        assert desk.of(key).post(reverse(f"map:{name}", args=[asked]), CONFIRMED).status_code == 404
    assert MailTrace.objects.get().state == "draft"


def test_while_it_is_off_the_page_says_how_to_allow_it_and_takes_nothing(shop: Shop, desk: Desk, files: Path) -> None:
    shown = words(desk.of("carmen").get(MAIL))
    assert "It is off: no mail is counted" in shown
    assert "Allow it" in shown
    assert 'type="file"' not in shown
    browser = desk.of("carmen")
    file = SimpleUploadedFile("mails.csv", text_of(shop.world).encode())
    assert "may not be read here. Allow it first." in words(browser.post(MAIL, {"file": file}, follow=True))
    assert (MailTrace.objects.count(), [path for path in files.rglob("*") if path.is_file()]) == (0, [])


def test_once_allowed_everybody_is_told_what_is_counted(shop: Shop, desk: Desk) -> None:
    tag = Template('{% load clientela %}{% include "map/mail_sentence.html" %}')
    assert tag.render(Context()).strip() == ""
    assert allow(desk).status_code == 302
    for key in ("ana", "carmen"):
        assert SENTENCE in words(desk.of(key).get(MAIL))
    assert SENTENCE in tag.render(Context())
    assert 'type="file"' not in words(desk.of("ana").get(MAIL))


def test_a_file_that_is_no_record_is_refused_beside_its_field(shop: Shop, desk: Desk) -> None:
    allow(desk)
    for text, said in (
        ("PK\x03\x04", "This is not a CSV."),
        (XES, "This is not a CSV."),
        ("from,to,from\n1,2,3\n", "The heading has the column “from” twice."),
    ):
        assert said in words(bring(desk, text), 422)
    assert not MailTrace.objects.exists()


def test_a_record_may_be_larger_than_a_message_but_only_from_who_may_bring_one(
    shop: Shop, desk: Desk, settings: Any
) -> None:
    allow(desk)
    settings.MESSAGE_LIMIT_BYTES = 1
    text = "sent,from,to\n" + "2026-10-05,a@b.test,c@b.test\n" * 30_000
    assert bring(desk, text, key="ana").status_code == 413
    assert bring(desk, text).status_code == 302
    settings.LOG_LIMIT_BYTES = 1000
    assert bring(desk, text).status_code == 413


def test_a_draft_shows_its_columns_and_none_of_its_lines(shop: Shop, desk: Desk) -> None:
    allow(desk)
    assert bring(desk, text_of(shop.world)).status_code == 302
    shown = page(desk)
    assert "Who wrote: “from”" in shown
    assert re.search(r'<option value="sent" selected[^>]*>sent', shown)
    assert DOMAIN not in shown.split("<main", 1)[1].split("</main", 1)[0]
    assert "Private" not in shown


def test_columns_that_cannot_be_are_refused_beside_their_field(shop: Shop, desk: Desk) -> None:
    allow(desk)
    bring(desk, text_of(shop.world))
    url = reverse("map:count_mail_trace", args=[MailTrace.objects.get().pk])
    for wrong, said in (
        ({"sender": ""}, "Choose the column."),
        ({"sender": "to"}, "The column “to” is chosen twice."),
        ({"sender": "subject"}, "There is no mail address in the column “subject” (line 2)."),
        ({"zone": "Mars/Base"}, "There is no such time zone."),
    ):
        assert said in words(desk.of("carmen").post(url, CONFIRMED | wrong), 422)
    assert MailTrace.objects.get().state == "draft"


def test_a_record_is_followed_and_stopped(shop: Shop, desk: Desk) -> None:
    allow(desk)
    bring(desk, text_of(shop.world))
    number = MailTrace.objects.get().pk
    url = reverse("map:count_mail_trace", args=[number])
    assert desk.of("carmen").post(url, CONFIRMED).status_code == 302
    assert "It waits for its turn" in page(desk)
    MailTrace.objects.update(state="running", progress=0.25, rows_read=1234)
    assert "It is being counted: 1,234 mails read, 25 % done." in page(desk, part="progress")
    MailTrace.objects.update(state="waiting")
    assert desk.of("carmen").post(reverse("map:stop_mail_trace", args=[number])).status_code == 302
    assert "It was stopped. Nothing was counted, and the file is deleted." in page(desk)
    asked = desk.of("carmen").get(reverse("map:mail_trace", args=[number]), {"part": "progress"})
    assert asked.status_code == 204
    # What has ended is not counted again.
    assert desk.of("carmen").post(url, CONFIRMED).status_code == 302
    assert MailTrace.objects.get().state == "cancelled"


def counted(shop: Shop, desk: Desk) -> int:
    allow(desk)
    bring(desk, text_of(shop.world))
    number = MailTrace.objects.get().pk
    desk.of("carmen").post(reverse("map:count_mail_trace", args=[number]), CONFIRMED)
    actions.run_mail_trace(at=shop.at, trace_id=number, now=lambda: shop.at)
    return number


def test_what_was_counted_is_shown_to_everybody_and_the_records_to_who_may(shop: Shop, desk: Desk) -> None:
    counted(shop, desk)
    shown = page(desk)
    assert "6 asks of 6 are kept." in shown
    assert "1 from or to machines: no-reply, returned mail, lists" in shown
    for key, sees_file in (("ana", False), ("vera", True), ("carmen", True)):
        everybody = words(desk.of(key).get(MAIL))
        assert ("mails.csv" in everybody) is sees_file
        row = everybody[everybody.index('<th scope="row">Customer Care</th>') :].split("</tr>")[0]
        assert "IT</td>" in row
        assert row.count(">6</td>") == 2


def test_a_record_that_failed_says_why_and_that_its_file_is_gone(shop: Shop, desk: Desk) -> None:
    allow(desk)
    bring(desk, text_of(shop.world).replace("2026-", "soon "))
    number = MailTrace.objects.get().pk
    desk.of("carmen").post(reverse("map:count_mail_trace", args=[number]), CONFIRMED)
    actions.run_mail_trace(at=shop.at, trace_id=number, now=lambda: shop.at)
    shown = page(desk)
    assert "Not one moment in “sent” can be read (line 2)." in shown
    assert "The file is deleted." in shown


def test_a_record_is_deleted_and_the_counting_ended_only_after_a_question(shop: Shop, desk: Desk) -> None:
    number = counted(shop, desk)
    assert "Delete mails.csv?" in page(desk, "delete_mail_trace")
    assert MailTrace.objects.exists()
    assert desk.of("carmen").post(reverse("map:delete_mail_trace", args=[number])).status_code == 302
    assert not MailTrace.objects.exists()
    assert "everything that was ever counted is deleted" in words(desk.of("carmen").get(reverse("map:end_mail")))
    assert MailAllowance.objects.filter(ended_at__isnull=True).exists()
    assert desk.of("carmen").post(reverse("map:end_mail")).status_code == 302
    assert not MailAllowance.objects.filter(ended_at__isnull=True).exists()
    assert not MailWeek.objects.exists()


def test_of_a_server_s_log_only_the_zone_and_its_last_day_are_asked(shop: Shop, desk: Desk) -> None:
    allow(desk)
    mails = text_of(shop.world).splitlines()[1:]
    table = "sent,from,to,x\n" + "".join(",".join([*line.split(",")[:3], "x"]) + "\n" for line in mails)
    assert bring(desk, postfix_of(table)).status_code == 302
    shown = page(desk)
    assert "This is the log of a mail server (Postfix)." in shown
    assert "The last day in it" in shown
    assert "<select" not in shown.split("<main", 1)[1].split("</main", 1)[0]
    number = MailTrace.objects.get().pk
    count = reverse("map:count_mail_trace", args=[number])
    assert desk.of("carmen").post(count, {"zone": "UTC", "latest_on": "soon"}).status_code == 422
    assert desk.of("carmen").post(count, {"zone": "UTC", "latest_on": "2026-11-01"}).status_code == 302
    row = MailTrace.objects.get()
    assert (row.state, row.columns, row.zone, str(row.latest_on)) == ("waiting", {}, "UTC", "2026-11-01")


def test_every_state_note_and_problem_has_its_words() -> None:
    assert all(state_words(state) for state in MailTrace.State.values)
    for code in [
        "encoding",
        "no_zone",
        "day_or_month",
        "short_line",
        "no_moment",
        "no_reader",
        "lost",
        "nobody_asks",
        "nothing_kept",
        "steps",
        "again",
        "log_year",
        "log_no_moment",
        "log_no_sender",
        "log_broken",
        "log_lost",
    ]:
        assert "%(" not in note_words({"code": code, "count": 2, "lines": [3], "what": "x"})
    figures = {"name": "mail.log", "line": 2, "found": 3, "lines": 4}
    assert "first: line 2" in problem_words("log_moments", figures, "")
    assert "no mail was delivered" in problem_words("log_no_mail", {}, "")
    assert [segment_words(key) for key in ("households", "businesses", "")] == [
        "Households", "Businesses", "Others outside",
    ]  # fmt: skip
    assert problem_words("rare", {}, "the terminal's sentence") == "the terminal's sentence"
    whys = ["machines", "many", "own", "within", "outside_only", "unknown", "too_small"]
    kept = ["to_outside", "first_days", "undecided", "few_people"]
    found = {"left_out": dict.fromkeys(whys, 1200), "not_kept": dict.fromkeys(kept, 7)}
    assert len(left_out_words(found)) == 11
    assert left_out_words(found)[0] == "1,200 from or to machines: no-reply, returned mail, lists"


def test_the_files_of_a_rotated_log_come_in_together_and_too_many_do_not(desk: Desk, world: World) -> None:
    allow(desk)
    log = postfix_of(text_of(world)).encode()
    half = log.index(b"\n", len(log) // 2) + 1
    parts = [
        SimpleUploadedFile(name, content)
        for name, content in (("mail.log", b""), ("mail.log.1", log[half:]), ("mail.log.2", log[:half]))
    ]
    assert desk.of("carmen").post(MAIL, {"file": parts}).status_code == 302
    assert "mail.log.1, mail.log.2" in page(desk)
    blank = [SimpleUploadedFile(f"mail.log.{number}", b"") for number in range(2)]
    assert "This file is empty" in words(desk.of("carmen").post(MAIL, {"file": blank}), 422)
    many = [SimpleUploadedFile(f"mail.log.{number}", log[:half]) for number in range(51)]
    assert "These are more than 50 files." in words(desk.of("carmen").post(MAIL, {"file": many}), 422)
    table = [SimpleUploadedFile("mail.log", log), SimpleUploadedFile("mails.csv", text_of(world).encode())]
    assert "“mails.csv” is no log of a Postfix or an Exim." in words(desk.of("carmen").post(MAIL, {"file": table}), 422)
    assert MailTrace.objects.count() == 1
