"""Services through the door: offered, described anew, retired; what was written is never lost."""

from typing import Any

from django.test import Client
from django.urls import reverse

from clientela.catalogue import queries as catalogue
from clientela.catalogue.actions import retire_service
from clientela.catalogue.queries.describing import service_described
from clientela.directory.policies import HOUSE
from tests.doors.web.coming_in import come_in
from tests.shop import Shop

PLAN = {
    "plan-TOTAL_FORMS": "1",
    "plan-INITIAL_FORMS": "0",
    "plan-0-words_en": "The screen is mended",
    "plan-0-words_pl": "Naprawa ekranu",
    "plan-0-shown_to_customer": "on",
}
FIELDS = {
    "fields-TOTAL_FORMS": "2",
    "fields-INITIAL_FORMS": "0",
    "fields-0-words_en": "Which screen is it?",
    "fields-0-kind": "choice",
    "fields-0-is_required": "on",
    "fields-0-choices": "small | Up to 24 inch | Până la 24 inch\nlarge | Larger",
    "fields-0-help_en": "It is written on the back.",
    "fields-1-words_en": "How many?",
    "fields-1-kind": "number",
    "fields-1-lowest": "1",
    "fields-1-row_key": "count",
}
SCREEN: dict[str, Any] = {
    "owner_key": "it",
    "service_key": "screen",
    "audience": "inside",
    "terms_key": "service",
    "next_review_on": "2027-06-01",
    "title_en": "A screen",
    "summary_en": "For your desk",
    "title_pl": "Ekran",
    **FIELDS,
    **PLAN,
}
NEW = "/settings/services/new"


def test_a_head_sees_the_services_of_their_own_department_only(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "ioana")
    html = client.get(reverse("settings:services")).content.decode()
    assert "A laptop" in html
    assert "Repair of an appliance" not in html
    assert client.get(reverse("settings:service", args=["repair"])).status_code == 404
    assert client.post(reverse("settings:retire_service", args=["repair"])).status_code == 403
    assert catalogue.service_seen(key="repair", language="en").retired_at is None


def test_a_service_without_an_owner_is_refused_and_what_was_written_stays(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, {**SCREEN, "owner_key": ""})
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "owner_key": ["The service has no owner. Name the department that answers for it and its promises."]
    }
    html = response.content.decode()
    assert 'value="Which screen is it?"' in html
    assert 'value="Ekran"' in html


