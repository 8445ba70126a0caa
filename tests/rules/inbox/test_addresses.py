"""What an address may mean among ours."""

import pytest

from clientela.inbox.rules.addresses import AddressTried, address_key, addresses_to_try, is_domain, is_postmaster


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Care@Clientela.Test", "care@clientela.test"),
        ("  care@clientela.test. ", "care@clientela.test"),
        ('"care"@clientela.test', "care@clientela.test"),
        ('"customer care"@clientela.test', '"customer care"@clientela.test'),
        ('"care+x"@clientela.test', "care+x@clientela.test"),
        ('"a@b"@clientela.test', '"a@b"@clientela.test'),
        ('"@clientela.test', '"@clientela.test'),
        ("pomoc@Żółw.Example", "pomoc@xn--w-uga1v8h.example"),
        ("pomoc@XN--w-uga1v8h.example", "pomoc@xn--w-uga1v8h.example"),
        ("Żółw@clientela.test", "żółw@clientela.test"),
        ("a@" + "ż" * 70 + ".example", "a@" + "ż" * 70 + ".example"),
        ("postmaster", "postmaster"),
        ("", ""),
    ],
)
def test_an_address_is_compared_in_one_form(address: str, key: str) -> None:
    assert address_key(address) == key


def test_a_sub_address_leads_to_the_address_before_it() -> None:
    assert addresses_to_try("Care+Repair@clientela.test") == (
        AddressTried("care+repair@clientela.test"),
        AddressTried("care@clientela.test", "repair"),
        AddressTried("*@clientela.test"),
    )


def test_of_several_plus_signs_the_longest_address_is_tried_first() -> None:
    assert addresses_to_try("a+b+c@x.test") == (
        AddressTried("a+b+c@x.test"),
        AddressTried("a+b@x.test", "c"),
        AddressTried("a@x.test", "b+c"),
        AddressTried("*@x.test"),
    )


def test_hundreds_of_plus_signs_are_not_looked_up() -> None:
    assert len(addresses_to_try("a" + "+" * 300 + "@x.test")) == 6


@pytest.mark.parametrize(
    "address", ["", "care", "@x.test", "care@", "a\x00b@x.test", "\udcc3@x.test", "a" * 320 + "@x.test"]
)
def test_what_is_no_address_leads_nowhere(address: str) -> None:
    assert addresses_to_try(address) == ()


def test_an_address_that_begins_with_a_plus_has_nothing_before_it() -> None:
    assert addresses_to_try("+x@y.test") == (AddressTried("+x@y.test"), AddressTried("*@y.test"))


@pytest.mark.parametrize(
    ("address", "of", "is_one"),
    [
        ("postmaster", "x.test", True),
        ("postmaster@x.test", "X.test", True),
        ("postmaster@y.test", "x.test", False),
        ("postmaster@y.test", "", True),
        ("postmasters@x.test", "x.test", False),
        ("", "", False),
    ],
)
def test_every_domain_of_ours_has_a_postmaster(address: str, of: str, is_one: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_postmaster(address, of=of) is is_one


@pytest.mark.parametrize(
    ("domain", "is_one"),
    [
        ("example.org", True),
        ("a-b.c1.example", True),
        ("xn--w-uga1v8h.example", True),
        ("example", False),
        ("-a.example", False),
        ("a..example", False),
        ("a_b.example", False),
        ("127.0.0.1", False),
        ("żółw.example", False),
        ("a" * 64 + ".example", False),
        ("a." * 130 + "example", False),
    ],
)
def test_a_domain_is_told_from_what_is_none(domain: str, is_one: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_domain(domain) is is_one
