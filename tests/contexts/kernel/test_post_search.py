"""Parts of an address, a name or a subject are found by an index, however many letters there are."""

from datetime import timedelta

import pytest

from clientela.kernel.models import Letter
from clientela.kernel.post import letters_page
from clientela.kernel.rows import write_rows
from tests.contexts.kernel.drafts import AT
from tests.plans import count_rows, plan_of

pytestmark = pytest.mark.django_db

LETTERS = 4000


@pytest.fixture
def many_letters() -> None:
    write_rows(
        [
            Letter(
                kind="reply",
                to_address=f"person{number}@mail{number % 40}.test",
                to_domain=f"mail{number % 40}.test",
                to_name=f"Zofia Nowak-{number}",
                from_address="care@clientela.test",
                subject=f"Pralka {number}",
                text="",
                language="pl",
                message_id=f"{number}@clientela.test",
                written_at=AT + timedelta(seconds=number),
                sent_at=AT + timedelta(days=1),
                attachments=[],
                about=[],
                headers={},
            )
            for number in range(LETTERS)
        ]
    )
    count_rows()


@pytest.mark.parametrize(
    ("search", "found", "index"),
    [
        ("NOWAK-3999", ["Pralka 3999"], "letter_searched"),
        ("pralka 1234", ["Pralka 1234"], "letter_searched"),
        ("nobody at all", [], "letter_searched"),
        ("@nowhere.test", [], "letter_searched"),
        ("Person17@mail17.test", ["Pralka 17"], "letter_by_address"),
        ("PRALKA", [f"Pralka {number}" for number in range(3999, 3949, -1)], "letter_newest"),
    ],
)
def test_a_part_of_a_name_or_a_subject_is_found_by_an_index(
    many_letters: None, search: str, found: list[str], index: str
) -> None:
    assert [row.subject for row in letters_page(search=search).letters] == found
    plan = plan_of(lambda: letters_page(search=search))
    assert index in plan.indexes
    assert "kernel_letter" not in plan.read_whole
