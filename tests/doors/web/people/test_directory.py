"""People through the door: who sees whom, and what can be written down."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from clientela.directory import queries
from clientela.directory.actions import note_about_customer, set_boundary
from clientela.kernel.clock import now
from tests.doors.web.coming_in import come_in
from tests.shop import Shop
from tests.world import World

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def page(client: Client, name: str, *args: int, **query: str) -> str:
    response = client.get(reverse(f"directory:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_is_led_to_the_log_in(client: Client, world: World) -> None:
    address = reverse("directory:person", args=[world.id_of("zofia")])
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/login?next={address}")


def test_a_customer_let_in_by_a_letter_finds_no_directory(client: Client, world: World) -> None:
    session = client.session
    session["customer_person_id"] = world.id_of("zofia")
    session.save()
    assert client.get(reverse("directory:people")).status_code == 404
    assert client.get(reverse("directory:person", args=[world.id_of("zofia")])).status_code == 404


def test_who_serves_nobody_outside_does_not_learn_that_a_customer_exists(client: Client, world: World) -> None:
    come_in(client, world, "piotr")
    assert client.get(reverse("directory:person", args=[world.id_of("zofia")])).status_code == 404
    assert client.get(reverse("directory:organisation", args=[world.delta.id])).status_code == 404
    assert "Zofia" not in page(client, "people", q="Nowak")
    assert "Customers" not in page(client, "people")


def test_colleagues_are_listed_by_name_with_where_they_work(client: Client, world: World) -> None:
    come_in(client, world, "piotr")
    html = page(client, "people")
    assert html.index(">Ana Ionescu</a>") < html.index(">Piotr Zieliński</a>") < html.index(">Vera Dobre</a>")
    assert "Customer Care" in html
    assert "Zofia Nowak" not in html


def test_the_list_is_walked_by_place_and_never_repeats(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientela.web.directory.lists.A_PAGE", 4)
    come_in(client, world, "ana")
    address, seen = reverse("directory:people"), []
    while address:
        response = client.get(address)
        seen += [line.party.name for line in response.context["rows"]]
        address = response.context["next_url"]
    assert len(seen) == len(set(seen)) == 9
    assert seen[0] == "Ana Ionescu"


@pytest.mark.parametrize("after", ["x", "~", "12", "1~a\0b", "99999999999999999999~a"])
def test_a_place_that_nobody_of_us_wrote_is_the_beginning(client: Client, world: World, after: str) -> None:
    come_in(client, world, "ana")
    assert "Ana Ionescu" in page(client, "people", after=after)


def test_care_finds_a_customer_by_a_slip_of_the_pen_and_by_address(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    assert "Zofia Nowak" in page(client, "people", q="zofia nowk")
    assert "Zofia Nowak" in page(client, "people", q="zofia@example.test")
    assert "Nobody is found" in page(client, "people", q="Xyzzy")


def test_departments_stand_below_one_another(client: Client, world: World) -> None:
    come_in(client, world, "piotr")
    html = page(client, "people", among="departments")
    assert html.index(">Workshop</a>") < html.index(">Workshop Warsaw</a>")


def test_a_department_shows_its_people_its_services_and_what_is_open(client: Client, shop: Shop) -> None:
    shop.ask_repair()
    come_in(client, shop.world, "piotr")
    html = page(client, "department", shop.world.care.id)
    assert "Ana Ionescu" in html
    assert "Repair of an appliance" in html
    assert "1 open request" in html


def test_a_department_without_hours_says_so(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    assert "No working hours are set" in page(client, "department", world.care.id)


def test_what_a_customer_asked_is_shown_to_who_serves_them_and_to_nobody_else(client: Client, shop: Shop) -> None:
    reference = shop.ask_repair().reference
    come_in(client, shop.world, "vera")
    assert reference not in page(client, "person", shop.world.id_of("zofia"))
    come_in(client, shop.world, "ana")
    assert reference in page(client, "person", shop.world.id_of("zofia"))


def test_a_purchase_of_a_colleague_is_not_shown_to_colleagues_who_do_not_serve_them(client: Client, shop: Shop) -> None:
    reference = shop.ask_repair(by=shop.world.radu_at_home, language="ro").reference
    come_in(client, shop.world, "tomasz")
    assert reference not in page(client, "person", shop.world.id_of("radu"))


def test_the_administrator_sees_who_a_customer_is_but_not_what_is_known_of_them(client: Client, world: World) -> None:
    note_about_customer(
        by=world.ana,
        at=LONG_AGO,
        party_id=world.id_of("zofia"),
        kind="need",
        text="A baby at home",
        source="phone call",
        language="en",
    )
    come_in(client, world, "vera")
    html = page(client, "person", world.id_of("zofia"))
    assert "zofia@example.test" in html
    assert "A baby at home" not in html
    come_in(client, world, "ana")
    html = page(client, "person", world.id_of("zofia"))
    assert "A baby at home" in html
    assert "phone call" in html


def test_a_note_without_a_source_comes_back_with_its_text_kept(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    address = reverse("directory:note", args=[world.id_of("zofia")])
    response = client.post(address, {"kind": "need", "text": "A baby at home", "source": ""})
    assert response.status_code == 422
    assert ">\nA baby at home</textarea>" in response.content.decode()
    assert response.context["forms"].note.errors == {"source": ["Please write something here."]}


def test_a_note_is_written_down_and_ended(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    zofia = world.id_of("zofia")
    written = {"kind": "preference", "text": "Mail, in the morning", "source": "phone call"}
    response = client.post(reverse("directory:note", args=[zofia]), written)
    assert response["Location"] == reverse("directory:person", args=[zofia])
    (note,) = queries.customer_profile(zofia, viewer=world.ana, at=now()).notes
    assert (note.kind, note.text, note.source, note.noted_by) == (
        "preference",
        "Mail, in the morning",
        "phone call",
        "Ana Ionescu",
    )
    client.post(reverse("directory:end_note", args=[zofia, note.id]))
    assert queries.customer_profile(zofia, viewer=world.ana, at=now()).notes == ()


def test_who_does_not_serve_a_customer_writes_nothing_about_them(client: Client, world: World) -> None:
    come_in(client, world, "piotr")
    address = reverse("directory:note", args=[world.id_of("zofia")])
    written = {"kind": "need", "text": "A baby at home", "source": "hearsay"}
    assert client.post(address, written).status_code == 404
    assert queries.customer_profile(world.id_of("zofia"), viewer=world.ana, at=now()).notes == ()


def test_quiet_hours_that_are_no_hours_are_refused_beside_their_field(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    address = reverse("directory:boundary", args=[world.id_of("zofia")])
    response = client.post(address, {"wish": "quiet_hours", "starts": "six", "ends": "08:00", "source": "phone call"})
    assert response.status_code == 422
    assert response.context["forms"].boundary.errors == {"starts": ["This can be one of: 18:00."]}
    assert 'value="six"' in response.content.decode()


@pytest.mark.parametrize(
    ("wish", "kind", "words"),
    [
        ({"wish": "quiet_hours", "starts": "18:00", "ends": "8:00"}, "quiet_hours", "No letters from 18:00 to 08:00"),
        ({"wish": "channel:phone"}, "channel", "No phone calls"),
        ({"wish": "subject:offers"}, "subject", "No letters about offers"),
        ({"wish": "do_not_contact"}, "do_not_contact", "No contact at all"),
    ],
)
def test_a_wish_is_written_down_and_lifted(
    client: Client, world: World, wish: dict[str, str], kind: str, words: str
) -> None:
    come_in(client, world, "ana")
    zofia = world.id_of("zofia")
    assert client.post(reverse("directory:boundary", args=[zofia]), {**wish, "source": "visit"}).status_code == 302
    (boundary,) = queries.customer_profile(zofia, viewer=world.ana, at=now()).boundaries
    assert (boundary.kind, boundary.words, boundary.source) == (kind, words, "visit")
    client.post(reverse("directory:lift_boundary", args=[zofia, boundary.id]))
    assert queries.customer_profile(zofia, viewer=world.ana, at=now()).boundaries == ()


def test_a_wish_cannot_be_lifted_by_who_does_not_serve_the_customer(client: Client, world: World) -> None:
    boundary = set_boundary(
        by=world.ana, at=LONG_AGO, party_id=world.id_of("zofia"), kind="do_not_contact", source="phone call"
    )
    come_in(client, world, "piotr")
    address = reverse("directory:lift_boundary", args=[world.id_of("zofia"), boundary])
    assert client.post(address).status_code == 404
    assert len(queries.customer_profile(world.id_of("zofia"), viewer=world.ana, at=now()).boundaries) == 1


def test_an_address_that_is_none_or_another_ones_is_refused(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    address = reverse("directory:contact_point", args=[world.id_of("zofia")])
    response = client.post(address, {"kind": "email", "value": "zofia at home"})
    assert response.status_code == 422
    assert response.context["forms"].contact.errors == {"value": ["“zofia at home” is not an e-mail address."]}
    response = client.post(address, {"kind": "email", "value": "lucia@example.test"})
    assert response.context["forms"].contact.errors == {
        "value": ["lucia@example.test already belongs to somebody else."]
    }


def test_a_number_is_added_and_removed(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    zofia = world.id_of("zofia")
    client.post(reverse("directory:contact_point", args=[zofia]), {"kind": "phone", "value": "+48 600 100 200"})
    point = queries.customer_profile(zofia, viewer=world.ana, at=now()).contact_points[1]
    assert (point.kind, point.value, point.is_main) == ("phone", "+48600100200", True)
    client.post(reverse("directory:remove_contact_point", args=[zofia, point.id]))
    assert len(queries.customer_profile(zofia, viewer=world.ana, at=now()).contact_points) == 1


def test_a_colleague_may_not_change_another(client: Client, world: World) -> None:
    come_in(client, world, "piotr")
    response = client.get(reverse("directory:change", args=[world.id_of("ana")]))
    assert response.status_code == 403
    assert "Only an administrator may change departments, colleagues and accounts." in response.content.decode()


def test_a_colleague_changes_their_own_language_but_not_their_name(client: Client, world: World) -> None:
    come_in(client, world, "piotr")
    address = reverse("directory:change", args=[world.id_of("piotr")])
    sent = {"short_name": "Piotrek", "language": "en", "zone": "Europe/Warsaw", "place": "Warsaw", "name": "The King"}
    assert client.post(address, sent).status_code == 302
    card = queries.party_cards([world.id_of("piotr")])[world.id_of("piotr")]
    assert (card.name, card.language) == ("Piotr Zieliński", "en")


def test_a_zone_that_is_none_is_refused_with_what_was_written(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    address = reverse("directory:change", args=[world.delta.id])
    sent = {"name": "Delta Instal SA", "language": "ro", "zone": "Mars/Olympus", "place": "Ploiești"}
    response = client.post(address, sent)
    assert response.status_code == 422
    assert response.context["form"].errors == {"zone": ["“Mars/Olympus” is not a time zone such as Europe/Warsaw."]}
    assert 'value="Delta Instal SA"' in response.content.decode()
    assert client.post(address, {**sent, "zone": "Europe/Bucharest"}).status_code == 302
    assert queries.party_cards([world.delta.id])[world.delta.id].name == "Delta Instal SA"


def test_nobody_acts_for_an_organisation_whose_address_is_unknown(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    response = client.post(reverse("directory:representative", args=[world.delta.id]), {"address": "who@example.test"})
    assert response.status_code == 422
    assert response.context["forms"].representative.errors["address"][0].startswith("Nobody in the directory has this")


def test_somebody_acts_for_an_organisation_and_no_longer(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    sent = {"address": "lucia@example.test", "title": "Buyer"}
    assert client.post(reverse("directory:representative", args=[world.delta.id]), sent).status_code == 302
    links = queries.customer_profile(world.delta.id, viewer=world.ana, at=now()).links
    assert [(link.name, link.title) for link in links] == [("Lucía Herrero", "Buyer"), ("Mihai Stoica", "Manager")]
    address = reverse("directory:end_representative", args=[world.delta.id, links[0].representation_id])
    assert client.post(address).status_code == 302


def test_an_organisation_is_added_by_who_serves_outside(client: Client, world: World) -> None:
    address = reverse("directory:new_organisation")
    sent = {"name": "Hotel Mirasierra", "language": "es", "zone": "Europe/Madrid", "email": "hotel@example.test"}
    come_in(client, world, "piotr")
    assert client.post(address, sent).status_code == 403
    come_in(client, world, "ana")
    assert client.post(address, {**sent, "email": "lucia@example.test"}).status_code == 422
    response = client.post(address, sent)
    assert response.status_code == 302
    assert "Hotel Mirasierra" in client.get(response["Location"]).content.decode()
