"""Header lines as people and programs write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from clientela.inbox.reading.headers import Address, addresses, header_text, message_ids, moment, parameters


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?Q?Re:_this is_?= =?utf-8?Q?=C8=99i_mai?=", "Re: this is și mai"),
        ("=?utf-8?B?yA==?= =?utf-8?B?mWk=?=", "și"),
        ("=?NONE?B?VEVTVA=?=", "TEST"),
        ("Test: =?UTF-8?B?Iua8ouWtlyI=?= mid =?UTF-8?B?Iua8ouWtlyI=?= tail", 'Test: "漢字" mid "漢字" tail'),
        ("=?ISO-8859-1?Q?a?=\r\n =?ISO-8859-1?Q?=5Fb?=", "a_b"),
        ("=?iso-8859-1?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8*ro?Q?=C8=99i?=", "și"),
        ("=?utf-8?Q?never closed", "never closed"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("raw \udcc8\udc99i", "raw și"),
        ("Ma\udcb3gorzata", "Małgorzata"),
        ("folded\r\n\tover two", "folded over two"),
        ("=?utf-8?Q?x=0D=0ABcc:_evil?=", "x Bcc: evil"),
    ],
)
def test_a_header_is_decoded_however_it_was_written(raw: str, text: str) -> None:
    assert header_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ('Team: a@b.test, "C D" <c@d.test>;', [("", "a@b.test"), ("C D", "c@d.test")]),
        ("undisclosed-recipients:;", []),
        ("Mikel@Lindsaar <m@b.test>, t@b.test", [("Mikel@Lindsaar", "m@b.test"), ("", "t@b.test")]),
        ("a@b.test c@d.test", [("", "a@b.test"), ("", "c@d.test")]),
        ("<mailto:a@B.TEST>", [("", "a@b.test")]),
        ('"never closed <a@b.test>, c@d.test', [("never closed", "a@b.test"), ("", "c@d.test")]),
        ("'Ana' <ana@lumen.test>", [("Ana", "ana@lumen.test")]),
        ("Ana Pop [ana@lumen.test]", [("Ana Pop", "ana@lumen.test")]),
        ('"Giant; \\"Big\\" Box" <s@b.test>', [('Giant; "Big" Box', "s@b.test")]),
        ("J\udcc3\udcb6hn <j\udcc3\udcb6@m\udcc3\udca4.test>", [("Jöhn", "jö@mä.test")]),
        ("a@b@c.test", []),
        ("", []),
        ("(((((", []),
    ],
)
def test_addresses_are_found_in_any_list(raw: str, found: list[tuple[str, str]]) -> None:
    assert addresses(raw) == tuple(Address(name, address) for name, address in found)


@pytest.mark.parametrize(
    ("raw", "value", "given"),
    [
        ('attachment; filename="=?utf-8?Q?za=C5=BC.pdf?="', "attachment", {"filename": "zaż.pdf"}),
        ("inline; filename*0*=UTF-8''za%C5; filename*1*=%BC.pdf; filename=x", "inline", {"filename": "zaż.pdf"}),
        ("inline; filename*=ISO-8859-2''%B1.txt", "inline", {"filename": "ą.txt"}),
        ('TEXT/HTML ; Charset = "utf-8', "text/html", {"charset": "utf-8"}),
        ("text/plain;;name=a b.txt;", "text/plain", {"name": "a b.txt"}),
        ('multipart/mixed; boundary="a;b"', "multipart/mixed", {"boundary": "a;b"}),
        ("", "", {}),
    ],
)
def test_parameters_are_read_in_every_notation(raw: str, value: str, given: dict[str, str]) -> None:
    assert parameters(raw) == (value, given)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("Mon, 23 Nov 2026 10:15:00 +0200", datetime(2026, 11, 23, 10, 15, tzinfo=timezone(timedelta(hours=2)))),
        ("23 Nov 26 10:15 GMT", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 10:15:00 -0000", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        ("2026-11-23T10:15:00", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        (
            "Mon, 23 Nov 2026 10:15:00 +0200 (\udcf9\udcf2)",
            datetime(2026, 11, 23, 10, 15, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("Mon, 30 Jun 3609 15:33:50 +0600", None),
        ("Wed, 15 Dec 2010    59:10 -0500", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_a_moment_with_a_zone_or_nothing(raw: str, found: datetime | None) -> None:
    assert moment(raw) == found


def test_identifiers_are_bare_and_the_newest_hundred_are_kept() -> None:
    assert message_ids("<a@b.test> < c@d.test >") == ("a@b.test", "c@d.test")
    many = message_ids(" ".join(f"<{number}@b.test>" for number in range(300)))
    assert (len(many), many[0], many[-1]) == (100, "200@b.test", "299@b.test")
    assert message_ids("<" + "x" * 2_000 + "@b.test>") == ()
