"""Asking several departments from the page of a request, and waiting on one that is there already."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from clientela.directory.policies import HOUSE
from clientela.requests import actions
from clientela.requests.actions import OpenedRequest, PartToAsk
from clientela.requests.models import AskedTogether, Dependency, PlannedAsk, Request
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(shop: Shop) -> OpenedRequest:
    return shop.ask_repair()


def parts(shop: Shop, *services: str, **more: object) -> dict[str, object]:
    data: dict[str, object] = {"manner": "side_by_side", "enough": ""}
    for number, service in enumerate(services):
        data |= {
            f"service_{number}": shop.version(service) if service else "",
            f"title_{number}": f"For {service}" if service else "",
            f"text_{number}": "Please." if service else "",
        }
    return {**data, **more}


def together(shop: Shop, opened: OpenedRequest, *services: str, **more: object) -> actions.OpenedTogether:
    return actions.ask_departments_together(
        by=shop.world.ana,
        at=shop.at,
        request_id=opened.id,
        parts=[PartToAsk(shop.version(key), f"For {key}", "Please.", "en") for key in services],
        manner=str(more.get("manner", "side_by_side")),
        enough=more.get("enough"),  # type: ignore[arg-type]  # a shorthand
    )


# --- several in one go


def test_whoever_only_asked_cannot_ask_several(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    child = shop.ask_workshop(opened.id)
    answer = desk.post("radu", "ask_together", child, **parts(shop, "bench", "laptop"))
    assert (answer.status_code, AskedTogether.objects.count()) == (HTTPStatus.FORBIDDEN, 0)
    assert desk.post("magda", "ask_together", opened, **parts(shop, "bench", "laptop")).status_code == 404


@pytest.mark.parametrize(
    ("services", "more", "field", "words"),
    [
        (("pump", ""), {}, "service_1", "Ask at least two, or ask one department alone above."),
        (("pump", "bench"), {"text_1": ""}, "text_1", "Say in a few words what you need."),
        (("pump", ""), {"text_1": "For whom?"}, "service_1", "Choose what you need from them."),
        (("pump", "bench"), {"enough": "3"}, "enough", "You ask for 2 parts; no more can be enough."),
        (("pump", "bench"), {"enough": "0"}, "enough", "At least one is needed."),
        (("pump", "bench"), {"manner": ""}, "manner", "Choose how they are asked."),
        (("pump", "repair"), {}, "service_1", "Choose one of the list."),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    desk: Desk,
    shop: Shop,
    opened: OpenedRequest,
    *,
    services: tuple[str, ...],
    more: dict[str, str],
    field: str,
    words: str,
) -> None:
    answer = desk.post("ana", "ask_together", opened, **parts(shop, *services, **more))
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    form = answer.context["forms"]["together"]
    assert form.errors[field] == [words]
    assert words in page
    assert 'value="For pump"' in page
    assert (AskedTogether.objects.count(), Request.objects.count()) == (0, 1)


def test_without_a_script_one_more_part_is_added_and_everything_written_stands(
    desk: Desk, shop: Shop, opened: OpenedRequest
) -> None:
    answer = desk.post("ana", "ask_together", opened, **parts(shop, "pump", "", add="1"))
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK
    assert 'name="service_2"' in page
    assert 'name="service_3"' not in page
    assert 'value="For pump"' in page
    assert "Choose what you need from them." not in page
    assert AskedTogether.objects.count() == 0


def test_several_departments_are_asked_from_the_page(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    answer = desk.post("ana", "ask_together", opened, **parts(shop, "pump", "bench", "laptop", enough="2"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:request", args=[opened.reference]))
    asked = AskedTogether.objects.get()
    assert (asked.manner, asked.enough, PlannedAsk.objects.filter(asked__isnull=False).count()) == (
        "side_by_side",
        2,
        3,
    )
    page = desk.page("ana", opened)
    assert "2 of 3 are enough; 0 done so far." in page
    assert "Ana Ionescu asked for 3 parts, side by side; 2 are enough." in page


def test_in_order_the_page_says_who_comes_then(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    desk.post("ana", "ask_together", opened, **parts(shop, "pump", "bench", manner="in_order"))
    page = desk.page("ana", opened)
    assert "<strong>then Maintenance</strong>" in page
    assert "For bench, not asked yet" in page
    assert "0 of 2 done." in page
    assert "Ask the next one" not in page


def test_after_a_part_was_cancelled_the_agent_asks_the_next_or_drops_the_rest(
    desk: Desk, shop: Shop, opened: OpenedRequest
) -> None:
    asked = together(shop, opened, "pump", "bench", "laptop", manner="in_order")
    actions.cancel_request(by=shop.world.stefan, at=shop.at, request_id=asked.opened[0].id)
    page = desk.page("ana", opened)
    assert "3 parts are needed, and so many can no longer be done. It is your turn again." in page
    assert ("Ask the next one" in page, "Drop the rest" in page) == (True, True)
    assert desk.post("magda", "ask_next", opened, asked.id).status_code == 404
    assert desk.post("ana", "ask_next", opened, asked.id).status_code == 302
    assert PlannedAsk.objects.get(position=1).asked is not None
    again = desk.post("ana", "ask_next", opened, asked.id)
    assert again.status_code == HTTPStatus.CONFLICT
    assert "The one before is still in work." in again.content.decode()
    second = PlannedAsk.objects.get(position=1).asked
    assert second is not None
    actions.cancel_request(by=shop.world.tomasz, at=shop.at, request_id=second.pk)
    assert desk.post("ana", "drop_parts", opened, asked.id).status_code == 302
    page = desk.page("ana", opened)
    assert "For laptop, dropped, never asked" in page
    assert "Ana Ionescu dropped what was left of it: 1." in page
    assert desk.post("ana", "drop_parts", opened, 10**6).status_code == 404


# --- what is there already


def test_a_request_is_linked_by_its_reference_and_let_go_again(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    other = shop.ask_repair(title="It is loud")
    lift = shop.ask_workshop(other.id)
    answer = desk.post("ana", "link", opened, reference=f" {lift.reference.lower()} ", is_blocking="on")
    assert answer.status_code == 302
    assert shop.row(opened.id).state == "waiting_department"
    page = desk.page("ana", opened)
    address = reverse("desk:request", args=[lift.reference])
    assert f'lets this wait on <a href="{address}">{lift.reference}</a> at Workshop' in page
    assert "Do not wait for it" in page
    # Who answers the lift sees that two customers wait for it.
    assert "2 requests" in desk.page("stefan", lift)
    assert desk.post("stefan", "unlink", opened, lift.reference).status_code in {403, 404}
    assert desk.post("ana", "unlink", opened, lift.reference).status_code == 302
    assert (Dependency.objects.count(), shop.row(opened.id).state) == (1, "open")


@pytest.mark.parametrize("what", ["empty", "none", "hidden", "circle", "itself"])
def test_what_cannot_be_linked_is_said_beside_the_field(
    desk: Desk, shop: Shop, opened: OpenedRequest, what: str
) -> None:
    other = shop.ask_repair(title="It is loud")
    actions.link_requests(by=shop.world.ana, at=shop.at, request_id=other.id, needed_id=opened.id)
    private = actions.open_request(
        by=HOUSE,
        at=shop.at,
        service_version_id=shop.version("laptop"),
        customer_id=shop.world.id_of("hr"),
        asker_id=shop.world.id_of("magda"),
        channel="desk",
        title="Private",
        text="…",
        language="en",
    )
    circle = f"{opened.reference} waits on {other.reference}, which waits on {opened.reference}"
    reference, words = {
        "empty": ("", "Write the reference of the other request."),
        "none": ("R-9999-9", "There is no request with this reference that you may read. Look at it again."),
        "hidden": (private.reference, "There is no request with this reference that you may read. Look at it again."),
        "itself": (opened.reference, "A request cannot wait on itself. Write the reference of the other one."),
        "circle": (
            other.reference,
            f"{circle} already. So neither could ever be done.",
        ),
    }[what]
    answer = desk.post("ana", "link", opened, reference=reference)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.context["forms"]["link"].errors["reference"] == [words]
    assert Dependency.objects.count() == 1


# --- what the page says


def test_the_page_says_that_it_finished_by_itself_and_why_a_part_was_cancelled(
    desk: Desk, shop: Shop, opened: OpenedRequest
) -> None:
    shop.let_finish_by_itself("repair")
    again = shop.ask_repair()
    child = shop.ask_workshop(again.id)
    actions.resolve_request(by=shop.world.stefan, at=shop.at, request_id=child.id)
    assert "It finished by itself: everything it waited for is done." in desk.page("ana", again)
    below = shop.ask_workshop(opened.id)
    actions.cancel_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    page = desk.page("stefan", below)
    assert "It was cancelled, because " in page
    assert f"{opened.reference}</a>, for which it was asked, was cancelled." in page
