"""Money keeps its currency and every digit."""

from decimal import Decimal

import pytest

from clientela.kernel.money import CurrencyMismatchError, Money


def money(amount: str, currency: str = "RON") -> Money:
    return Money(Decimal(amount), currency)


@pytest.mark.parametrize("currency", ["", "ron", "LEI ", "RO", "RONN"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(ValueError, match="A currency is three capital letters"):
        money("1", currency)


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), 1.5, 1])
def test_an_amount_is_a_finite_decimal(amount: object) -> None:
    with pytest.raises(ValueError, match="An amount is a finite Decimal"):
        Money(amount, "RON")


def test_two_currencies_are_never_put_together() -> None:
    for together in (
        lambda: money("1") + money("1", "EUR"),
        lambda: money("1") - money("1", "EUR"),
        lambda: money("1") < money("1", "EUR"),
        lambda: money("1") <= money("1", "EUR"),
    ):
        with pytest.raises(CurrencyMismatchError) as refusal:
            together()
        assert str(refusal.value) == "RON and EUR cannot be put together."
    assert money("1") != money("1", "EUR")


def test_sums_are_exact() -> None:
    assert money("0.1") + money("0.2") == money("0.3")
    assert money("1") - money("1.01") == money("-0.01")
    assert money("9.99") * 3 == money("29.97")
    assert money("9.99") * Decimal("0.05") == money("0.4995")
    assert money("1") < money("1.001")
    assert money("1") <= money("1.00")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("0.125", "RON", "0.12"), ("0.135", "RON", "0.14"), ("12.5", "JPY", "12"), ("1.2345", "KWD", "1.234")],
)
def test_money_is_rounded_to_the_coins_of_its_currency(amount: str, currency: str, rounded: str) -> None:
    assert money(amount, currency).rounded() == money(rounded, currency)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "PLN1,234.50"),
        ("ro", "1.234,50\u00a0PLN"),
        ("pl", "1\u00a0234,50\u00a0zł"),
        ("es", "1.234,50\u00a0PLN"),
    ],
)
def test_money_is_written_as_the_language_writes_it(language: str, words: str) -> None:
    assert money("1234.50", "PLN").in_words(language) == words
