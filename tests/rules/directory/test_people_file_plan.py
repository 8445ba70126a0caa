"""From rows to a plan: exactly what a file creates, changes, leaves alone and leaves out."""

from dataclasses import replace
from datetime import date, timedelta

from clientela.directory.rules.people_file import (
    Change,
    DepartmentPlan,
    ImportPlan,
    KnownDepartment,
    KnownMembership,
    KnownPeople,
    KnownPerson,
    MembershipPlan,
    PersonPlan,
    Problem,
    RowPlan,
    plan_of,
    rows_of,
)

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)
COLUMNS = "department_key;department_name;parent_key;person_name;email;employee_number"
HEADER = f"{COLUMNS};role;language;zone;place;starts_on;phone"
CARE = KnownDepartment(1, "care", "Customer Care", "", "en", "Europe/Bucharest", "Bucharest")
WORKSHOP = KnownDepartment(2, "workshop", "Workshop", "", "en", "Europe/Bucharest", "Bucharest")
WARSAW = KnownDepartment(3, "warsaw", "Workshop Warsaw", "workshop", "pl", "Europe/Warsaw", "Warsaw")
IN_CARE = KnownMembership(7, "care", "member", date(2020, 1, 1), None)
ANA = KnownPerson(
    11,
    "Ana Ionescu",
    "Ana",
    "ro",
    "Europe/Bucharest",
    "Bucharest",
    "17",
    frozenset({"ana@x.test"}),
    frozenset({"0721555012"}),
    (IN_CARE,),
)


def known(*people: KnownPerson, **more: object) -> KnownPeople:
    return KnownPeople(
        departments={department.key: department for department in (CARE, WORKSHOP, WARSAW)},
        by_email={address: person for person in people for address in person.emails},
        by_number={person.employee_number: person for person in people if person.employee_number},
        **more,
    )


NOBODY = KnownPeople()


def plan(*lines: str, of: KnownPeople = NOBODY) -> ImportPlan:
    return plan_of(rows_of("\n".join([HEADER, *lines])), of, today=TODAY)


def statuses(found: ImportPlan) -> list[str]:
    return [row.status for row in found.rows]


def problems(found: ImportPlan) -> list[Problem]:
    return [problem for row in found.rows for problem in row.problems]


def test_a_first_file_makes_departments_and_people_and_fills_in_what_they_share() -> None:
    found = plan(
        "care;Customer Care;;;;;;en;Europe/Bucharest;Bucharest;;",
        "care;;;Ana Ionescu;Ana@X.test;17;head;ro;;;2020-02-01;0721 555 012",
        "warsaw;Workshop Warsaw;workshop;Piotr Zieliński;piotr@x.test;;;pl;Europe/Warsaw;Warsaw;;",
        "workshop;Workshop;;;;;;en;Europe/Bucharest;;;",
    )
    assert found == ImportPlan(
        rows=(
            RowPlan(2, "created", "Customer Care", (Change("department", "", "", "Customer Care"),)),
            RowPlan(
                3,
                "created",
                "Ana Ionescu",
                (Change("person", "", "", "Ana Ionescu"), Change("membership", "", "", "care")),
            ),
            RowPlan(
                4,
                "created",
                "Piotr Zieliński",
                (
                    Change("department", "", "", "Workshop Warsaw"),
                    Change("person", "", "", "Piotr Zieliński"),
                    Change("membership", "", "", "warsaw"),
                ),
            ),
            RowPlan(5, "created", "Workshop", (Change("department", "", "", "Workshop"),)),
        ),
        departments=(
            DepartmentPlan(None, "care", "Customer Care", "", "en", "Europe/Bucharest", "Bucharest", ()),
            DepartmentPlan(None, "workshop", "Workshop", "", "en", "Europe/Bucharest", "", ()),
            DepartmentPlan(None, "warsaw", "Workshop Warsaw", "workshop", "pl", "Europe/Warsaw", "Warsaw", ()),
        ),
        people=(
            PersonPlan(
                id=None,
                name="Ana Ionescu",
                short_name="Ana",
                language="ro",
                zone="Europe/Bucharest",
                place="Bucharest",
                employee_number="17",
                email="Ana@X.test",
                phone="0721555012",
                changed=(),
                memberships=(MembershipPlan(None, "care", "head", date(2020, 2, 1), None),),
            ),
            PersonPlan(
                id=None,
                name="Piotr Zieliński",
                short_name="Piotr",
                language="pl",
                zone="Europe/Warsaw",
                place="Warsaw",
                employee_number="",
                email="piotr@x.test",
                phone="",
                changed=(),
                memberships=(MembershipPlan(None, "warsaw", "member", TODAY, None),),
            ),
        ),
    )


