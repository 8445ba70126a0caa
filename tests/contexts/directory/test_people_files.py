"""Importing people and departments from a file: shown first, applied in one go, the same when run twice."""

import threading
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from clientela.directory import actions, queries
from clientela.directory.actions import people_files
from clientela.directory.models import ContactPoint, Department, Membership, Party, PeopleImport, Person
from clientela.directory.policies import HOUSE, Viewer
from clientela.directory.queries import RowSeen
from clientela.kernel.models import Fact
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.contexts.directory.facts import facts
from tests.world import World

FILE = """\
department_key;department_name;parent_key;person_name;email;role;language;zone;place;employee_number;starts_on;phone
sales;Sales;management;;;;en;Europe/Bucharest;Bucharest;;;
sales;;;Elena Pop;elena@casa-lavora.test;head;Romanian;;;501;2026-01-15;+40 721 555 012
sales;;;Radu Popa;radu@casa-lavora.test;member;;;;;;
it;;;Ioana Stan;ioana@casa-lavora.test;;;;Cluj;;;
care;;;Ana Ionescu;ana@casa-lavora.test;head;;;;;2020-01-01;
care;;;Dan Rusu;dan@casa-lavora;;;;;502;;
nowhere;;;Ema Ilie;ema@casa-lavora.test;;;;;;;
"""
ERRORS = (
    "people.csv, line 7, column email: “dan@casa-lavora” is not an e-mail address.",
    (
        "people.csv, line 8, column department_key: there is no department “nowhere” yet. "
        "Give its name in the column department_name."
    ),
)


def give(world: World, content: str | bytes = FILE, by: Viewer | None = None, **more: str) -> int:
    raw = content.encode() if isinstance(content, str) else content
    return actions.give_people_file(by=by or world.vera, at=world.at, file_name="people.csv", content=raw, **more)


def tables() -> list[tuple[object, ...]]:
    """Everything an import could touch, to see that nothing was."""
    return [
        *Party.objects.order_by("id").values_list(),
        *Department.objects.order_by("party_id").values_list(),
        *Person.objects.order_by("party_id").values_list(),
        *Membership.objects.order_by("id").values_list(),
        *ContactPoint.objects.order_by("id").values_list(),
    ]


@pytest.mark.parametrize("who", ["ana", "carmen", "zofia"])
def test_only_the_administrator_gives_sees_and_applies_files(world: World, who: str) -> None:
    by = getattr(world, who)
    import_id = give(world)
    before = tables()
    for refused in (
        lambda: give(world, by=by),
        lambda: actions.apply_people_file(by=by, at=world.at, import_id=import_id),
        lambda: queries.people_import_preview(import_id, viewer=by, at=world.at),
        lambda: queries.people_imports(viewer=by),
    ):
        with pytest.raises(NotAllowedError, match="Only an administrator"):
            refused()
    assert (tables(), PeopleImport.objects.count()) == (before, 1)


def test_an_import_that_was_never_given_does_not_exist(world: World) -> None:
    with pytest.raises(HiddenError):
        actions.apply_people_file(by=world.vera, at=world.at, import_id=0)
    with pytest.raises(HiddenError):
        queries.people_import_preview(0, viewer=world.vera, at=world.at)


def test_a_file_is_kept_byte_for_byte_before_anybody_reads_it(world: World) -> None:
    raw = b"\xff\x00 no table at all"
    import_id = give(world, raw)
    row = PeopleImport.objects.get(id=import_id)
    assert (bytes(row.content), row.file_name, row.given_by_id) == (raw, "people.csv", world.vera.person_id)
    assert (row.default_language, row.default_zone) == ("en", "Europe/Bucharest")
    assert give(world, raw) == import_id
    assert give(world, raw, encoding="windows-1250") != import_id
    assert facts()[0] == ("people_file_given", world.vera.person_id, (f"people_import:{import_id}",), {})
    assert [seen.id for seen in queries.people_imports(viewer=world.vera)] == [import_id + 1, import_id]


def test_what_cannot_be_kept_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(actions.WrongValueError, match="encoding: This can be one of: utf-8, utf-16"):
        give(world, encoding="klingon")
    with pytest.raises(actions.WrongValueError, match="is not a time zone"):
        give(world, default_zone="Warsaw")
    monkeypatch.setattr(people_files, "MOST_BYTES", 1024 * 1024)
    with pytest.raises(actions.WrongValueError, match=r"^content: The file is larger than 1 MB\.$"):
        give(world, b"x" * (1024 * 1024 + 1))
    assert PeopleImport.objects.count() == 0


