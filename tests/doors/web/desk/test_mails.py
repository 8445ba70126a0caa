"""What the page of a request shows of the mails it is made of, and what can be done about where they belong."""

from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.inbox import queries as inbox
from clientela.inbox.actions import store_raw_message
from clientela.inbox.models import RawMessage
from clientela.kernel import post
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError
from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from clientela.requests.models import Message, Request
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

PASSED = {"checked_by": "mx.casa-lavora.test", "spf": "pass", "dkim": "pass", "dmarc": "pass", "verdict": "passed"}
FAILED = {"checked_by": "mx.casa-lavora.test", "spf": "fail", "dkim": "none", "dmarc": "fail", "verdict": "failed"}
QUOTED = "> Which model is it?"


@pytest.fixture(autouse=True)
def _our_domain() -> object:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def letter(text: str = f"It leaks.\n\nOn Friday Ana wrote:\n{QUOTED}\n") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Zofia Nowak <zofia@example.test>"
    mail["To"] = "care@casa-lavora.test"
    mail["Cc"] = "Marek <marek@example.test>"
    mail["Subject"] = "Pralka <przecieka>"
    mail["Message-ID"] = "<one@example.test>"
    mail.set_content(text)
    return mail.as_bytes()


def by_mail(shop: Shop, *, message_id: int | None = None, **known: Any) -> tuple[OpenedRequest, int]:
    """A request opened by a mail of which so much is known, and the number of the stored mail."""
    opened = shop.ask_repair(channel="email", answers={}, text="It leaks.")
    raw_id = store_raw_message(
        at=shop.at, content=letter(), envelope_from="zofia@example.test", envelope_to=[], came_by="smtp"
    )
    RawMessage.objects.filter(pk=raw_id).update(
        understood_at=shop.at,
        outcome="opened",
        from_address="zofia@example.test",
        message=message_id or opened.message_id,
        request=opened.id,
        **known,
    )
    return opened, raw_id


def machine_wrote(shop: Shop, opened: OpenedRequest, outcome: str, details: dict[str, Any]) -> None:
    received = actions.receive_message(
        at=shop.at,
        request_id=opened.id,
        author_id=None,
        channel="email",
        text="Machine words",
        language="en",
        is_automatic=True,
    )
    raw_id = store_raw_message(at=shop.at, content=letter(), envelope_from="", envelope_to=[], came_by="smtp")
    RawMessage.objects.filter(pk=raw_id).update(
        understood_at=shop.at, outcome=outcome, message=received.message_id, request=opened.id, details=details
    )


def test_what_we_know_of_a_mail_is_not_for_its_customer(shop: Shop) -> None:
    opened, _raw = by_mail(shop, trust=FAILED)
    assert inbox.mails_of_messages(shop.world.zofia, [opened.message_id]) == {}
    assert inbox.mails_of_messages(shop.world.tomasz, [opened.message_id]) == {}
    assert inbox.mails_of_messages(shop.world.vera, [opened.message_id]) == {}


def test_a_department_that_was_addressed_as_well_learns_what_we_know_of_a_mail(shop: Shop) -> None:
    opened, _raw = by_mail(shop, trust=FAILED)
    assert inbox.mails_of_messages(shop.world.ioana, [opened.message_id]) == {}
    actions.address_departments(at=shop.at, addressed={opened.id: [shop.world.id_of("it")]})
    mails = inbox.mails_of_messages(shop.world.ioana, [opened.message_id])
    assert mails[opened.message_id].trust == inbox.TrustSeen("failed", "mx.casa-lavora.test", "fail", "none", "fail")
    assert inbox.mails_of_messages(shop.world.zofia, [opened.message_id]) == {}


