"""The directory as people leaf through it."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.directory import actions, queries
from clientela.directory.models import Membership, Party
from clientela.directory.policies import Viewer
from clientela.directory.queries import Place
from clientela.kernel.policies import HiddenError
from tests.world import World

COLLEAGUES = [
    "Ana Ionescu",
    "Carmen Ruiz",
    "Ioana Stan",
    "Magda Kowalska",
    "Piotr Zieliński",
    "Radu Popa",
    "Ștefan Munteanu",
    "Tomasz Wójcik",
    "Vera Dobre",
]
CUSTOMERS = ["Delta Instal SRL", "Lucía Herrero", "Mihai Stoica", "Zofia Nowak"]


def names(world: World, viewer: Viewer, **asked: object) -> list[str]:
    return [row.name for row in queries.people_page(viewer, at=world.at, **asked).rows]


def test_a_customer_leafs_through_themselves_only(world: World) -> None:
    assert names(world, world.zofia) == ["Zofia Nowak"]
    assert names(world, world.mihai) == ["Delta Instal SRL", "Mihai Stoica"]
    assert names(world, world.radu_at_home) == ["Radu Popa"]
    assert names(world, world.zofia, words="lucia") == []
    assert names(world, world.zofia, words="lucia@example.test") == []


def test_a_colleague_who_does_not_serve_outside_sees_colleagues(world: World) -> None:
    assert names(world, world.piotr) == COLLEAGUES
    assert names(world, world.piotr, among="customers") == []
    assert names(world, world.piotr, words="zofia") == []


def test_those_who_serve_outside_see_customers_too(world: World) -> None:
    assert names(world, world.ana, among="colleagues") == COLLEAGUES
    assert names(world, world.ana, among="customers") == CUSTOMERS
    assert names(world, world.ana) == sorted(COLLEAGUES + CUSTOMERS, key=lambda name: name.replace("Ș", "S"))


def test_a_page_goes_on_where_the_last_one_ended(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    viewer, after, seen = world.ana, None, []
    for size in (5, 5, 3):
        with django_assert_num_queries(2):
            page = queries.people_page(viewer, at=world.at, after=after, limit=5)
        assert len(page.rows) == size
        seen += [row.name for row in page.rows]
        after = page.next_after
    assert after is None
    assert seen == names(world, viewer)


def test_two_people_of_one_name_do_not_hide_each_other(world: World) -> None:
    twin = actions.register_person(by=world.ana, at=world.at, name="ZOFIA NOWAK", language="pl", zone="Europe/Warsaw")
    first = queries.people_page(world.ana, at=world.at, words="nowak", limit=1)
    assert first.next_after == Place("zofia nowak", world.id_of("zofia"))
    second = queries.people_page(world.ana, at=world.at, words="nowak", limit=1, after=first.next_after)
    assert [row.id for row in (*first.rows, *second.rows)] == [world.id_of("zofia"), twin]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nowak", ["Zofia Nowak"]),
        ("  NOWAK  zof", ["Zofia Nowak"]),
        ("zielinski", ["Piotr Zieliński"]),
        ("stefan", ["Ștefan Munteanu"]),
        ("lucia herero", ["Lucía Herrero"]),  # a slip of the pen
        ("mihai@example.test", ["Mihai Stoica"]),
        ("MIHAI@example.test", ["Mihai Stoica"]),
        ("mihai@example", []),
        ("+40 721 555 012", ["Zofia Nowak"]),
        ("0721555", []),
        ("nobody", []),
        ("100%", []),
        ("", None),
    ],
)
def test_people_are_found_by_parts_of_the_name_by_address_and_by_number(
    world: World, words: str, found: list[str] | None
) -> None:
    actions.add_contact_point(
        by=world.ana, at=world.at, party_id=world.id_of("zofia"), kind="phone", value="+40 721 555 012"
    )
    assert names(world, world.ana, words=words) == (names(world, world.ana) if found is None else found)


def test_a_line_tells_where_a_colleague_works(world: World) -> None:
    (row,) = queries.people_page(world.zofia, at=world.at).rows
    assert (row.is_employee, row.works_in, row.email) == (False, (), "zofia@example.test")
    (row,) = queries.people_page(world.piotr, at=world.at, words="radu").rows
    assert row == queries.ListedParty(
        id=world.id_of("radu"),
        kind="person",
        name="Radu Popa",
        language="ro",
        place="Bucharest",
        email="radu@casa-lavora.test",
        phone="",
        is_employee=True,
        works_in=(
            queries.WorkPlace(
                world.care.id,
                "Customer Care",
                {"ro": "Relații cu clienții", "pl": "Obsługa Klienta", "es": "Atención al cliente"},
                "member",
            ),
        ),
    )


def test_somebody_who_left_is_no_longer_listed_to_colleagues(world: World) -> None:
    Membership.objects.filter(person_id=world.id_of("radu")).update(ends_on=date(2026, 11, 22))
    assert "Radu Popa" not in names(world, world.piotr)
    assert "Radu Popa" in names(world, world.ana, among="customers")


def test_an_erased_person_is_listed_to_nobody(world: World) -> None:
    Party.objects.filter(id=world.id_of("zofia")).update(erased_at=world.at)
    assert names(world, world.vera, words="zofia") == []
    assert queries.party_cards([world.id_of("zofia")]) == {}


@pytest.mark.parametrize(("who", "whom"), [("zofia", "ana"), ("zofia", "lucia"), ("piotr", "zofia"), ("vera", "care")])
def test_a_stranger_does_not_learn_that_the_person_exists(world: World, who: str, whom: str) -> None:
    with pytest.raises(HiddenError):
        queries.person_page(getattr(world, who), world.id_of(whom), at=world.at)


def test_a_colleague_sees_work_and_not_what_is_private(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    radu = world.id_of("radu")
    actions.add_contact_point(by=world.radu_at_home, at=world.at, party_id=radu, kind="email", value="radu@home.test")
    actions.allow_to_act_for(by=world.ana, at=world.at, person_id=radu, organisation_id=world.delta.id)
    piotr, vera = world.piotr, world.vera
    with django_assert_num_queries(4):
        page = queries.person_page(piotr, radu, at=world.at)
    assert (page.card.name, page.short_name, page.employee_number, page.account) == ("Radu Popa", "Radu", "", None)
    assert [(entry.department_name, entry.role, entry.is_current) for entry in page.memberships] == [
        ("Customer Care", "member", True)
    ]
    assert [point.value for point in page.contact_points] == ["radu@casa-lavora.test"]
    assert page.organisations == ()
    own = queries.person_page(world.radu, radu, at=world.at)
    assert [point.value for point in own.contact_points] == ["radu@casa-lavora.test", "radu@home.test"]
    assert [card.name for card in own.organisations] == ["Delta Instal SRL"]
    with django_assert_num_queries(6):
        kept = queries.person_page(vera, radu, at=world.at)
    assert kept.account is not None
    assert (kept.account.email, kept.account.is_active) == ("radu@casa-lavora.test", True)


def test_a_department_is_shown_to_those_who_work_here(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for stranger in (world.zofia, world.radu_at_home):
        with pytest.raises(HiddenError):
            queries.department_page(stranger, world.care.id, at=world.at)
    with pytest.raises(HiddenError):
        queries.department_page(world.ana, world.delta.id, at=world.at)
    ana, workshop, warsaw = world.ana, world.workshop, world.workshop_warsaw
    with django_assert_num_queries(3):
        page = queries.department_page(ana, workshop.id, at=world.at)
    assert (page.card, page.above, page.below) == (workshop, (), (warsaw,))
    assert [(entry.name, entry.role) for entry in page.colleagues] == [("Ștefan Munteanu", "head")]
    assert queries.department_page(ana, warsaw.id, at=world.at).above == (workshop,)


def test_heads_come_first_among_colleagues(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    care_id = world.care.id
    with django_assert_num_queries(2):
        found = queries.colleagues_of(care_id, world.at)
    assert [(entry.short_name, entry.role) for entry in found] == [("Ana", "head"), ("Radu", "member")]
    assert queries.colleagues_of(world.delta.id, world.at) == []


def test_a_department_is_found_by_its_address(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    actions.add_contact_point(
        by=world.vera, at=world.at, party_id=world.hr.id, kind="email", value="kadry@casa-lavora.test"
    )
    care, hr = world.care, world.hr
    with django_assert_num_queries(1):
        assert queries.department_of_address("Care@Clientela.test") == care
    assert queries.department_of_address("KADRY@casa-lavora.test") == hr
    for other in ("care@example.test", "nobody@clientela.test", "zofia@example.test", "office@delta.test", "care", ""):
        assert queries.department_of_address(other) is None


def test_a_person_is_found_by_an_address(world: World) -> None:
    assert queries.person_of_address(" ZOFIA@example.test ") == queries.PersonCard(
        world.id_of("zofia"), "Zofia Nowak", "Zofia", "pl", "Europe/Warsaw", "Warsaw"
    )
    assert queries.person_of_address("office@delta.test") is None
    assert queries.person_of_address("") is None


def test_cards_are_read_in_one_statement(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ids = [world.id_of("ana"), world.care.id, world.delta.id, 0]
    with django_assert_num_queries(1):
        cards = queries.party_cards(ids)
    assert {card.name: (card.kind, card.email) for card in cards.values()} == {
        "Ana Ionescu": ("person", "ana@casa-lavora.test"),
        "Customer Care": ("department", ""),
        "Delta Instal SRL": ("organisation", "office@delta.test"),
    }
    with django_assert_num_queries(0):
        assert queries.party_cards([]) == {}


def test_departments_come_by_name_and_upward(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = queries.departments()
    assert [card.key for card in found] == [
        "care",
        "hr",
        "it",
        "maintenance",
        "management",
        "workshop",
        "workshop-warsaw",
    ]
    warsaw, workshop = world.workshop_warsaw.id, world.workshop.id
    with django_assert_num_queries(1):
        assert queries.departments_upward(warsaw) == [warsaw, workshop]


def test_the_main_department_is_where_somebody_works_longest(world: World) -> None:
    radu = world.id_of("radu")
    actions.start_membership(by=world.vera, at=world.at, person_id=radu, department_id=world.it.id)
    assert queries.main_departments_of([radu, world.id_of("zofia")], at=world.at) == {radu: world.care.id}
