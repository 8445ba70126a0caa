"""Senders who look like somebody else."""

import pytest

from clientela.inbox.rules.look_alikes import LookAlike, LooksLike, look_alike_of, looks


def of(name: str, address: str, *known: str) -> LookAlike | None:
    return look_alike_of(
        name,
        address,
        our_names=("Ana Ionescu", "Customer Care", "IT"),
        our_domains=("casa-lavora.test",),
        known_domains=known,
    )


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Zofia Nowak", "zofia@example.test"),
        ("", "zofia@example.test"),
        ("Ana", "ana@example.test"),  # one word is many people
        ("IT", "it@example.test"),
        ("Ana Ionescu", "ana@casa-lavora.test"),  # one of us
        ("Ana Ionescu", "ana@mail.casa-lavora.test"),  # of a domain below ours
        ("zofia@example.test", "zofia@example.test"),
        ("Zofia (zofia@example.test)", "z.nowak@example.test"),  # two addresses of one domain
        ("", ""),
        ("Casa Nova", "a@casa-nova.test"),
        ("", "x@casa-lavora.example"),  # the same name under another ending is often its owner's too
    ],
)
def test_most_senders_look_like_nobody(name: str, address: str) -> None:
    assert of(name, address) is None


@pytest.mark.parametrize(
    ("name", "address", "why", "whom"),
    [
        ("Ana Ionescu", "ana.ionescu@free.example", LooksLike.NAME, "Ana Ionescu"),
        ("IONESCU, Ana", "boss@free.example", LooksLike.NAME, "Ana Ionescu"),
        ("Аnа Іоnеsсu", "boss@free.example", LooksLike.NAME, "Ana Ionescu"),  # half of it Cyrillic
        ("Customer Care", "c@free.example", LooksLike.NAME, "Customer Care"),
        ("care@casa-lavora.test", "c@free.example", LooksLike.ADDRESS_IN_NAME, "care@casa-lavora.test"),
        ("Ana <ana@casa-lavora.test>", "a@free.example", LooksLike.ADDRESS_IN_NAME, "ana@casa-lavora.test"),
        ("", "a@casa-1avora.test", LooksLike.DOMAIN, "casa-lavora.test"),
        ("", "a@casa-lavera.test", LooksLike.DOMAIN, "casa-lavora.test"),
        ("", "a@casa-lavoraa.test", LooksLike.DOMAIN, "casa-lavora.test"),
        ("", "a@csaa-lavora.test", LooksLike.DOMAIN, "casa-lavora.test"),
        ("", "a@casa-lavora.test.evil.example", LooksLike.DOMAIN, "casa-lavora.test"),
        ("", "a@casa-lavora.test-login.example", LooksLike.DOMAIN, "casa-lavora.test"),
        ("", "a@cаsа-lаvоrа.test", LooksLike.DOMAIN, "casa-lavora.test"),  # Cyrillic
        ("", "a@" + "cаsа-lаvоrа".encode("idna").decode() + ".test", LooksLike.DOMAIN, "casa-lavora.test"),
        ("", "a@CASA-LAVORA.TEST.EVIL.example", LooksLike.DOMAIN, "casa-lavora.test"),
    ],
)
def test_who_looks_like_one_of_us_is_told(name: str, address: str, why: LooksLike, whom: str) -> None:
    assert of(name, address) == LookAlike(why, whom)


def test_who_looks_like_the_customer_is_told() -> None:
    assert of("Zofia Nowak", "zofia@exarnple.test", "example.test") == LookAlike(LooksLike.DOMAIN, "example.test")
    assert of("Zofia Nowak", "zofia@example.test", "example.test") is None


def test_short_names_of_domains_are_no_traps() -> None:
    assert of("", "a@web.test", "wed.test") is None
    assert of("", "a@gmx.test", "gmx.test") is None


def test_what_looks_alike_is_alike() -> None:
    assert looks("раураl.test") == looks("PayPal.test")
    assert looks("modern") == looks("modem")
    assert looks("xn--nonsense-\x00.test")  # never raises


@pytest.mark.parametrize("domain", ["xn--" + "a" * 300, "", ".", "..", "a..b", "-", "x" * 10_000])
def test_nonsense_for_a_domain_looks_like_nobody(domain: str) -> None:
    assert of("", f"a@{domain}") is None
