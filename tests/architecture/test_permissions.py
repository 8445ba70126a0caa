"""The permission table: who may come in at which address. A new address without a row here is red."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# route name → whom its door lets in. What they see inside is decided by the contexts' policies.
TABLE: dict[str, str] = {
    "account:front": "everybody",
    "account:login": "everybody",
    "account:logout": "everybody",
    "account:link": "everybody",
    "account:letter": "everybody",
    "shell:theme": "everybody",
    "shell:language": "everybody",
    "shell:states": "administrators",
    "portal:home": "everybody",
    "portal:ask": "known",
    "portal:requests": "known",
    "portal:status": "known",
    "portal:write": "known",
    "portal:done": "known",
    "portal:attachment": "known",
    "portal:rate": "everybody",
    "portal:rating": "everybody",
    "map:map": "employees",
    "map:csv": "employees",
}


def routes(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}", pattern


ROUTES = dict(routes(get_resolver().url_patterns))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ROUTES) == set(TABLE)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_the_door_of_an_address_is_the_one_in_the_table(name: str) -> None:
    assert getattr(ROUTES[name].callback, "door", "no door") == TABLE.get(name)
