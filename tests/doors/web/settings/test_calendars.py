"""Calendars and terms through the door: every error names its field and its remedy."""

import pytest
from django.test import Client
from django.urls import reverse

from clientela.promises import queries as promises
from tests.doors.web.coming_in import come_in
from tests.shop import Shop

MADRID = {
    "name": "Madrid",
    "zone": "Europe/Madrid",
    "mon": "9:00-14:00, 16:00-19:00",
    "tue": "9-14",
    "fri": "22:00-06:00",
    "country": "ES",
    "region": "MD",
    "extra": "2026-12-24\n2026-12-31",
    "worked": "",
    "exceptions": "2026-12-23: 09:00-12:00\n2026-12-27",
    "breaks": "2026-12-10: 12:00-14:00",
}
NEW = "/settings/calendars/new"


def calendar(key: str) -> promises.CalendarSeen:
    return next(one for one in promises.calendars() if one.key == key)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": ""}, "name", "Please write something here."),
        ({"zone": "Mars/Olympus"}, "zone", "There is no such time zone. Write it like Europe/Bucharest."),
        ({"mon": "nine to five"}, "mon", "These are not hours. Write them like 09:00-17:00, several with a comma."),
        ({"tue": "9-25"}, "tue", "This is not a time of day. Write it like 09:00, from 00:00 to 24:00."),
        (
            {"wed": "09:00-09:00"},
            "wed",
            "These hours begin and end at the same time. Write 00:00-24:00 for a whole day, nothing for a day off.",
        ),
        (
            {"exceptions": "24.12.2026: 09:00-12:00"},
            "exceptions",
            "24.12.2026: This is not a day. Write it as year-month-day, for example 2026-12-24.",
        ),
        ({"extra": "Christmas"}, "extra", "This is not a day. Write it as year-month-day, for example 2026-12-24."),
        ({"country": ""}, "region", "A region needs its country. Choose the country too, or leave the region empty."),
        ({"worked": "2026-12-24"}, "worked", "A day is both off and worked. Keep one of the two."),
        (
            {"mon": "", "tue": "", "fri": "", "exceptions": ""},
            "mon",
            "Nobody works by this calendar within two years. Give at least one weekday hours.",
        ),
        ({"name": "Warsaw"}, "name", "There is already a calendar of this name. Give this one another name."),
    ],
)
def test_a_calendar_that_cannot_be_used_is_refused_beside_the_field(
    client: Client, shop: Shop, wrong: dict[str, str], field: str, said: str
) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, {**MADRID, **wrong})
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [said]}
    assert {one.key for one in promises.calendars()} == {"bucharest", "warsaw"}
    assert "2026-12-31" in response.content.decode() or field == "extra"


def test_a_region_that_there_is_not_is_refused_with_those_there_are(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, {**MADRID, "region": "XX"})
    (said,) = response.context["form"].errors["region"]
    assert said.startswith("This country has no such region. Choose one of AN, AR, AS,")


def test_a_calendar_is_kept_as_it_was_written(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, MADRID)
    assert (response.status_code, response["Location"]) == (302, reverse("settings:calendar", args=["madrid"]))
    assert calendar("madrid").definition == {
        "name": "Madrid",
        "zone": "Europe/Madrid",
        "hours": {
            "mon": [["09:00", "14:00"], ["16:00", "19:00"]],
            "tue": [["09:00", "14:00"]],
            "fri": [["22:00", "06:00"]],
        },
        "exceptions": {"2026-12-23": [["09:00", "12:00"]], "2026-12-27": []},
        "breaks": {"2026-12-10": [["12:00", "14:00"]]},
        "holidays": {"country": "ES", "region": "MD", "extra": ["2026-12-24", "2026-12-31"], "worked": []},
    }


def test_shown_and_kept_unchanged_it_is_the_same_version(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    client.post(NEW, MADRID)
    address = reverse("settings:calendar", args=["madrid"])
    form = client.get(address).context["form"]
    sent = {bound.name: bound.value() or "" for bound in form}
    assert client.post(address, sent).status_code == 302
    assert calendar("madrid").number == 1
    client.post(address, {**sent, "tue": ""})
    assert calendar("madrid").number == 2
    assert "tue" not in calendar("madrid").definition["hours"]


def test_the_week_is_a_picture_and_the_next_holidays_are_named(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    client.post(NEW, MADRID)
    response = client.get(reverse("settings:calendar", args=["madrid"]))
    html = response.content.decode()
    assert "09:00–14:00, 16:00–19:00" in html
    assert '<rect x="540" y="0" width="300"' in html  # Monday from nine to two
    assert '<rect x="1320" y="0" width="120"' in html  # Friday from ten to midnight
    assert '<rect x="0" y="0" width="360"' in html  # and Saturday to six
    holidays = response.context["shown"].holidays
    assert len(holidays) == 6
    assert [day for day, _name in holidays] == sorted(day for day, _name in holidays)


def test_no_department_is_no_answer(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(reverse("settings:assign_calendar", args=["warsaw"]), {"department": ""})
    assert response.status_code == 422
    assert "Choose one of the departments first." in response.content.decode()
    assert client.post(reverse("settings:assign_calendar", args=["nowhere"]), {}).status_code == 404


def test_a_department_works_by_a_calendar_from_now_on(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    sent = {"department": str(shop.world.workshop_warsaw.id)}
    assert client.post(reverse("settings:assign_calendar", args=["warsaw"]), sent).status_code == 302
    assert shop.world.workshop_warsaw.id in calendar("warsaw").department_ids


TERMS = {
    "name": "Urgent",
    "first_reply_minutes": "30",
    "next_reply_minutes": "",
    "resolution_minutes": "480",
    "pauses_while": ["waiting_customer"],
    "on_reopen": "restart",
    "warn_percent": "75",
}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Service"}, "name"),
        ({"first_reply_minutes": "0"}, "first_reply_minutes"),
        ({"first_reply_minutes": "soon"}, "first_reply_minutes"),
        ({"warn_percent": "0"}, "warn_percent"),
        ({"on_reopen": "maybe"}, "on_reopen"),
    ],
)
def test_terms_that_cannot_be_kept_track_of_are_refused(
    client: Client, shop: Shop, wrong: dict[str, str], field: str
) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(reverse("settings:new_terms"), {**TERMS, **wrong})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert [one.key for one in promises.all_terms()] == ["service"]


def test_terms_are_made_and_changed(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    assert client.post(reverse("settings:new_terms"), TERMS).status_code == 302
    urgent = next(one for one in promises.all_terms() if one.key == "urgent")
    assert (urgent.first_reply_minutes, urgent.next_reply_minutes, urgent.resolution_minutes) == (30, None, 480)
    assert (urgent.pauses_while, urgent.on_reopen, urgent.warn_share) == (("waiting_customer",), "restart", 0.75)
    address = reverse("settings:change_terms", args=["urgent"])
    assert client.post(address, {**TERMS, "first_reply_minutes": "20"}).status_code == 302
    changed = next(one for one in promises.all_terms() if one.key == "urgent")
    assert (changed.number, changed.first_reply_minutes) == (2, 20)
    assert client.get(reverse("settings:change_terms", args=["nothing"])).status_code == 404
