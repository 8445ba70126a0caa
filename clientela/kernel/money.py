"""Money has a currency. Amounts are exact; nothing is rounded unless asked."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import format_currency, get_currency_precision

_CURRENCY = re.compile(r"[A-Z]{3}")


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies were to be added or compared."""


@dataclass(frozen=True)
class Money:
    """An amount of a currency (ISO 4217). Raises ValueError for anything else."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError(f"An amount is a finite Decimal, not {self.amount!r}.")
        if not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"A currency is three capital letters, not «{self.currency}».")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._amount_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._amount_of(other), self.currency)

    def __mul__(self, times: Decimal | int) -> "Money":
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._amount_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._amount_of(other)

    def rounded(self) -> "Money":
        """To the smallest coin of the currency, half to even: 2 digits for RON, none for JPY."""
        step = Decimal(1).scaleb(-get_currency_precision(self.currency))
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_EVEN), self.currency)

    def in_words(self, language: str) -> str:
        """As the language writes it: "1.234,50 RON" in Romanian."""
        return str(format_currency(self.amount, self.currency, locale=language))

    def _amount_of(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} cannot be put together.")
        return other.amount
