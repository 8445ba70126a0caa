"""Who sees which part of a request: the page, the portal, lists, files."""

import pytest

from clientela.directory.policies import HOUSE
from clientela.directory.queries import customer_viewer_of
from clientela.kernel.policies import HiddenError
from clientela.requests import actions, queries
from clientela.requests.actions import IncomingFile, OpenedRequest
from clientela.requests.models import Attachment
from clientela.requests.queries import EventSeen, Said
from tests.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(shop: Shop) -> tuple[OpenedRequest, OpenedRequest, OpenedRequest]:
    """Zofia's repair; Care asked Workshop, Workshop asked Maintenance. Something was said everywhere."""
    care = shop.ask_repair(attachments=[IncomingFile("pralka.jpg", "image/jpeg", b"wet")])
    actions.write_note(by=shop.world.radu, at=shop.after(0.2), request_id=care.id, text="Secret one", language="en")
    workshop = shop.ask_workshop(care.id, at=shop.after(0.5))
    actions.write_note(
        by=shop.world.stefan, at=shop.after(0.7), request_id=workshop.id, text="Secret two", language="en"
    )
    maintenance = actions.ask_department(
        by=shop.world.stefan,
        at=shop.after(1),
        request_id=workshop.id,
        service_version_id=shop.version("bench"),
        title="Test bench 2 has no pressure",
        text="We cannot test pumps.",
        language="en",
    )
    actions.reply_to_customer(
        by=shop.world.stefan, at=shop.after(1.2), request_id=workshop.id, text="It is the pump.", language="en"
    )
    return care, workshop, maintenance


def said(page: queries.RequestPage) -> list[tuple[str, str, str]]:
    return [(item.kind, item.text, item.from_reference) for item in page.conversation if isinstance(item, Said)]


def happened(page: queries.RequestPage) -> list[str]:
    return [item.verb for item in page.conversation if isinstance(item, EventSeen)]


@pytest.mark.parametrize("who", ["lucia", "magda", "vera", "ioana"])
def test_a_stranger_does_not_learn_that_the_request_exists(
    shop: Shop, chain: tuple[OpenedRequest, ...], who: str
) -> None:
    viewer = getattr(shop.world, who)
    for opened in chain:
        with pytest.raises(HiddenError):
            queries.request_page(viewer, opened.reference, at=shop.after(2))
        with pytest.raises(HiddenError):
            queries.request_status(viewer, opened.reference, at=shop.after(2), language="en")
    assert queries.requests_page(viewer).requests == ()
    assert queries.my_requests(viewer, at=shop.after(2), language="en").open == ()


def test_who_answers_sees_everything_and_the_answers_they_got(shop: Shop, chain: tuple[OpenedRequest, ...]) -> None:
    care, workshop, maintenance = chain
    page = queries.request_page(shop.world.ana, care.reference, at=shop.after(2))
    assert page.access == "full"
    assert said(page) == [
        ("from_customer", "Pralka od wczoraj przecieka.", ""),
        ("note", "Secret one", ""),
        ("to_customer", "It is the pump.", workshop.reference),
    ]
    assert happened(page) == ["request_taken", "department_asked", "waiting_started"]
    assert [(link.depth, link.request.reference) for link in page.below] == [
        (1, workshop.reference),
        (2, maintenance.reference),
    ]
    assert page.above == ()


def test_the_asking_department_reads_the_public_parts_of_what_it_asked(
    shop: Shop, chain: tuple[OpenedRequest, ...]
) -> None:
    care, workshop, maintenance = chain
    page = queries.request_page(shop.world.radu, workshop.reference, at=shop.after(2))
    assert page.access == "customer"
    assert said(page) == [("from_customer", "Pump or seal?", ""), ("to_customer", "It is the pump.", "")]
    assert happened(page) == []
    assert (page.customer, page.lookers, page.colleagues, page.departments, page.askable) == (None, (), (), (), ())
    assert [link.request.reference for link in (*page.above, *page.below)] == [care.reference, maintenance.reference]
    allowed = {verb.value for verb, verdict in page.verdicts.items() if verdict}
    assert allowed == {"write", "complain", "cancel"}