def test_a_mail_is_told_in_three_statements_whatever_it_holds(shop: Shop) -> None:
    first, _raw = by_mail(shop)
    opened, _raw = by_mail(shop, trust=PASSED, perhaps_of=first.id, details={"defects": ["one"]})
    ana = shop.world.ana
    with CaptureQueriesContext(connection) as captured:
        mails = inbox.mails_of_messages(ana, [first.message_id, opened.message_id])
    assert len(captured) == 3
    assert mails[first.message_id].trust is None
    assert mails[opened.message_id].trust == inbox.TrustSeen("passed", "mx.casa-lavora.test", "pass", "pass", "pass")
    assert mails[opened.message_id].defects == ("one",)
    perhaps = mails[opened.message_id].perhaps_of
    assert perhaps is not None
    assert perhaps.reference == first.reference
    assert inbox.mails_of_messages(shop.world.ana, []) == {}


def test_a_request_one_may_not_read_is_not_named_as_the_one_it_perhaps_belongs_to(desk: Desk, shop: Shop) -> None:
    elsewhere = shop.ask_workshop(shop.ask_repair().id)
    Request.objects.filter(pk=elsewhere.id).update(provider=shop.world.id_of("hr"))
    opened, _raw = by_mail(shop, perhaps_of=elsewhere.id)
    Request.objects.filter(pk=elsewhere.id).update(customer=shop.world.id_of("magda"), asker=shop.world.id_of("magda"))
    connection.cursor().execute("DELETE FROM requests_dependency")
    html = desk.page("ana", opened)
    assert elsewhere.reference not in html
    assert "This perhaps belongs to" not in html


@pytest.mark.parametrize(
    ("trust", "words"),
    [
        (PASSED, "sender confirmed"),
        (FAILED, "sender not confirmed"),
        ({**PASSED, "verdict": "unknown"}, "sender not known for sure"),
    ],
)
def test_the_mark_says_how_sure_the_sender_is(desk: Desk, shop: Shop, trust: dict[str, str], words: str) -> None:
    opened, _raw = by_mail(shop, trust=trust)
    html = desk.page("ana", opened)
    assert f"{words}</span>" in html
    warns = "Ask the customer on another way before you act on it." in html
    assert warns is (trust["verdict"] == "failed")


def test_where_nobody_checked_nothing_is_said(desk: Desk, shop: Shop) -> None:
    opened, _raw = by_mail(shop)
    assert "c-trust" not in desk.page("ana", opened)


@pytest.mark.parametrize(
    ("trust", "is_doubted"), [({}, True), ({**PASSED, "verdict": "unknown"}, True), (FAILED, True), (PASSED, False)]
)
def test_a_note_by_mail_that_nobody_confirmed_says_so(
    desk: Desk, shop: Shop, trust: dict[str, str], *, is_doubted: bool
) -> None:
    opened, raw_id = by_mail(shop)
    note_id = actions.write_note(by=shop.world.ana, at=shop.at, request_id=opened.id, text="Refund it.", language="en")
    RawMessage.objects.filter(pk=raw_id).update(message=note_id, trust=trust, from_address="ana@casa-lavora.test")
    actions.address_departments(at=shop.at, addressed={opened.id: [shop.world.id_of("it")]})
    for reader in ("ana", "ioana"):
        html = desk.page(reader, opened)
        assert "Refund it." in html
        assert ("sender not confirmed</span>" in html) is is_doubted
    silent = trust.get("verdict", "unknown") == "unknown"
    assert ("Nobody confirmed that this came from ana@casa-lavora.test." in html) is silent


def test_a_note_written_here_needs_no_confirming(desk: Desk, shop: Shop) -> None:
    opened, _raw = by_mail(shop)
    actions.write_note(by=shop.world.ana, at=shop.at, request_id=opened.id, text="Refund it.", language="en")
    assert "sender not confirmed" not in desk.page("ana", opened)


def test_a_sender_who_only_looks_like_somebody_is_warned_of(desk: Desk, shop: Shop) -> None:
    looks = {"address": "ana@<b>elsewhere.test", "of": "Ana Ionescu", "why": "name"}
    opened, _raw = by_mail(shop, details={"looks_like": looks})
    html = desk.page("ana", opened)
    warning = "Careful: this has the name of Ana Ionescu, and comes from ana@&lt;b&gt;elsewhere.test, which is none of"
    assert warning in html


