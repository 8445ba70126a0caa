"""Asking people by hand at the page: by addresses and groups, with a word on who was left out."""

from django.urls import reverse

from clientela.directory.actions import gather_group
from clientela.kernel.clock import now
from clientela.kernel.models import Letter
from clientela.voice.actions import close_round
from clientela.voice.models import SurveyInvitation, SurveyRound
from tests.contexts.voice.surveys.building import opened
from tests.doors.web.desk.visits import Desk
from tests.world import World


def test_only_who_makes_the_survey_asks_by_hand(world: World, desk: Desk) -> None:
    opened(world.care.id, at=now())
    address = reverse("listen:survey_people", args=["repairs"])
    given = {"addresses": world.address_of("zofia")}
    assert desk.of("tomasz").post(address, given).status_code == 404
    assert desk.of_customer("zofia").post(address, given).status_code == 404
    assert desk.of("radu").post(address, given).status_code == 403
    assert (SurveyInvitation.objects.count(), Letter.objects.count()) == (0, 0)


def test_people_and_groups_are_asked_and_who_was_left_out_is_told(world: World, desk: Desk) -> None:
    opened(world.care.id, at=now())
    group = gather_group(by=world.vera, at=now(), name="Friends", party_ids=[world.id_of("lucia")])
    address = reverse("listen:survey_people", args=["repairs"])
    first = desk.of("ana").post(
        address, {"addresses": f"{world.address_of('zofia')}, {world.address_of('radu')}", "groups": [str(group)]}
    )
    assert first["Location"] == reverse("listen:survey", args=["repairs"])
    assert SurveyInvitation.objects.count() == 3
    page = desk.of("ana").post(address, {"addresses": world.address_of("zofia")}, follow=True).content.decode()
    assert (
        "Nobody more was asked. Ask other people, or these again in a later round. Not asked: asked already: 1." in page
    )


def test_who_asks_a_group_of_nobody_is_told_so(world: World, desk: Desk) -> None:
    opened(world.care.id, at=now())
    group = gather_group(by=world.vera, at=now(), name="Friends", party_ids=[])
    page = desk.of("ana").post(reverse("listen:survey_people", args=["repairs"]), {"groups": [str(group)]}, follow=True)
    assert "Nobody was asked: there is nobody in this group." in page.content.decode()
    assert not SurveyInvitation.objects.exists()


def test_an_unknown_address_and_a_round_that_ended_are_told_beside_the_field(world: World, desk: Desk) -> None:
    one = opened(world.care.id, at=now())
    address = reverse("listen:survey_people", args=["repairs"])
    unknown = desk.of("ana").post(address, {"addresses": "nobody@example.test"})
    assert unknown.status_code == 422
    assert "We know nobody with these addresses: nobody@example.test." in unknown.content.decode()
    assert "Say whom to ask." in desk.of("ana").post(address, {"addresses": " "}).content.decode()
    close_round(at=now(), round_id=one.pk)
    over = desk.of("ana").post(address, {"addresses": world.address_of("zofia")})
    assert "No round is open." in over.content.decode()
    assert (SurveyInvitation.objects.count(), SurveyRound.objects.count()) == (0, 1)