def test_the_preview_says_exactly_what_will_happen_and_changes_nothing(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    import_id, vera = give(world), world.vera
    before = tables()
    with django_assert_num_queries(7):
        preview = queries.people_import_preview(import_id, viewer=vera, at=world.at)
    assert preview.rows == (
        RowSeen(2, "created", "Sales", ("new department: Sales",), ()),
        RowSeen(3, "created", "Elena Pop", ("new: Elena Pop", "starts in sales"), ()),
        RowSeen(4, "changed", "Radu Popa", ("starts in sales",), ()),
        RowSeen(5, "changed", "Ioana Stan", ("place: Bucharest → Cluj",), ()),
        RowSeen(6, "unchanged", "Ana Ionescu", (), ()),
        RowSeen(7, "error", "", (), (ERRORS[0],)),
        RowSeen(8, "error", "", (), (ERRORS[1],)),
    )
    assert (preview.error, preview.encoding, preview.unused_columns) == ("", "utf-8", ())
    assert preview.row_counts == {"created": 2, "changed": 2, "unchanged": 1, "error": 2}
    counts = (preview.new_people, preview.changed_people, preview.new_departments, preview.changed_departments)
    assert counts == (1, 2, 1, 0)
    assert tables() == before


def test_applying_does_what_the_preview_said_and_names_what_it_left_out(world: World) -> None:
    import_id = give(world)
    seen: list[tuple[int, int]] = []
    applied = actions.apply_people_file(
        by=world.vera, at=world.at, import_id=import_id, on_progress=lambda done, total: seen.append((done, total))
    )
    assert applied == actions.AppliedImport(
        row_counts={"created": 2, "changed": 2, "unchanged": 1, "error": 2}, left_out=ERRORS
    )
    assert seen == [(3, 3)]
    sales = queries.department_by_key("sales")
    assert sales is not None
    assert (sales.name, sales.parent_id, sales.zone) == ("Sales", world.management.id, "Europe/Bucharest")
    elena = queries.person_of_address("elena@casa-lavora.test")
    assert elena is not None
    assert (elena.name, elena.short_name, elena.language, elena.place) == ("Elena Pop", "Elena", "ro", "Bucharest")
    assert Person.objects.get(party_id=elena.id).employee_number == "501"
    assert Membership.objects.filter(person_id=elena.id).values_list("department_id", "role", "starts_on").get() == (
        sales.id,
        "head",
        date(2026, 1, 15),
    )
    assert world.again("radu").own_department_ids == {world.care.id, sales.id}
    assert Party.objects.get(id=world.id_of("ioana")).place == "Cluj"
    assert queries.person_of_address("dan@casa-lavora") is None
    assert PeopleImport.objects.get().applied_at == world.at
    started = {row.person_id: row.pk for row in Membership.objects.filter(department_id=sales.id)}
    radu, ioana, imported = world.id_of("radu"), world.id_of("ioana"), f"people_import:{import_id}"
    assert [(verb, about, data) for verb, _by, about, data in facts()[1:]] == [
        ("department_registered", (f"party:{sales.id}", imported), {}),
        (
            "membership_started",
            (f"party:{elena.id}", f"party:{sales.id}", imported),
            {"membership_id": started[elena.id], "role": "head"},
        ),
        (
            "membership_started",
            (f"party:{radu}", f"party:{sales.id}", imported),
            {"membership_id": started[radu], "role": "member"},
        ),
        ("person_registered", (f"party:{elena.id}", imported), {}),
        ("person_changed", (f"party:{ioana}", imported), {"fields": ["place"]}),
        (
            "people_file_applied",
            (imported,),
            {"row_counts": {"created": 2, "changed": 2, "unchanged": 1, "error": 2}},
        ),
    ]


def test_the_same_file_twice_changes_nothing_the_second_time(world: World) -> None:
    actions.apply_people_file(by=world.vera, at=world.at, import_id=give(world))
    after = tables()
    again = give(world)
    preview = queries.people_import_preview(again, viewer=world.vera, at=world.at)
    assert preview.row_counts == {"created": 0, "changed": 0, "unchanged": 5, "error": 2}
    actions.apply_people_file(by=world.vera, at=world.at, import_id=again)
    actions.apply_people_file(by=world.vera, at=world.at, import_id=again)
    assert tables() == after


def test_a_change_of_role_and_a_move_of_a_branch_are_applied(world: World) -> None:
    text = """\
department_key;parent_key;person_name;email;role;phone
workshop;workshop-warsaw;;;;
workshop-warsaw;management;;;;
care;;Radu Popa;radu@casa-lavora.test;head;021 300 40 50
"""
    actions.apply_people_file(by=world.vera, at=world.at, import_id=give(world, text))
    radu = world.id_of("radu")
    assert list(
        Membership.objects.filter(person_id=radu).order_by("starts_on").values_list("role", "starts_on", "ends_on")
    ) == [("member", date(2020, 1, 1), date(2026, 11, 22)), ("head", date(2026, 11, 23), None)]
    assert queries.departments_upward(world.workshop.id) == [
        world.workshop.id,
        world.workshop_warsaw.id,
        world.management.id,
    ]
    point = ContactPoint.objects.get(party_id=radu, kind="phone")
    assert (point.value, point.is_main) == ("0213004050", True)
    after = tables()
    actions.apply_people_file(by=world.vera, at=world.at, import_id=give(world, text))
    assert tables() == after


def test_a_new_address_does_not_push_the_main_one_aside(world: World) -> None:
    actions.change_person(by=world.vera, at=world.at, person_id=world.id_of("radu"), employee_number="17")
    text = "department_key,person_name,email,employee_number\ncare,Radu Popa,radu.popa@casa-lavora.test,17\n"
    actions.apply_people_file(by=world.vera, at=world.at, import_id=give(world, text))
    points = ContactPoint.objects.filter(party_id=world.id_of("radu")).order_by("id")
    assert list(points.values_list("value", "is_main")) == [
        ("radu@casa-lavora.test", True),
        ("radu.popa@casa-lavora.test", False),
    ]


def test_a_windows_file_with_a_missing_column_says_file_line_column_and_remedy(world: World) -> None:
    raw = "Kod działu;Dział;Adres e-mail\ncare;Obsługa;ana@x.test\n".encode("windows-1250")
    import_id = give(world, raw)
    sentence = (
        "people.csv, line 1, column person_name: this column is missing. The file has: Kod działu, Dział, "
        "Adres e-mail. Add the column, or rename the one that is meant."
    )
    preview = queries.people_import_preview(import_id, viewer=world.vera, at=world.at)
    assert (preview.error, preview.rows) == (sentence, ())
    before = tables()
    with pytest.raises(actions.UnusableFileError) as caught:
        actions.apply_people_file(by=world.vera, at=world.at, import_id=import_id)
    assert str(caught.value) == sentence
    assert tables() == before
    assert PeopleImport.objects.get().applied_at is None


def test_a_windows_file_is_read_as_it_was_written(world: World) -> None:
    raw = "Kod działu;Imię i nazwisko;Adres e-mail\r\ncare;Łucja Wąs-Źródłowska;lucja@x.test\r\n".encode("windows-1250")
    actions.apply_people_file(by=world.vera, at=world.at, import_id=give(world, raw))
    found = queries.person_of_address("lucja@x.test")
    assert found is not None
    assert found.name == "Łucja Wąs-Źródłowska"


def test_letters_that_cannot_be_told_are_never_guessed(world: World) -> None:
    raw = "department_key,person_name,email\ncare,Jan Kęsik,jan@x.test\n".encode("windows-1250")
    preview = queries.people_import_preview(give(world, raw), viewer=world.vera, at=world.at)
    assert preview.error == (
        "people.csv, line 2: we cannot tell whether this says “Kęsik” or “Kêsik”. Save the file as “CSV UTF-8” and "
        "give it again, or say which of these it is in: utf-8, utf-16, windows-1250, windows-1252."
    )
    told = give(world, raw, encoding="windows-1250")
    preview = queries.people_import_preview(told, viewer=world.vera, at=world.at)
    assert (preview.error, preview.rows[0].name, preview.encoding) == ("", "Jan Kęsik", "windows-1250")


def test_the_terminal_knows_no_zone_and_asks_for_one(world: World) -> None:
    text = "department_key,department_name,person_name,email\nsales,Sales,Elena Pop,elena@x.test\n"
    preview = queries.people_import_preview(give(world, text, by=HOUSE), viewer=HOUSE, at=world.at)
    assert preview.rows[0].errors == (
        "people.csv, line 2, column zone: no time zone is known for Sales. Fill it in, here or for the department.",
    )
    told = give(world, text, by=HOUSE, default_zone="Europe/Madrid", default_language="es")
    actions.apply_people_file(by=HOUSE, at=world.at, import_id=told)
    found = queries.person_of_address("elena@x.test")
    assert found is not None
    assert (found.zone, found.language) == ("Europe/Madrid", "es")


def test_every_problem_has_a_sentence(world: World) -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(people_files.__file__).parents[1].joinpath("rules", "people_file").glob("*.py")
    )
    words = queries.people_file_words
    known = words._file_sentences() | words._value_sentences() | words._directory_sentences()
    missing = [code for code in known if f'"{code}"' not in source]
    assert missing == []
    for code in known:
        values = dict.fromkeys(
            ("one", "other", "encoding", "found", "limit", "cells", "columns", "value", "name", "suggestion", "key",
             "other_line", "earlier", "parent", "circle", "starts_on", "ends_on"),
            "x",
        )  # fmt: skip
        sentence = words.problem_words(words.Problem(code, 3, "email", values), "people.csv")
        assert sentence.startswith("people.csv, line 3, column email: ")
        assert sentence.endswith((".", "”."))


