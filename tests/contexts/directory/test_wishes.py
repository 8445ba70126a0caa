"""Needs, preferences and expectations with day and source; boundaries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.directory import actions, queries
from clientela.directory.models import Boundary, CustomerNote
from clientela.kernel.policies import HiddenError
from tests.contexts.directory.facts import facts
from tests.world import World


@pytest.mark.parametrize("who", ["lucia", "piotr", "vera"])
def test_those_who_do_not_serve_a_customer_neither_write_nor_read_about_them(world: World, who: str) -> None:
    by, zofia = getattr(world, who), world.id_of("zofia")
    with pytest.raises(HiddenError):
        actions.note_about_customer(
            by=by, at=world.at, party_id=zofia, kind="need", text="x", source="x", language="en"
        )
    with pytest.raises(HiddenError):
        actions.set_boundary(by=by, at=world.at, party_id=zofia, kind="do_not_contact", source="x")
    with pytest.raises(HiddenError):
        queries.customer_profile(zofia, viewer=by, at=world.at)
    assert (CustomerNote.objects.count(), Boundary.objects.count(), facts()) == (0, 0, [])


def test_what_an_employee_wishes_as_a_buyer_is_not_shown_to_colleagues_who_do_not_serve(world: World) -> None:
    radu = world.id_of("radu")
    actions.note_about_customer(
        by=world.radu_at_home, at=world.at, party_id=radu, kind="need", text="A quiet fridge", source="portal",
        language="en",
    )  # fmt: skip
    for colleague in (world.ioana, world.magda, world.vera):
        with pytest.raises(HiddenError):
            queries.customer_profile(radu, viewer=colleague, at=world.at)
    assert [note.text for note in queries.customer_profile(radu, viewer=world.ana, at=world.at).notes] == [
        "A quiet fridge"
    ]


def test_a_customers_profile_shows_what_holds_today(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    zofia = world.id_of("zofia")
    common = {"by": world.ana, "at": world.at, "party_id": zofia, "language": "en"}
    actions.note_about_customer(
        **common, kind="good_to_know", text="Third floor, a lift", source="phone call", noted_on=date(2024, 3, 1)
    )
    old = actions.note_about_customer(**common, kind="need", text="A washing machine", source="order")
    actions.note_about_customer(**common, kind="expectation", text=" Repaired within a week ", source="mail")
    actions.end_note(by=world.radu, at=world.at, note_id=old)
    actions.end_note(by=world.radu, at=world.at + timedelta(days=2), note_id=old)
    actions.set_boundary(
        by=world.zofia, at=world.at, party_id=zofia, kind="channel", rule={"channel": "phone"}, source="portal"
    )
    with django_assert_num_queries(8):
        profile = queries.customer_profile(zofia, viewer=world.ana, at=world.at)
    assert (profile.card.name, profile.card.email, profile.is_employee) == ("Zofia Nowak", "zofia@example.test", False)
    assert [(note.kind, note.text, note.source, note.noted_on, note.noted_by) for note in profile.notes] == [
        ("expectation", "Repaired within a week", "mail", date(2026, 11, 23), "Ana Ionescu"),
        ("good_to_know", "Third floor, a lift", "phone call", date(2024, 3, 1), "Ana Ionescu"),
    ]
    assert [(seen.words, seen.source, seen.starts_on) for seen in profile.boundaries] == [
        ("No phone calls", "portal", date(2026, 11, 23))
    ]
    assert [(point.kind, point.value) for point in profile.contact_points] == [("email", "zofia@example.test")]
    assert profile.links == ()
    ended = [fact for fact in facts() if fact[0] == "note_ended"]
    assert ended == [("note_ended", world.radu.person_id, (f"party:{zofia}",), {"note_id": old})]


def test_an_organisation_shows_who_may_act_for_it_and_the_other_way_round(world: World) -> None:
    of_delta = queries.customer_profile(world.delta.id, viewer=world.mihai, at=world.at)
    assert [(link.id, link.name, link.title) for link in of_delta.links] == [
        (world.id_of("mihai"), "Mihai Stoica", "Manager")
    ]
    of_mihai = queries.customer_profile(world.id_of("mihai"), viewer=world.ana, at=world.at)
    assert [(link.id, link.name) for link in of_mihai.links] == [(world.delta.id, "Delta Instal SRL")]


def test_a_department_is_a_customer_too(world: World) -> None:
    actions.note_about_customer(
        by=world.tomasz, at=world.at, party_id=world.workshop.id, kind="need", text="Bench 2 by eight", source="round",
        language="en",
    )  # fmt: skip
    profile = queries.customer_profile(world.workshop.id, viewer=world.piotr, at=world.at)
    assert [note.text for note in profile.notes] == ["Bench 2 by eight"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "mood"}, "kind"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"source": ""}, "source"),
        ({"language": "en_US"}, "language"),
    ],
)
def test_a_note_without_words_source_or_kind_is_refused(world: World, values: dict[str, str], field: str) -> None:
    good = {"kind": "need", "text": "A drum", "source": "mail", "language": "en"}
    with pytest.raises(actions.WrongValueError) as caught:
        actions.note_about_customer(by=world.ana, at=world.at, party_id=world.id_of("zofia"), **{**good, **values})
    assert caught.value.field == field
    assert CustomerNote.objects.count() == 0


def test_the_same_wish_is_written_down_once(world: World) -> None:
    zofia = world.id_of("zofia")
    common = {"by": world.ana, "at": world.at, "party_id": zofia, "kind": "subject", "source": "phone call"}
    first = actions.set_boundary(**common, rule={"subject": "offers"})
    assert actions.set_boundary(**common, rule={"subject": "offers"}) == first
    assert actions.set_boundary(**common, rule={"subject": "news"}) != first
    assert Boundary.objects.count() == 2
    assert facts()[0] == (
        "boundary_set",
        world.ana.person_id,
        (f"party:{zofia}",),
        {"kind": "subject", "rule": {"subject": "offers"}, "boundary_id": first},
    )
    assert len(facts()) == 2


def test_a_wish_that_says_nothing_we_know_is_refused(world: World) -> None:
    zofia = world.id_of("zofia")
    with pytest.raises(actions.WrongValueError, match=r"^channel: This can be one of: email, phone, post\.$"):
        actions.set_boundary(
            by=world.ana, at=world.at, party_id=zofia, kind="channel", rule={"channel": "fax"}, source="x"
        )
    with pytest.raises(actions.WrongValueError, match="last day cannot be before"):
        actions.set_boundary(
            by=world.ana,
            at=world.at,
            party_id=zofia,
            kind="do_not_contact",
            source="x",
            ends_on=date(2026, 11, 22),
        )
    assert Boundary.objects.count() == 0


def test_a_lifted_wish_ends_at_once_and_can_be_set_again(world: World) -> None:
    zofia = world.id_of("zofia")
    common = {"by": world.ana, "at": world.at, "party_id": zofia, "kind": "do_not_contact", "source": "letter"}
    boundary_id = actions.set_boundary(**common)
    with pytest.raises(HiddenError):
        actions.lift_boundary(by=world.lucia, at=world.at, boundary_id=boundary_id)
    with pytest.raises(HiddenError):
        actions.lift_boundary(by=world.ana, at=world.at, boundary_id=0)
    for _twice in range(2):
        actions.lift_boundary(by=world.zofia, at=world.at, boundary_id=boundary_id)
    assert queries.customer_profile(zofia, viewer=world.zofia, at=world.at).boundaries == ()
    assert [verb for verb, *_rest in facts()] == ["boundary_set", "boundary_lifted"]
    assert actions.set_boundary(**common) != boundary_id


def test_the_days_of_a_wish_are_the_customers_own(world: World) -> None:
    late = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # 22 November in Warsaw, 23 in Bucharest
    zofia, mihai = world.id_of("zofia"), world.id_of("mihai")
    for party_id in (zofia, mihai):
        actions.set_boundary(by=world.ana, at=late, party_id=party_id, kind="do_not_contact", source="mail")
    assert dict(Boundary.objects.values_list("party_id", "starts_on")) == {
        zofia: date(2026, 11, 22),
        mihai: date(2026, 11, 23),
    }