def test_a_file_that_says_what_is_known_changes_nothing() -> None:
    found = plan(
        "care;Customer Care;;Ana Ionescu;ANA@x.test;17;member;ro;Europe/Bucharest;Bucharest;2020-01-01;0721555012",
        "warsaw;Workshop Warsaw;workshop;;;;;pl;Europe/Warsaw;Warsaw;;",
        "care;;;;;;;;;;;",
        of=known(ANA),
    )
    assert found == ImportPlan(
        rows=(
            RowPlan(2, "unchanged", "Ana Ionescu"),
            RowPlan(3, "unchanged", "Workshop Warsaw"),
            RowPlan(4, "unchanged", "Customer Care"),
        ),
        departments=(),
        people=(),
    )


def test_what_differs_is_changed_and_what_is_left_empty_stays() -> None:
    found = plan(
        "care;Client Care;;Ana Popa;ana.popa@x.test;17;;pl;;;;0722000000",
        "care;;workshop;;;;;;Europe/Warsaw;;;",
        of=known(ANA),
    )
    assert found.departments == (
        DepartmentPlan(
            1,
            "care",
            "Client Care",
            "workshop",
            "en",
            "Europe/Warsaw",
            "Bucharest",
            ("name", "parent_key", "zone"),
        ),
    )
    assert found.people == (
        PersonPlan(
            id=11,
            name="Ana Popa",
            short_name="Ana",
            language="pl",
            zone="Europe/Bucharest",
            place="Bucharest",
            employee_number="17",
            email="ana.popa@x.test",
            phone="0722000000",
            changed=("name", "language"),
            memberships=(),
        ),
    )
    assert [row.changes for row in found.rows] == [
        (
            Change("department", "name", "Customer Care", "Client Care"),
            Change("person", "name", "Ana Ionescu", "Ana Popa"),
            Change("person", "language", "ro", "pl"),
            Change("person", "email", "", "ana.popa@x.test"),
            Change("person", "phone", "", "0722000000"),
        ),
        (
            Change("department", "parent_key", "", "workshop"),
            Change("department", "zone", "Europe/Bucharest", "Europe/Warsaw"),
        ),
    ]


def test_an_old_cedilla_does_not_rename_anybody() -> None:
    stefan = replace(ANA, name="Ștefan Țepeș", emails=frozenset({"stefan@x.test"}), employee_number="")
    assert statuses(plan("care;;;Ştefan Ţepeş;stefan@x.test;;;;;;;", of=known(stefan))) == ["unchanged"]


def test_a_person_is_known_again_by_number_then_by_address_and_never_by_name() -> None:
    found = plan(
        "care;;;Ana Ionescu;other@x.test;17;;;;;;",
        "care;;;Ana Ionescu;somebody@else.test;;;;;;;",
        of=known(ANA),
    )
    assert [(person.id, person.email) for person in found.people] == [
        (11, "other@x.test"),
        (None, "somebody@else.test"),
    ]


def test_a_customer_who_is_hired_keeps_being_the_same_person() -> None:
    zofia = KnownPerson(20, "Zofia Nowak", "Zofia", "pl", "Europe/Warsaw", "Warsaw", emails=frozenset({"zofia@x.test"}))
    found = plan("warsaw;;;Zofia Nowak;zofia@x.test;88;;;;;2026-12-01;", of=known(zofia))
    (person,) = found.people
    assert (person.id, person.changed) == (20, ("employee_number",))
    assert person.memberships == (MembershipPlan(None, "warsaw", "member", date(2026, 12, 1), None),)


def test_a_person_may_work_in_two_departments() -> None:
    found = plan("care;;;Ana Ionescu;ana@x.test;;;;;;;", "warsaw;;;Ana Ionescu;ana@x.test;;head;;;;;", of=known(ANA))
    assert statuses(found) == ["unchanged", "changed"]
    assert found.people[0].memberships == (MembershipPlan(None, "warsaw", "head", TODAY, None),)


def test_another_role_ends_the_old_membership_yesterday_and_the_next_run_leaves_it_so() -> None:
    line = "care;;;Ana Ionescu;ana@x.test;17;head;;;;2020-01-01;"
    found = plan(line, of=known(ANA))
    assert found.rows[0].changes == (Change("membership", "role", "member", "head"),)
    assert found.people[0].memberships == (
        MembershipPlan(7, "care", "member", date(2020, 1, 1), YESTERDAY),
        MembershipPlan(None, "care", "head", TODAY, None),
    )
    after = replace(
        ANA,
        memberships=(
            KnownMembership(7, "care", "member", date(2020, 1, 1), YESTERDAY),
            KnownMembership(8, "care", "head", TODAY, None),
        ),
    )
    assert statuses(plan(line, of=known(after))) == ["unchanged"]