def test_a_department_of_the_chain_sees_what_waits_on_it_but_no_conversation(
    shop: Shop, chain: tuple[OpenedRequest, ...]
) -> None:
    care, workshop, maintenance = chain
    own = queries.request_page(shop.world.tomasz, maintenance.reference, at=shop.after(2))
    assert own.access == "full"
    assert [(link.depth, link.request.title, link.request.customer.name) for link in own.above] == [
        (-2, "Washing machine leaks since yesterday", "Zofia Nowak"),
        (-1, "A pump for a Lavora 7", "Customer Care"),
    ]
    # What Zofia was promised is when it is needed.
    assert own.above[0].promise is not None
    for reference in (care.reference, workshop.reference):
        page = queries.request_page(shop.world.tomasz, reference, at=shop.after(2))
        assert (page.access, page.conversation, page.answers, page.customer) == ("chain", (), {}, None)
        assert not any(page.verdicts.values())
        with pytest.raises(HiddenError):
            actions.write_note(
                by=shop.world.tomasz,
                at=shop.after(2),
                request_id=care.id if reference == care.reference else workshop.id,
                text="…",
                language="en",
            )


def test_the_owner_sees_everything_and_changes_nothing(shop: Shop, chain: tuple[OpenedRequest, ...]) -> None:
    page = queries.request_page(shop.world.carmen, chain[0].reference, at=shop.after(2))
    assert (page.access, len(said(page))) == ("full", 3)
    assert not any(page.verdicts.values())
    assert len(queries.requests_page(shop.world.carmen).requests) == 3


def test_a_customer_has_no_desk_page_and_sees_only_what_is_public(shop: Shop, chain: tuple[OpenedRequest, ...]) -> None:
    care = chain[0]
    with pytest.raises(HiddenError):
        queries.request_page(shop.world.zofia, care.reference, at=shop.after(2))
    actions.reply_to_customer(
        by=shop.world.ana, at=shop.after(1.5), request_id=care.id, text="Zamawiamy pompę.", language="pl"
    )
    status = queries.request_status(shop.world.zofia, care.reference, at=shop.after(2), language="pl")
    assert [(item.kind, item.text) for item in status.conversation] == [
        ("from_customer", "Pralka od wczoraj przecieka."),
        ("to_customer", "Zamawiamy pompę."),
    ]
    assert "Secret" not in repr(status)
    assert "Workshop" not in repr(status)
    assert (status.state, status.department, status.service) == ("open", "Obsługa Klienta", "Naprawa urządzenia")
    assert [(step.title, step.state) for step in status.steps] == [
        ("Odbiór urządzenia", "now"),
        ("Naprawa urządzenia", "next"),
    ]
    assert status.first_reply is not None
    assert (status.first_reply.state, status.first_reply.kept_at) == ("kept", shop.after(1.5))
    assert (status.can_write, status.can_close, status.can_cancel) == (True, False, True)


def test_what_a_colleague_buys_is_hidden_from_those_who_do_not_serve_them(shop: Shop) -> None:
    opened = actions.open_request(
        by=shop.world.radu_at_home,
        at=shop.at,
        service_version_id=shop.version("purchase"),
        customer_id=shop.world.id_of("radu"),
        asker_id=shop.world.id_of("radu"),
        channel="portal",
        title="A private oven",
        text="For my kitchen",
        language="ro",
    )
    actions.hand_over_request(
        by=shop.world.ana,
        at=shop.at,
        request_id=opened.id,
        department_id=shop.world.id_of("workshop"),
        reason="Theirs",
    )
    for colleague in (shop.world.ana, shop.world.magda, shop.world.vera):
        with pytest.raises(HiddenError):
            queries.request_page(colleague, opened.reference, at=shop.after(1))
        assert queries.requests_found(colleague, "private oven").requests == ()
    mine = queries.my_requests(shop.world.radu_at_home, at=shop.after(1), language="en")
    assert [row.title for row in mine.open] == ["A private oven"]
    page = queries.request_page(shop.world.radu, opened.reference, at=shop.after(1))
    assert (page.access, page.chain_time, page.below, happened(page)) == (
        "customer",
        None,
        (),
        ["request_handed_over"],
    )
    events = [item for item in page.conversation if isinstance(item, EventSeen)]
    assert events[0].data == {}  # why it was handed over is said inside