def test_a_key_that_is_taken_or_no_key_is_refused(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, {**SCREEN, "service_key": "laptop"})
    assert response.context["form"].errors == {
        "service_key": ["There is already a service “laptop”. Give this one another key."]
    }
    response = client.post(NEW, {**SCREEN, "service_key": "a screen"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["service_key"]


def test_a_language_with_a_summary_and_no_title_is_refused_beside_its_title(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, {**SCREEN, "summary_es": "Para su mesa"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["title_es"]


def test_a_choice_without_answers_is_refused_in_its_own_row(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, {**SCREEN, "fields-0-choices": ""})
    assert response.status_code == 422
    first, second = response.context["field_rows"].forms
    assert list(first.errors) == ["choices"]
    assert not second.errors
    assert '<details class="c-fold" open>' in response.content.decode()


def test_a_limit_that_is_no_number_is_refused_in_its_own_row(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, {**SCREEN, "fields-1-lowest": "one"})
    first, second = response.context["field_rows"].forms
    assert not first.errors
    assert list(second.errors) == ["lowest"]


def test_a_row_is_added_by_a_button_without_losing_or_judging_anything(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, {**SCREEN, "owner_key": "", "title_en": "", "add": "field"})
    assert response.status_code == 200
    html = response.content.decode()
    assert 'name="fields-TOTAL_FORMS" value="3"' in html
    assert 'name="fields-2-words_en"' in html
    assert 'value="Which screen is it?"' in html
    assert "c-error-text" not in html
    response = client.post(NEW, {**SCREEN, "add": "step"})
    assert 'name="plan-TOTAL_FORMS" value="2"' in response.content.decode()


def test_a_service_is_offered_with_its_questions_and_its_plan(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(NEW, SCREEN)
    assert (response.status_code, response["Location"]) == (302, reverse("settings:services"))
    found = service_described(shop.world.vera, "screen")
    assert (found.owner_id, found.audience, found.terms_key) == (shop.world.it.id, "inside", "service")
    assert found.texts == {
        "en": {"title": "A screen", "summary": "For your desk", "what_happens": ""},
        "pl": {"title": "Ekran", "summary": "", "what_happens": ""},
    }
    assert found.fields == (
        {
            "key": "which-screen-is-it",
            "kind": "choice",
            "labels": {"en": "Which screen is it?"},
            "is_required": True,
            "help": {"en": "It is written on the back."},
            "choices": [
                {"key": "small", "labels": {"en": "Up to 24 inch", "ro": "Până la 24 inch"}},
                {"key": "large", "labels": {"en": "Larger"}},
            ],
        },
        {"key": "count", "kind": "number", "labels": {"en": "How many?"}, "lowest": "1"},
    )
    assert found.plan == (
        {"key": "the-screen-is-mended", "titles": {"en": "The screen is mended", "pl": "Naprawa ekranu"}},
    )


def sent_back(response: Any) -> dict[str, Any]:
    """Everything that a browser would send if nothing were changed."""
    sent: dict[str, Any] = {}
    sets = [response.context["field_rows"], response.context["step_rows"]]
    for form in [response.context["form"], *[one for rows in sets for one in (rows.management_form, *rows.forms)]]:
        for bound in form:
            value = bound.value()
            if value not in (None, False, "", []):
                sent[bound.html_name] = value if isinstance(value, list) else str(value)
    return sent


def test_keeping_a_service_as_it_is_makes_no_new_version(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "ana")
    address = reverse("settings:service", args=["repair"])
    before = service_described(shop.world.ana, "repair")
    assert client.post(address, sent_back(client.get(address))).status_code == 302
    assert service_described(shop.world.ana, "repair") == before


def test_that_it_finishes_by_itself_is_said_in_words_and_kept(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    client.post(NEW, {**SCREEN, "finishes_by_itself": "on"})
    described = service_described(shop.world.vera, "screen")
    assert (described.finishes_by_itself, described.version_number) == (True, 1)
    page = client.get(reverse("settings:service", args=["screen"])).content.decode()
    assert "It finishes by itself when the other departments have done their parts" in page
    assert "it comes back to your day instead." in page
    form = client.get(reverse("settings:service", args=["screen"])).context["form"]
    assert form["finishes_by_itself"].value() is True


def test_that_people_buy_it_is_of_the_service_and_makes_no_new_version(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "ana")
    address = reverse("settings:service", args=["repair"])
    page = client.get(address)
    assert page.context["form"]["is_bought"].value() is False
    assert "Impact can tell whether customers outside come back" in page.content.decode()
    assert client.post(address, {**sent_back(page), "is_bought": "on"}).status_code == 302
    found = service_described(shop.world.ana, "repair")
    assert (found.is_bought, found.version_number) == (True, 1)
    assert client.get(address).context["form"]["is_bought"].value() is True
    assert "people buy this" in client.get(reverse("settings:services")).content.decode()
    assert "People buy this from us." in client.get(f"/people/departments/{shop.care_id}").content.decode()
    assert client.post(address, sent_back(page)).status_code == 302
    assert service_described(shop.world.ana, "repair").is_bought is False
    assert "people buy this" not in client.get(reverse("settings:services")).content.decode()


def test_a_question_taken_out_is_a_new_version_and_an_old_request_keeps_its_form(client: Client, shop: Shop) -> None:
    opened = shop.ask_repair()
    come_in(client, shop.world, "ana")
    address = reverse("settings:service", args=["repair"])
    sent = sent_back(client.get(address))
    assert client.post(address, {**sent, "fields-1-is_out": "on"}).status_code == 302
    found = service_described(shop.world.ana, "repair")
    assert found.version_number == 2
    assert [row["key"] for row in found.fields] == ["model", "photo"]
    old = catalogue.service_seen(version_id=shop.row(opened.id).service_version_id, language="en")
    assert [field.key for field in old.fields] == ["model", "trouble", "photo"]


def test_a_retired_service_is_offered_no_longer(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "ana")
    assert client.post(reverse("settings:retire_service", args=["repair"])).status_code == 302
    assert "No longer offered" in client.get(reverse("settings:services")).content.decode()
    offered = [one.key for row in catalogue.services_for(shop.world.ana, language="en") for one in row.services]
    assert "repair" not in offered


def test_a_review_that_is_due_is_seen_in_the_list_and_at_a_glance(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    client.post(NEW, {**SCREEN, "next_review_on": "2026-01-01"})
    assert "due" in client.get(reverse("settings:services")).content.decode()
    assert "1 is due for a review" in client.get(reverse("settings:home")).content.decode()


# --- which other department does a step


def test_only_services_that_a_department_may_ask_for_can_be_named(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "ana")
    address = reverse("settings:service", args=["repair"])
    before = service_described(shop.world.ana, "repair")
    response = client.get(address)
    assert [key for key, _words in response.context["step_rows"].forms[1].fields["needs"].choices] == [
        "",
        "laptop",
        "bench",
        "pump",
    ]
    assert "Workshop: A pump" in response.content.decode()
    for needed, field in (("purchase", "needs"), ("nothing", "needs"), ("repair", "needs")):
        refused = client.post(address, {**sent_back(response), "plan-1-needs": needed})
        assert refused.status_code == 422
        assert refused.context["step_rows"].forms[1].errors == {field: ["Choose one of the list."]}
    assert service_described(shop.world.ana, "repair") == before


def test_a_step_is_given_to_another_department_kept_as_it_is_and_taken_back(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "ana")
    address = reverse("settings:service", args=["repair"])
    assert client.post(address, {**sent_back(client.get(address)), "plan-1-needs": "pump"}).status_code == 302
    found = service_described(shop.world.ana, "repair")
    assert (found.version_number, [row.get("needs") for row in found.plan]) == (2, [None, "pump", None])
    assert client.post(address, sent_back(client.get(address))).status_code == 302
    assert service_described(shop.world.ana, "repair") == found
    one_more = client.post(address, {**sent_back(client.get(address)), "add": "step"})
    assert one_more.context["step_rows"].forms[1]["needs"].value() == "pump"
    assert client.post(address, {**sent_back(client.get(address)), "plan-1-needs": ""}).status_code == 302
    assert [row.get("needs") for row in service_described(shop.world.ana, "repair").plan] == [None, None, None]


def test_a_circle_is_refused_beside_its_step(client: Client, shop: Shop) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    come_in(client, shop.world, "vera")
    address = reverse("settings:service", args=["pump"])
    step = {
        "fields-TOTAL_FORMS": "0",
        "fields-INITIAL_FORMS": "0",
        "plan-TOTAL_FORMS": "1",
        "plan-INITIAL_FORMS": "0",
        "plan-0-words_en": "Ask the customer",
        "plan-0-needs": "repair",
    }
    refused = client.post(address, {**sent_back(client.get(address)), **step})
    assert refused.status_code == 422
    assert refused.context["step_rows"].forms[0].errors == {
        "needs": [
            (
                "plan[0].needs closes a circle in which each needs the next: "
                "A pump → Repair of an appliance → A pump. Leave one of them out."
            )
        ]
    }


def test_who_is_about_to_offer_it_no_longer_reads_which_plans_name_it(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    address = reverse("settings:service", args=["pump"])
    assert "in their plans" not in client.get(address).content.decode()
    shop.let_step_need("repair", "order_part", "pump")
    assert "These have it in their plans: Repair of an appliance." in client.get(address).content.decode()


def test_what_is_named_and_no_longer_offered_stays_seen_and_has_to_be_changed(client: Client, shop: Shop) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    retire_service(by=HOUSE, at=shop.at, key="pump")
    come_in(client, shop.world, "ana")
    address = reverse("settings:service", args=["repair"])
    page = client.get(address)
    assert "Workshop: A pump (not offered to you any more)" in page.content.decode()
    refused = client.post(address, {**sent_back(page), "title_en": "Repairs"})
    assert refused.context["step_rows"].forms[1].errors == {
        "needs": ["plan[1].needs names a service that is no longer offered. Name another one, or leave it out."]
    }
    assert client.post(address, {**sent_back(page), "plan-1-needs": ""}).status_code == 302
