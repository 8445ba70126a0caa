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
    "insight:home": "employees",
    "insight:load": "employees",
    "insight:load_csv": "employees",
    "insight:time": "employees",
    "insight:time_csv": "employees",
    "insight:what_ifs": "employees",
    "insight:new_what_if": "employees",
    "insight:what_if": "employees",
    "insight:cancel_what_if": "employees",
    "insight:what_if_file": "employees",
    "insight:own_department": "employees",
    "insight:department": "employees",
    "manual:manual": "employees",
    "manual:page": "employees",
    "directory:people": "employees",
    "directory:import": "administrators",
    "directory:preview": "administrators",
    "directory:apply": "administrators",
    "directory:new_organisation": "employees",
    "directory:person": "employees",
    "directory:department": "employees",
    "directory:organisation": "employees",
    "directory:change": "employees",
    "directory:note": "employees",
    "directory:end_note": "employees",
    "directory:boundary": "employees",
    "directory:lift_boundary": "employees",
    "directory:contact_point": "employees",
    "directory:remove_contact_point": "employees",
    "directory:representative": "employees",
    "directory:end_representative": "employees",
    "settings:home": "administrators",
    "settings:services": "employees",
    "settings:new_service": "employees",
    "settings:service": "employees",
    "settings:retire_service": "employees",
    "settings:calendars": "administrators",
    "settings:new_calendar": "administrators",
    "settings:calendar": "administrators",
    "settings:assign_calendar": "administrators",
    "settings:terms": "administrators",
    "settings:new_terms": "administrators",
    "settings:change_terms": "administrators",
    "settings:departments": "administrators",
    "settings:new_department": "administrators",
    "settings:department": "administrators",
    "settings:add_member": "administrators",
    "settings:end_member": "administrators",
    "settings:accounts": "administrators",
    "settings:account": "administrators",
    "settings:rights": "administrators",
    "settings:password": "administrators",
    "settings:close_account": "administrators",
    "settings:mail": "administrators",
    "settings:mail_again": "administrators",
    "settings:mail_raw": "administrators",
    "settings:letters": "employees",
    "settings:letter": "employees",
    "settings:letter_html": "employees",
    "settings:send_again": "employees",
    "desk:my_day": "employees",
    "desk:day_part": "employees",
    "desk:new": "employees",
    "desk:requests": "employees",
    "desk:request": "employees",
    "desk:lookers": "employees",
    "desk:reply": "employees",
    "desk:note": "employees",
    "desk:write": "employees",
    "desk:ask": "employees",
    "desk:ask_together": "employees",
    "desk:ask_next": "employees",
    "desk:drop_parts": "employees",
    "desk:link": "employees",
    "desk:unlink": "employees",
    "desk:complain": "employees",
    "desk:take": "employees",
    "desk:release": "employees",
    "desk:assign": "employees",
    "desk:hand_over": "employees",
    "desk:wait": "employees",
    "desk:resume": "employees",
    "desk:resolve": "employees",
    "desk:close": "employees",
    "desk:reopen": "employees",
    "desk:cancel": "employees",
    "desk:promise": "employees",
    "desk:keep_promise": "employees",
    "desk:move_promise": "employees",
    "desk:step": "employees",
    "desk:undo_step": "employees",
    "desk:queue": "employees",
    "desk:turn": "employees",
    "desk:choose": "employees",
    "desk:follow_order": "employees",
    "desk:weigh": "employees",
    "insight:turns": "employees",
    "desk:file": "employees",
    "desk:letter_html": "employees",
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