def test_a_personal_question_inside_is_hidden_from_colleagues(shop: Shop) -> None:
    opened = shop.ask_repair(by=shop.world.ioana, title="Personal", side="inside")
    with pytest.raises(HiddenError):  # Vera works in the same department
        queries.request_page(shop.world.vera, opened.reference, at=shop.at)
    for_it = shop.ask_repair(by=shop.world.ioana, title="Ours", customer_id=shop.world.id_of("it"))
    assert queries.request_page(shop.world.vera, for_it.reference, at=shop.at).access == "customer"


def test_a_magic_link_opens_no_desk(shop: Shop, chain: tuple[OpenedRequest, ...]) -> None:
    as_customer = customer_viewer_of(shop.world.id_of("ana"), at=shop.at)
    with pytest.raises(HiddenError):
        queries.request_page(as_customer, chain[0].reference, at=shop.at)
    status = queries.request_status(as_customer, chain[1].reference, at=shop.at, language="en")
    assert status.title == "A pump for a Lavora 7"  # she asked it herself


def test_a_representative_sees_what_the_organisation_asked(shop: Shop) -> None:
    opened = actions.open_request(
        by=HOUSE,
        at=shop.at,
        service_version_id=shop.version("repair"),
        customer_id=shop.world.id_of("delta"),
        asker_id=shop.world.id_of("zofia"),
        channel="email",
        title="For Delta",
        text="…",
        language="ro",
    )
    status = queries.request_status(shop.world.mihai, opened.reference, at=shop.at, language="ro")
    assert status.customer.name == "Delta Instal SRL"


def test_files_and_html_are_handed_out_to_readers_only(shop: Shop, chain: tuple[OpenedRequest, ...]) -> None:
    photo = Attachment.objects.get()
    for viewer in (shop.world.lucia, shop.world.stefan, shop.world.vera):
        with pytest.raises(HiddenError):
            queries.attachment_to_download(viewer, photo.pk)
    for viewer in (shop.world.zofia, shop.world.radu, shop.world.carmen):
        found = queries.attachment_to_download(viewer, photo.pk)
        assert (found.name, found.media_type, found.size_bytes) == ("pralka.jpg", "image/jpeg", 3)
    with pytest.raises(HiddenError):
        queries.attachment_to_download(shop.world.radu, photo.pk + 1)
    with_html = shop.ask_repair(html="<p>Dzień dobry</p>")
    assert queries.message_html(shop.world.zofia, with_html.message_id) == "<p>Dzień dobry</p>"
    with pytest.raises(HiddenError):
        queries.message_html(shop.world.lucia, with_html.message_id)
    with pytest.raises(HiddenError):
        queries.message_html(shop.world.radu, chain[0].message_id)  # it came without


def test_a_file_of_a_note_is_not_the_customers(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.write_note(
        by=shop.world.radu,
        at=shop.at,
        request_id=opened.id,
        text="…",
        language="en",
        attachments=[IncomingFile("cost.xlsx", "", b"1")],
    )
    with pytest.raises(HiddenError):
        queries.attachment_to_download(shop.world.zofia, Attachment.objects.get().pk)


def test_a_colleague_reads_a_page_however_the_reference_is_typed(shop: Shop) -> None:
    opened = shop.ask_repair()
    typed = opened.reference.lower().replace("-", " ")
    assert queries.request_page(shop.world.ana, typed, at=shop.at).request.id == opened.id
    with pytest.raises(HiddenError):
        queries.request_page(shop.world.ana, "R-0000-1", at=shop.at)