def test_a_membership_that_begins_today_or_later_just_gets_the_other_role() -> None:
    new = replace(ANA, memberships=(KnownMembership(7, "care", "member", TODAY, None),))
    found = plan("care;;;Ana Ionescu;ana@x.test;;head;;;;;", of=known(new))
    assert found.people[0].memberships == (MembershipPlan(7, "care", "head", TODAY, None),)


def test_another_first_day_moves_the_beginning_of_the_unbroken_time() -> None:
    promoted = replace(
        ANA,
        memberships=(
            KnownMembership(7, "care", "member", date(2020, 1, 1), date(2023, 6, 30)),
            KnownMembership(8, "care", "head", date(2023, 7, 1), None),
        ),
    )
    found = plan("care;;;Ana Ionescu;ana@x.test;;head;;;;2019-03-01;", of=known(promoted))
    assert found.people[0].memberships == (MembershipPlan(7, "care", "member", date(2019, 3, 1), date(2023, 6, 30)),)
    assert found.rows[0].changes == (Change("membership", "starts_on", "2020-01-01", "2019-03-01"),)


def test_a_first_day_inside_an_earlier_membership_is_an_error() -> None:
    came_back = replace(
        ANA,
        memberships=(
            KnownMembership(6, "care", "member", date(2015, 1, 1), date(2016, 12, 31)),
            KnownMembership(7, "care", "member", date(2020, 1, 1), None),
        ),
    )
    left = replace(ANA, memberships=(KnownMembership(6, "care", "member", date(2015, 1, 1), date(2016, 12, 31)),))
    overlap = {"name": "Ana Ionescu", "key": "care", "starts_on": "2015-01-01", "ends_on": "2016-12-31"}
    for before in (came_back, left):
        found = plan("care;;;Ana Ionescu;ana@x.test;;;;;;2016-12-31;", of=known(before))
        assert problems(found) == [Problem("membership_overlaps", 2, "starts_on", overlap)]
        assert found.people == ()
    assert statuses(plan("care;;;Ana Ionescu;ana@x.test;;;;;;2017-01-01;", of=known(left))) == ["changed"]


def test_rows_that_contradict_an_earlier_row_are_left_out_and_name_it() -> None:
    found = plan(
        "care;Customer Care;;Ana Ionescu;ana@x.test;17;head;ro;;;;",
        "care;Client Care;;Radu Popa;radu@x.test;;;;;;;",
        "warsaw;;;Ana Popa;ana@x.test;;;;;;;",
        "care;;;Ana Ionescu;ana@x.test;;member;;;;;",
        "workshop;;;Ana Ionescu;ana@x.test;18;;;;;;",
        "workshop;;;Ana Ionescu;ana@x.test;17;;;;;;",
        of=known(),
    )
    assert statuses(found) == ["created", "error", "error", "error", "error", "changed"]
    assert problems(found) == [
        Problem(
            "department_differs",
            3,
            "department_name",
            {"key": "care", "value": "Client Care", "earlier": "Customer Care", "other_line": "2"},
        ),
        Problem(
            "person_differs",
            4,
            "person_name",
            {"name": "Ana Ionescu", "value": "Ana Popa", "earlier": "Ana Ionescu", "other_line": "2"},
        ),
        Problem("membership_differs", 5, "role", {"name": "Ana Ionescu", "key": "care", "other_line": "2"}),
        Problem("number_differs", 6, "employee_number", {"value": "18", "name": "Ana Ionescu", "earlier": "17"}),
    ]


def test_an_address_or_number_of_somebody_else_is_an_error() -> None:
    radu = replace(ANA, id=12, name="Radu Popa", employee_number="18", emails=frozenset({"radu@x.test"}))
    found = plan(
        "care;;;Ana Ionescu;radu@x.test;17;;;;;;",
        "care;;;Ana Ionescu;office@delta.test;;;;;;;",
        "care;;;Ana Ionescu;ana@x.test;99;;;;;;",
        of=known(ANA, radu, taken_emails={"office@delta.test": "Delta Instal"}),
    )
    assert problems(found) == [
        Problem("two_people", 2, "email", {"value": "radu@x.test", "name": "Radu Popa", "other": "Ana Ionescu"}),
        Problem("email_taken", 3, "email", {"value": "office@delta.test", "name": "Delta Instal"}),
        Problem("number_differs", 4, "employee_number", {"value": "99", "name": "Ana Ionescu", "earlier": "17"}),
    ]
    assert found.people == ()


def test_a_department_nobody_named_leaves_its_rows_out() -> None:
    found = plan("sales;;;Ana Ionescu;ana@x.test;;;;;;;", "sales;;;Radu Popa;radu@x.test;;;;;;;", of=known())
    assert problems(found) == [
        Problem("department_unknown", line, "department_key", {"key": "sales"}) for line in (2, 3)
    ]


