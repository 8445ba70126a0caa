"""Who sees and does what in the directory: the refusals first."""

import pytest

from clientela.directory import policies
from clientela.directory.models import Party
from clientela.directory.policies import HOUSE, PartySeen, Viewer
from clientela.kernel.policies import ALLOWED, HiddenError, NotAllowedError, denied, require, require_seen
from tests.world import World

COLLEAGUES = ("ana", "radu", "piotr", "stefan", "ioana", "tomasz", "magda", "vera", "carmen")


def seen(world: World, key: str) -> PartySeen:
    party = Party.objects.get(id=world.id_of(key))
    return PartySeen(party.pk, party.kind, is_employee=key in COLLEAGUES)


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("zofia", "lucia"),
        ("zofia", "ana"),
        ("zofia", "care"),
        ("zofia", "delta"),
        ("mihai", "zofia"),
        ("mihai", "workshop"),
        ("radu_at_home", "ana"),
        ("radu_at_home", "care"),
        ("piotr", "zofia"),  # Workshop does not serve outside
        ("magda", "lucia"),
        ("tomasz", "delta"),
    ],
)
def test_a_stranger_does_not_see_that_they_exist(world: World, who: str, whom: str) -> None:
    viewer: Viewer = getattr(world, who)
    party = seen(world, whom)
    with pytest.raises(HiddenError):
        require_seen(policies.may_see_party(viewer, party))
    assert not Party.objects.filter(policies.visible_to(viewer, today=world.at.date()), id=party.id).exists()


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("zofia", "zofia"),
        ("mihai", "delta"),
        ("radu_at_home", "radu"),
        ("piotr", "ana"),
        ("piotr", "hr"),
        ("ana", "zofia"),
        ("radu", "delta"),
        ("vera", "lucia"),
        ("carmen", "mihai"),
    ],
)
def test_who_serves_works_here_or_is_meant_sees_them(world: World, who: str, whom: str) -> None:
    viewer: Viewer = getattr(world, who)
    party = seen(world, whom)
    assert policies.may_see_party(viewer, party) == ALLOWED
    assert Party.objects.filter(policies.visible_to(viewer, today=world.at.date()), id=party.id).exists()


def test_the_filter_and_the_policy_agree_on_everybody(world: World) -> None:
    everybody = [*COLLEAGUES, "zofia", "lucia", "mihai", "delta", "care", "it", "workshop-warsaw"]
    viewers = [HOUSE, world.radu_at_home, *(world.again(key) for key in (*COLLEAGUES, "zofia", "mihai"))]
    for viewer in viewers:
        filtered = set(
            Party.objects.filter(policies.visible_to(viewer, today=world.at.date())).values_list("id", flat=True)
        )
        allowed = {world.id_of(key) for key in everybody if policies.may_see_party(viewer, seen(world, key))}
        assert filtered & {world.id_of(key) for key in everybody} == allowed


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        ("zofia", "lucia", False),
        ("piotr", "zofia", False),
        ("ioana", "radu", False),  # what Radu wished as a buyer is no business of IT
        ("vera", "zofia", False),  # being the administrator is not enough
        ("piotr", "delta", False),
        ("zofia", "zofia", True),
        ("mihai", "delta", True),
        ("ana", "zofia", True),
        ("ana", "radu", True),  # Care serves him
        ("radu_at_home", "radu", True),
        ("piotr", "care", True),  # a department is everybody's customer inside
        ("carmen", "zofia", True),
    ],
)
def test_a_profile_is_seen_by_those_who_serve(world: World, who: str, whom: str, *, may: bool) -> None:
    verdict = policies.may_see_profile(getattr(world, who), seen(world, whom))
    assert verdict == (ALLOWED if may else denied("You don’t serve this customer."))
    assert policies.may_note_about(getattr(world, who), seen(world, whom)) == verdict


@pytest.mark.parametrize(
    ("who", "may"), [("ana", False), ("carmen", False), ("zofia", False), ("radu_at_home", False), ("vera", True)]
)
def test_only_the_administrator_keeps_the_directory(world: World, who: str, *, may: bool) -> None:
    verdict = policies.may_manage_directory(getattr(world, who))
    reason = "Only an administrator may change departments, colleagues and accounts."
    assert verdict == (ALLOWED if may else denied(reason))
    assert policies.may_manage_directory(HOUSE) == ALLOWED


@pytest.mark.parametrize(
    ("who", "may"),
    [("piotr", False), ("zofia", False), ("carmen", False), ("ana", True), ("radu", True), ("vera", True)],
)
def test_customers_are_added_by_those_who_serve_outside(world: World, who: str, *, may: bool) -> None:
    verdict = policies.may_register_customer(getattr(world, who))
    assert verdict == (ALLOWED if may else denied("Only departments that serve outside customers may add them."))


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        ("ana", "radu", False),
        ("ana", "care", False),
        ("piotr", "zofia", False),
        ("zofia", "lucia", False),
        ("radu", "radu", True),
        ("zofia", "zofia", True),
        ("mihai", "delta", True),
        ("ana", "zofia", True),
        ("vera", "care", True),
        ("vera", "radu", True),
    ],
)
def test_what_is_written_of_a_party_is_changed_by_them_or_those_who_keep_it(
    world: World, who: str, whom: str, *, may: bool
) -> None:
    assert policies.may_change_party(getattr(world, who), seen(world, whom)).is_allowed is may


def test_an_employee_does_not_change_their_own_name_on_file(world: World) -> None:
    assert not policies.may_change_work_data(world.radu, seen(world, "radu"))
    assert policies.may_change_work_data(world.vera, seen(world, "radu"))
    assert policies.may_change_work_data(world.zofia, seen(world, "zofia"))


def test_a_password_is_changed_by_its_owner_or_the_administrator(world: World) -> None:
    ana_id = world.id_of("ana")
    refusal = denied("You may only change your own password.")
    assert policies.may_change_password(world.radu, ana_id) == refusal
    assert policies.may_change_password(world.ana, ana_id) == ALLOWED
    assert policies.may_change_password(world.vera, ana_id) == ALLOWED


def test_a_refusal_carries_its_reason_and_is_never_true() -> None:
    verdict = denied("Not yours.")
    assert not verdict
    assert (verdict.is_allowed, verdict.reason) == (False, "Not yours.")
    with pytest.raises(NotAllowedError, match=r"^Not yours\.$"):
        require(verdict)
    with pytest.raises(ValueError, match="says why"):
        denied("")
    require(ALLOWED)
    assert ALLOWED