def test_a_bounce_says_to_whom_why_and_what_to_do(desk: Desk, shop: Shop) -> None:
    opened, _raw = by_mail(shop)
    bounce = {
        "recipient": "marek@example.test",
        "status": "5.1.1",
        "reply_code": "550",
        "reason": "nobody_there",
        "hard": True,
    }
    machine_wrote(shop, opened, "bounce", {"automatic": {"kind": "bounce", "because": ""}, "bounces": [bounce]})
    until_lifted = "Nothing more is sent to this address until an administrator lifts that in Settings."
    assert until_lifted not in desk.page("ana", opened)  # a report may name any address it likes
    post.suppress_address("marek@example.test", at=shop.at, status="5.1.1", words="550")
    html = desk.page("ana", opened)
    assert until_lifted in html
    assert "A letter of ours came back" in html
    assert "To marek@example.test" in html
    assert "550 5.1.1" in html
    assert "Nobody has this address any more. Ask for the right one, by telephone perhaps," in html


def test_an_absence_note_is_shown_as_one(desk: Desk, shop: Shop) -> None:
    opened, _raw = by_mail(shop)
    machine_wrote(shop, opened, "automatic", {"automatic": {"kind": "out_of_office", "because": "Auto-Submitted"}})
    assert "They are out of the office: an automatic answer" in desk.page("ana", opened)


def test_an_invitation_is_a_card_with_its_times_in_the_readers_zone(desk: Desk, shop: Shop) -> None:
    invitation = {
        "method": "request",
        "summary": "Visit",
        "starts_at": "2026-11-24T10:00:00+01:00",
        "ends_at": "2026-11-24T11:30:00+01:00",
        "zone": "Europe/Warsaw",
        "place": "ul. Długa 5",
        "organiser": "Zofia",
        "is_all_day": False,
    }
    opened, _raw = by_mail(shop, details={"invitation": invitation})
    html = desk.page("ana", opened)
    assert "An invitation to a meeting: Visit" in html
    assert "tomorrow 11:00" in html  # 10:00 in Warsaw is 11:00 in Bucharest
    assert ">12:30</time>" in html
    assert "ul. Długa 5" in html


@pytest.mark.parametrize("starts_at", ["2026-11-24", "no moment at all", None, "2026-11-24T10:00:00"])
def test_an_invitation_for_a_day_or_for_nothing_readable_breaks_nothing(
    desk: Desk, shop: Shop, starts_at: str | None
) -> None:
    invitation = {"method": "cancel", "summary": "Visit", "starts_at": starts_at, "ends_at": starts_at}
    opened, _raw = by_mail(shop, details={"invitation": invitation})
    assert "The meeting is called off: Visit" in desk.page("ana", opened)


def test_who_wrote_what_was_forwarded_can_be_made_the_customer(desk: Desk, shop: Shop) -> None:
    told = {"name": "Lucía Torres", "address": "lucia@example.test", "subject": "Door", "sent_at": "2026-11-20"}
    opened, raw_id = by_mail(shop, details={"forwarded_from": told})
    html = desk.page("ana", opened)
    assert "Forwarded: Lucía Torres wrote it first" in html
    assert f'action="{reverse("desk:make_customer", args=[opened.reference, raw_id])}"' in html
    RawMessage.objects.filter(pk=raw_id).update(details={"forwarded_from": {**told, "address": "Zofia@example.test"}})
    assert "make_customer" not in desk.page("ana", opened)
    assert "Make Lucía Torres the customer" not in desk.page("ana", opened)


def test_how_a_mail_is_locked_is_said(desk: Desk, shop: Shop) -> None:
    opened, _raw = by_mail(shop, details={"protection": "pgp_encrypted"})
    assert "Locked with PGP: only a key that we do not have opens it." in desk.page("ana", opened)