def test_a_large_file_takes_the_same_number_of_statements_for_every_five_hundred_rows(world: World) -> None:
    def statements(rows: int, offset: int, place: str = "") -> tuple[int, int]:
        lines = [
            f"care;Person {number};p{number}@x.test;9{number};+4072{number:07};{place}"
            for number in range(offset, offset + rows)
        ]
        text = "\n".join(["department_key;person_name;email;employee_number;phone;place", *lines])
        import_id = give(world, text)
        with CaptureQueriesContext(connection) as previewing:
            queries.people_import_preview(import_id, viewer=HOUSE, at=world.at)
        with CaptureQueriesContext(connection) as applying:
            actions.apply_people_file(by=HOUSE, at=world.at, import_id=import_id)
        return len(previewing), len(applying)

    # The facts go in by one COPY with keys taken ahead, however few: two statements more, and none a row.
    assert (statements(500, 0), statements(1000, 1000)) == ((4, 19), (6, 25))
    # 500 rows more, and always the same.
    one, two, three = statements(1500, 5000), statements(2000, 10_000), statements(2500, 20_000)
    assert (two[0] - one[0], two[1] - one[1]) == (three[0] - two[0], three[1] - two[1])
    # The same people again, now in another place: they are read, and their parties changed.
    assert (statements(500, 0, "Cluj"), statements(1000, 1000, "Cluj")) == ((7, 20), (12, 27))


