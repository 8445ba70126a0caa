"""Departments and services bear their names in the language of the page, whatever language its reader is noted with."""

import re

import pytest
from django.urls import reverse

from clientela.directory.models import Department
from clientela.requests import actions
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

NAMES = {"en": "Customer Care", "ro": "Relații cu clienții", "pl": "Obsługa Klienta"}
SERVICES = {"en": "Repair of an appliance", "pl": "Naprawa urządzenia"}


@pytest.mark.parametrize("language", ["en", "ro", "pl"])
def test_a_request_names_its_department_and_its_service_in_the_language_of_the_page(
    desk: Desk, shop: Shop, language: str
) -> None:
    opened = shop.ask_repair()
    address = reverse("desk:request", args=[opened.reference])
    html = desk.of("ana", language=language).get(address).content.decode()
    for code, name in NAMES.items():
        assert (name in html) is (code == language), code
    assert SERVICES.get(language, SERVICES["en"]) in html


@pytest.mark.parametrize("name", ["desk:my_day", "desk:requests"])
def test_the_lists_of_the_desk_do_so_too(desk: Desk, shop: Shop, name: str) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    for language in NAMES:
        html = desk.of("ana", language=language).get(reverse(name), follow=True).content.decode()
        for code, named in NAMES.items():
            assert (named in html) is (code == language), (language, code)


def test_the_departments_to_choose_from_stand_in_the_alphabet_of_the_reader(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    for name, polish in (("IT", "Zaplecze IT"), ("Maintenance", "Łącza"), ("Workshop", "Lakiernia")):
        Department.objects.filter(party__name=name).update(names={"pl": polish})
    offered = {}
    for language in ("en", "pl"):
        page = desk.of("ana", language=language).get(reverse("desk:request", args=[opened.reference]))
        asked, handed_over = re.findall(r'<select[^>]*name="department".*?</select>', page.content.decode(), re.DOTALL)
        offered[language] = re.findall(r'<option value="\d+"[^>]*>\s*([^<,]+)', asked)
        others = re.findall(r'<option value="\d+"[^>]*>\s*([^<,]+)', handed_over)
        assert [name for name in others if name in offered[language]] == offered[language]
    assert offered == {"en": ["IT", "Maintenance", "Workshop"], "pl": ["Lakiernia", "Łącza", "Zaplecze IT"]}
