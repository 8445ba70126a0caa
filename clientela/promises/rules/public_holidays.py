"""Public holidays by country and region, from the `holidays` package: only those the law declares.

Unofficial days (Valentine's Day, Tax Day), bank, school, half-day and optional holidays are left out, because on such a
day people work, and counting it as free would quietly lengthen a promise.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays import PUBLIC, country_holidays, list_supported_countries


@lru_cache(maxsize=1)
def regions_by_country() -> Mapping[str, tuple[str, ...]]:
    """Every country whose holidays are known (two letters, ISO 3166) with its regions, both sorted."""
    known = list_supported_countries(include_aliases=False)
    return MappingProxyType({country: tuple(sorted(known[country])) for country in sorted(known)})


@lru_cache(maxsize=1024)
def public_holidays(country: str, region: str | None, year: int) -> Mapping[date, str]:
    """Each public holiday of that year with its name in the country's own language.

    `country` is a key of `regions_by_country`, `region` one of its values or None: then only the days that the whole
    country shares. A country that moves a holiday from a Sunday to the Monday gets both days.
    """
    # Without a language the package takes that of the machine it runs on, and names differ from server to server.
    language = country_holidays(country).default_language
    found = country_holidays(country, subdiv=region, years=year, categories=(PUBLIC,), language=language)
    return MappingProxyType({day: found[day] for day in sorted(found)})