@pytest.mark.django_db(transaction=True)
def test_two_people_who_apply_the_same_file_at_once_get_everybody_once(world: World) -> None:
    import_id, started = give(world), Party.objects.count()

    def apply_too() -> None:
        try:
            actions.apply_people_file(by=HOUSE, at=world.at, import_id=import_id)
        finally:
            connection.close()

    other = threading.Thread(target=apply_too)
    with transaction.atomic():
        actions.apply_people_file(by=HOUSE, at=world.at, import_id=import_id)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=10)
    assert Party.objects.count() == started + 2
    assert Fact.objects.filter(verb="person_registered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_somebody_who_takes_an_address_at_the_same_moment_leaves_nothing_half_done(world: World) -> None:
    import_id, outcomes = give(world), list[str]()

    def apply_too() -> None:
        try:
            actions.apply_people_file(by=HOUSE, at=world.at, import_id=import_id)
        except actions.DirectoryChangedError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    other = threading.Thread(target=apply_too)
    with transaction.atomic():
        actions.welcome_correspondent(
            at=world.at, address="elena@casa-lavora.test", name="Elena", language="ro", zone="Europe/Bucharest"
        )
        other.start()
        other.join(timeout=1)
        assert other.is_alive()
    other.join(timeout=10)
    assert outcomes == [
        "Somebody changed the directory at the same moment. Nothing of the file was applied; try again."
    ]
    assert queries.department_by_key("sales") is None
    assert PeopleImport.objects.get().applied_at is None
