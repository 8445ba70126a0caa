"""Parts of a sender's address or of a subject are found by an index, however much mail came in."""

from datetime import timedelta

import pytest

from clientela.inbox.models import RawMessage
from clientela.inbox.queries import received_mail
from clientela.kernel.rows import write_rows
from tests.plans import count_rows, plan_of
from tests.shop import Shop

pytestmark = pytest.mark.django_db

MAILS = 4000


@pytest.fixture
def much_mail(shop: Shop) -> Shop:
    write_rows(
        [
            RawMessage(
                received_at=shop.at + timedelta(seconds=number),
                came_by="file",
                content=b"",
                sha256=f"{number:064x}",
                size_bytes=0,
                understood_at=shop.after(2),
                outcome="automatic",
                reason="It was sent to many.",
                mail_id=f"{number}@example.test",
                from_address=f"person{number}@mail{number % 40}.test",
                subject=f"Pralka {number}",
            )
            for number in range(MAILS)
        ]
    )
    count_rows()
    return shop


@pytest.mark.parametrize(
    ("search", "found", "index"),
    [
        ("PERSON3999@", ["Pralka 3999"], "mail_searched"),
        ("pralka 1234", ["Pralka 1234"], "mail_searched"),
        ("nothing of the kind", [], "mail_searched"),
        ("<17@example.test>", ["Pralka 17"], "mail_by_mail_id"),
        ("pralka", [f"Pralka {number}" for number in range(3999, 3949, -1)], "mail_newest"),
    ],
)
def test_a_part_of_an_address_or_a_subject_is_found_by_an_index(
    much_mail: Shop, search: str, found: list[str], index: str
) -> None:
    vera = much_mail.world.vera
    assert [mail.subject for mail in received_mail(vera, search=search).mails] == found
    plan = plan_of(lambda: received_mail(vera, search=search))
    assert index in plan.indexes
    assert "inbox_rawmessage" not in plan.read_whole
