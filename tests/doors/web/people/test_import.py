"""Importing people through the door: a preview first, each error with its line, column and remedy."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clientela.directory import queries
from clientela.kernel.clock import now
from tests.doors.web.coming_in import come_in
from tests.world import World

HEADER = "department key;department name;person name;email;role\n"
RIGHT = HEADER + "finance;Finance;Șerban Ionașcu;serban@casa-lavora.test;head\n"
HALF_RIGHT = RIGHT + "finance;;Dan Ene;no address;member\n"
DEFAULTS = {"default_language": "ro", "default_zone": "Europe/Bucharest", "encoding": ""}


def give(client: Client, content: bytes, **more: str) -> str:
    file = SimpleUploadedFile("colleagues.csv", content, content_type="text/csv")
    response = client.post(reverse("directory:import"), {**DEFAULTS, **more, "file": file})
    assert response.status_code == 302, response.context["form"].errors
    return str(response["Location"])


def test_only_an_administrator_finds_the_import(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    assert client.get(reverse("directory:import")).status_code == 404
    assert client.post(reverse("directory:apply", args=[1])).status_code == 404


def test_without_a_file_there_is_nothing_to_read(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    response = client.post(reverse("directory:import"), DEFAULTS)
    assert response.status_code == 422
    assert response.context["form"].errors == {"file": ["Choose a file first."]}


def test_a_zone_that_is_none_is_refused(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    file = SimpleUploadedFile("colleagues.csv", RIGHT.encode())
    sent = {**DEFAULTS, "default_zone": "Mars/Olympus", "file": file}
    response = client.post(reverse("directory:import"), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["default_zone"]


def test_a_file_that_lacks_a_column_cannot_be_used_and_says_which(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    address = give(client, "phone;place\n123456789;Łódź\n".encode("windows-1250"))
    html = client.get(address).content.decode()
    assert "This file cannot be used" in html
    assert "colleagues.csv" in html
    apply = address + "/apply"
    response = client.post(apply)
    assert response.status_code == 422
    assert "The file was not applied" in response.content.decode()


def test_nothing_changes_before_the_file_is_applied(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    html = client.get(give(client, HALF_RIGHT.encode())).content.decode()
    assert "1 new person" in html
    assert "Șerban Ionașcu" in html
    assert re.search(r"line 3, column email: “no address” is not an e-mail address", html)
    assert queries.department_by_key("finance") is None


def test_applied_it_is_done_and_twice_is_the_same_as_once(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    address = give(client, HALF_RIGHT.encode("utf-8"))
    response = client.post(address + "/apply")
    assert (response.status_code, response["Location"]) == (302, address)
    finance = queries.department_by_key("finance")
    assert finance is not None
    page = queries.department_page(world.vera, finance.id, at=now())  # whoever is brought works here from today on
    assert [(one.name, one.role) for one in page.colleagues] == [("Șerban Ionașcu", "head")]
    html = client.get(address).content.decode()
    assert "There is nothing to do: the directory already says all this." in html
    client.post(address + "/apply")
    assert queries.department_page(world.vera, finance.id, at=now()).colleagues == page.colleagues


def test_letters_of_windows_1250_come_out_right(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    content = HEADER + "finance;Finance;Łukasz Żółć;lukasz@casa-lavora.test;head\n"
    html = client.get(give(client, content.encode("windows-1250"))).content.decode()
    assert "Łukasz Żółć" in html
    assert "windows-1250" in html