def test_a_stranger_does_not_read_the_whole_mail(desk: Desk, shop: Shop) -> None:
    opened, _raw = by_mail(shop)
    assert desk.of("tomasz").get(reverse("desk:mail", args=[opened.message_id])).status_code == 404
    assert desk.of("vera").get(reverse("desk:mail", args=[opened.message_id])).status_code == 404
    with pytest.raises(HiddenError):
        inbox.whole_mail(shop.world.tomasz, opened.message_id)


def test_the_whole_mail_is_one_click_away_with_everything_it_says(desk: Desk, shop: Shop) -> None:
    opened, _raw = by_mail(shop)
    address = reverse("desk:mail", args=[opened.message_id])
    assert f'hx-get="{address}"' in desk.page("ana", opened)
    html = desk.of("ana").get(address).content.decode()
    assert QUOTED.replace(">", "&gt;") in html
    assert "Marek &lt;marek@example.test&gt;" in html
    assert "Pralka &lt;przecieka&gt;" in html
    part = desk.of("ana").get(address, headers={"HX-Request": "true"}).content.decode()
    assert QUOTED.replace(">", "&gt;") in part
    assert "<html" not in part


def test_what_did_not_come_by_mail_has_no_whole_mail(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    assert desk.of("ana").get(reverse("desk:mail", args=[opened.message_id])).status_code == 404
    assert "Show the whole mail" not in desk.page("ana", opened)


def test_a_mail_that_no_version_reads_any_more_is_shown_as_its_bytes(desk: Desk, shop: Shop) -> None:
    opened, raw_id = by_mail(shop)
    RawMessage.objects.filter(pk=raw_id).update(content=b"\x00\x01\x02 no mail")
    html = desk.of("ana").get(reverse("desk:mail", args=[opened.message_id])).content.decode()
    assert "no mail" in html


def test_a_signature_is_cut_off_and_one_click_away(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(channel="email", answers={})
    Message.objects.filter(pk=opened.message_id).update(signature="Zofia Nowak, tel. 600")
    assert "Zofia Nowak, tel. 600" in desk.page("ana", opened)


# --- where a mail belongs


def test_another_department_joins_nothing_and_learns_nothing(desk: Desk, shop: Shop) -> None:
    first, _raw = by_mail(shop)
    opened, raw_id = by_mail(shop, perhaps_of=first.id)
    for act in ("join_mail", "keep_mail_apart", "make_customer"):
        assert desk.post("tomasz", act, opened, raw_id).status_code == 404
    assert RawMessage.objects.get(pk=raw_id).perhaps_of_id == first.id
    assert Request.objects.get(pk=opened.id).merged_into_id is None


def test_who_only_reads_it_whole_is_offered_nothing_that_they_would_be_refused(desk: Desk, shop: Shop) -> None:
    first, _raw = by_mail(shop)
    told = {"forwarded_from": {"name": "Marek", "address": "marek@example.test", "subject": "", "sent_at": ""}}
    opened, raw_id = by_mail(shop, perhaps_of=first.id, details=told)
    Request.objects.filter(pk=opened.id).update(also_department_ids=[shop.world.id_of("maintenance")])
    offered = ("This perhaps belongs to", "Keep it apart", "Make Marek the customer")
    for who, sees in (("ana", True), ("tomasz", False), ("carmen", False)):
        html = desk.page(who, opened)
        assert [words in html for words in offered] == [sees] * 3, who
    assert "Marek" in desk.page("tomasz", opened)
    for act in ("join_mail", "keep_mail_apart", "make_customer"):
        assert desk.post("tomasz", act, opened, raw_id).status_code == 403
    actions.merge_requests(by=shop.world.ana, at=shop.at, request_id=opened.id, into_id=first.id)
    for who, sees in (("ana", True), ("tomasz", False)):
        assert ("Make them two again" in desk.page(who, opened)) is sees, who


def test_it_is_not_joined_to_what_others_answer_nor_once_it_has_ended(desk: Desk, shop: Shop) -> None:
    first, _raw = by_mail(shop)
    opened, _raw_id = by_mail(shop, perhaps_of=first.id)
    assert f"Join it to {first.reference}" in desk.page("ana", opened)
    Request.objects.filter(pk=first.id).update(
        provider_id=shop.world.id_of("maintenance"), also_department_ids=[shop.world.id_of("care")]
    )
    html = desk.page("ana", opened)
    assert f"Join it to {first.reference}" not in html
    assert "Keep it apart" in html


def test_an_agent_joins_what_perhaps_belongs_and_can_take_it_back(desk: Desk, shop: Shop) -> None:
    first, _raw = by_mail(shop)
    opened, raw_id = by_mail(shop, perhaps_of=first.id)
    html = desk.page("ana", opened)
    assert f"Join it to {first.reference}" in html
    assert f"{first.reference} is a request of Zofia Nowak." in html
    assert 'name="is_same_customer"' not in html.split(f'id="perhaps-{raw_id}"')[1].split("</section>")[0]
    assert desk.post("ana", "join_mail", opened, raw_id).status_code == 302
    assert Request.objects.get(pk=opened.id).merged_into_id == first.id
    after = desk.page("ana", opened)
    assert "This goes on in" in after
    assert "This perhaps belongs to" not in after
    assert f"{opened.reference} " in desk.page("ana", first)
    assert desk.post("ana", "unmerge", opened).status_code == 302
    assert Request.objects.get(pk=opened.id).merged_into_id is None


def test_a_strangers_mail_is_joined_only_when_somebody_says_that_both_are_one_customer(desk: Desk, shop: Shop) -> None:
    first = shop.ask_repair(by=shop.world.lucia)
    opened, raw_id = by_mail(shop, perhaps_of=first.id)
    html = desk.page("ana", opened)
    assert (
        f"The mail is from Zofia Nowak (zofia@example.test); {first.reference} is a request of Lucía Herrero." in html
    )
    card = html.split(f'id="perhaps-{raw_id}"')[1].split("</section>")[0]
    assert "Both are from the same customer" in card
    assert "Tick it only if you know it: the one then reads the answers to the other." in card
    refused = desk.post("ana", "join_mail", opened, raw_id)
    assert refused.status_code == 422
    card = refused.content.decode().split(f'id="perhaps-{raw_id}"')[1].split("</section>")[0]
    assert "have different customers, who would read each other’s words." in card
    assert Request.objects.get(pk=opened.id).merged_into_id is None
    assert RawMessage.objects.get(pk=raw_id).perhaps_of_id == first.id
    assert desk.post("ana", "join_mail", opened, raw_id, is_same_customer="on").status_code == 302
    assert Request.objects.get(pk=opened.id).merged_into_id == first.id


def test_an_agent_keeps_apart_what_is_a_matter_of_its_own(desk: Desk, shop: Shop) -> None:
    first, _raw = by_mail(shop)
    opened, raw_id = by_mail(shop, perhaps_of=first.id)
    assert desk.post("ana", "keep_mail_apart", opened, raw_id).status_code == 302
    assert RawMessage.objects.get(pk=raw_id).perhaps_of_id is None
    assert "This perhaps belongs to" not in desk.page("ana", opened)


def test_the_first_sender_of_a_forwarded_mail_becomes_the_customer(desk: Desk, shop: Shop) -> None:
    told = {"name": "Lucía Torres", "address": "new.lucia@example.test", "subject": "Door", "sent_at": ""}
    opened, raw_id = by_mail(shop, details={"forwarded_from": told})
    assert desk.post("ana", "make_customer", opened, raw_id).status_code == 302
    request = Request.objects.get(pk=opened.id)
    assert request.asker_id != shop.world.id_of("zofia")
    assert "Lucía Torres" in desk.page("ana", opened)
    assert "Make Lucía Torres the customer" not in desk.page("ana", opened)


def test_why_nobody_can_be_made_the_customer_is_said_on_the_page(desk: Desk, shop: Shop) -> None:
    opened, raw_id = by_mail(shop, details={"forwarded_from": {"name": "Care", "address": "care@casa-lavora.test"}})
    response = desk.post("ana", "make_customer", opened, raw_id)
    assert response.status_code == 409
    assert "The mail that it passes on was sent by ourselves." in response.content.decode()


def test_two_requests_are_merged_by_the_reference_of_the_other(desk: Desk, shop: Shop) -> None:
    first, second = shop.ask_repair(), shop.ask_repair()
    response = desk.post("ana", "merge", second, into=first.reference.lower())
    assert response["Location"] == reverse("desk:request", args=[first.reference])
    assert Request.objects.get(pk=second.id).merged_into_id == first.id
    assert "Merged into this:" in desk.page("ana", first)


@pytest.mark.parametrize("into", ["R-0000-0", "nonsense", "\x00"])
def test_a_reference_that_there_is_not_is_told_beside_its_field(desk: Desk, shop: Shop, into: str) -> None:
    opened = shop.ask_repair()
    response = desk.post("ana", "merge", opened, into=into)
    assert response.status_code == 422
    assert Request.objects.get(pk=opened.id).merged_into_id is None


def test_two_customers_are_merged_only_when_a_person_says_that_they_are_one(desk: Desk, shop: Shop) -> None:
    first, second = shop.ask_repair(), shop.ask_repair(by=shop.world.lucia)
    response = desk.post("ana", "merge", second, into=first.reference)
    assert response.status_code == 422
    assert "have different customers, who would read each other’s words." in response.content.decode()
    assert Request.objects.get(pk=second.id).merged_into_id is None
    assert desk.post("ana", "merge", second, into=first.reference, is_same_customer="on").status_code == 302
    assert Request.objects.get(pk=second.id).merged_into_id == first.id
    assert "Also in this conversation" in desk.page("ana", first)
    assert "asked a request that was merged into this" in desk.page("ana", first)


# --- letters that did not arrive


def bounced(opened: OpenedRequest, **more: Any) -> Letter:
    letter = Letter.objects.get(about__contains=[f"request:{opened.id}"])
    moments: dict[str, Any] = {"due_at": None, "kept_at": None, "sent_at": letter.written_at}
    Letter.objects.filter(pk=letter.pk).update(
        **moments, bounced_at=letter.written_at, bounce_reason="nobody_there", bounce_words="550 unknown user", **more
    )
    return letter


def test_a_letter_that_came_back_is_told_on_the_page_with_what_to_do(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    letter = bounced(opened, by_party_id=shop.world.id_of("ana"))
    html = desk.page("ana", opened)
    assert "A letter has not reached its reader" in html
    assert "came back: 550 unknown user" in html
    assert "Nobody has this address any more." in html
    assert "written by you" in html
    assert "written by you" not in desk.page("radu", opened)
    assert reverse("settings:letter", args=[letter.pk]) in html


def test_who_may_not_see_the_letter_settles_nothing(desk: Desk, shop: Shop) -> None:
    letter = bounced(shop.ask_repair())
    settle = reverse("settings:settle_letter", args=[letter.pk])
    assert desk.of("tomasz").post(settle).status_code == 404
    letter.refresh_from_db()
    assert letter.trouble_settled_at is None


@pytest.mark.parametrize("leads_to", ["request", "my_day", "letter"])
def test_once_somebody_has_seen_to_it_it_is_trouble_no_more(desk: Desk, shop: Shop, leads_to: str) -> None:
    opened = shop.ask_repair()
    letter = bounced(opened)
    address = {
        "request": reverse("desk:request", args=[opened.reference]),
        "my_day": reverse("desk:my_day"),
        "letter": reverse("settings:letter", args=[letter.pk]),
    }[leads_to]
    come_from = {"request": opened.reference, "my_day": "my_day", "letter": "//evil.example/"}[leads_to]
    settle = reverse("settings:settle_letter", args=[letter.pk])
    assert desk.of("ana").post(settle, {"next": come_from})["Location"] == address
    assert "A letter has not reached its reader" not in desk.page("ana", opened)
    assert desk.of("ana").post(settle).status_code == 404