def test_an_unknown_parent_leaves_out_the_new_department_and_all_its_rows() -> None:
    found = plan(
        "sales;Sales;board;;;;;;Europe/Warsaw;;;",
        "sales;;;Ana Ionescu;ana@x.test;;;;;;;",
        "shop;Shop;sales;;;;;;;;;",
        "care;;board;Radu Popa;radu@x.test;;;;;;;",
        "care;;;Vera Dobre;vera@x.test;;;;;;;",
        of=known(),
    )
    assert statuses(found) == ["error", "error", "error", "error", "created"]
    assert problems(found) == [
        Problem("parent_unknown", 2, "parent_key", {"key": "sales", "parent": "board"}),
        Problem("department_left_out", 3, "department_key", {"key": "sales", "other_line": "2"}),
        Problem("parent_unknown", 4, "parent_key", {"key": "shop", "parent": "sales"}),
        Problem("parent_unknown", 5, "parent_key", {"key": "care", "parent": "board"}),
    ]
    assert found.departments == ()


def test_departments_in_a_circle_are_left_out_with_the_circle_named() -> None:
    found = plan("workshop;;warsaw;;;;;;;;;", "warsaw;;;;;;;;;;;", of=known())
    circle = {"key": "workshop", "circle": "workshop → warsaw → workshop"}
    assert problems(found) == [Problem("circle", 2, "parent_key", circle)]
    assert statuses(found) == ["error", "unchanged"]
    found = plan(
        "a;A;b;;;;;;Europe/Warsaw;;;", "b;B;c;;;;;;;;;", "c;C;a;;;;;;;;;", "d;D;d;;;;;;Europe/Warsaw;;;", of=known()
    )
    assert [(problem.code, problem.line, problem.values["circle"]) for problem in problems(found)] == [
        ("circle", 2, "a → b → c → a"),
        ("circle", 3, "a → b → c → a"),
        ("circle", 4, "a → b → c → a"),
        ("circle", 5, "d → d"),
    ]


def test_turning_a_branch_round_is_no_circle() -> None:
    root = replace(WARSAW, parent_key="")
    below = replace(WORKSHOP, parent_key="warsaw")
    now = KnownPeople(departments={"warsaw": root, "workshop": below, "care": CARE})
    found = plan("warsaw;;workshop;;;;;;;;;", "workshop;;care;;;;;;;;;", of=now)
    assert statuses(found) == ["changed", "changed"]
    assert [department.key for department in found.departments] == ["workshop", "warsaw"]


def test_a_row_left_out_for_its_person_does_not_make_its_department() -> None:
    found = plan(
        "sales;Sales;;Ana Ionescu;office@delta.test;;;;Europe/Warsaw;;;",
        "sales;;;Radu Popa;radu@x.test;;;;;;;",
        of=known(taken_emails={"office@delta.test": "Delta Instal"}),
    )
    assert [problem.code for problem in problems(found)] == ["email_taken", "department_unknown"]
    assert found.departments == ()


def test_without_any_zone_the_row_is_an_error_and_with_a_default_it_is_not() -> None:
    lines = ("sales;Sales;;;;;;;;;;", "sales;;;Ana Ionescu;ana@x.test;;;;;;;")
    assert problems(plan(*lines)) == [Problem("zone_missing", line, "zone", {"name": "Sales"}) for line in (2, 3)]
    found = plan(*lines, of=KnownPeople(default_language="pl", default_zone="Europe/Warsaw"))
    assert [(entry.language, entry.zone) for entry in found.departments] == [("pl", "Europe/Warsaw")]
    assert [(entry.language, entry.zone) for entry in found.people] == [("pl", "Europe/Warsaw")]


def test_a_new_department_takes_its_zone_from_its_people_or_the_department_above() -> None:
    found = plan(
        "madrid;Madrid;;Carmen Ruiz;carmen@x.test;;;es;Europe/Madrid;Madrid;;",
        "shop;Shop;madrid;;;;;;;;;",
        "bench;Bench;warsaw;;;;;;;;;",
        of=known(),
    )
    assert {entry.key: (entry.language, entry.zone) for entry in found.departments} == {
        "madrid": ("es", "Europe/Madrid"),
        "shop": ("es", "Europe/Madrid"),
        "bench": ("pl", "Europe/Warsaw"),
    }


def test_ten_thousand_rows_in_one_deep_branch_are_planned() -> None:
    lines = [f"d{number};D{number};{f'd{number - 1}' if number else ''};;;;;;Europe/Warsaw;;;" for number in range(500)]
    found = plan(*lines, *(f"d7;;;P{number};p{number}@x.test;;;;;;;" for number in range(9500)))
    assert set(statuses(found)) == {"created"}
    assert [entry.key for entry in found.departments] == [f"d{number}" for number in range(500)]
    broken = plan("d0;D0;nobody;;;;;;Europe/Warsaw;;;", *lines[1:])
    assert set(statuses(broken)) == {"error"}
