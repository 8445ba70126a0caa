"""Writing to people: what they do not want is respected, and a letter held back says why."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clientela.directory import actions
from clientela.directory.models import ContactPoint, Party
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError
from clientela.kernel.post import LetterDraft
from tests.world import World

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NOTED = date(2026, 11, 3)


def draft(**values: object) -> LetterDraft:
    given: dict[str, object] = {
        "kind": "reply",
        "to_party_id": None,
        "to_address": "",
        "to_name": "",
        "from_address": "care@casa-lavora.test",
        "from_name": "Customer Care",
        "subject": "Pralka",
        "text": "Dzień dobry",
        "html": "",
        "language": "pl",
        "message_id": "one@casa-lavora.test",
    }
    return LetterDraft(**{**given, **values})


def write(world: World, who: str, subject: str = "service", at: datetime = NOON, **values: object) -> Letter:
    letter_id = actions.write_to_person(at=at, person_id=world.id_of(who), draft=draft(**values), subject=subject)
    return Letter.objects.get(pk=letter_id)


def wish(world: World, who: str, kind: str, **rule: str) -> int:
    return actions.set_boundary(
        by=world.ana,
        at=world.at,
        party_id=world.id_of(who),
        kind=kind,
        rule={key.rstrip("_"): value for key, value in rule.items()},
        source="phone call",
        starts_on=NOTED,
    )


def test_nobody_is_not_written_to(world: World) -> None:
    with pytest.raises(HiddenError):
        actions.write_to_person(at=NOON, person_id=world.delta.id, draft=draft(), subject="service")
    Party.objects.filter(id=world.id_of("zofia")).update(erased_at=world.at)
    with pytest.raises(HiddenError):
        write(world, "zofia")
    with pytest.raises(ValueError, match="A letter is about one of service, access, offers, surveys, news, not ads"):
        write(world, "lucia", "ads")
    assert Letter.objects.count() == 0


def test_a_letter_without_an_address_goes_to_the_main_one(world: World) -> None:
    letter = write(world, "zofia")
    assert (letter.to_party_id, letter.to_address, letter.to_name) == (
        world.id_of("zofia"),
        "zofia@example.test",
        "Zofia Nowak",
    )
    assert (letter.hold_reason, letter.due_at) == ("", NOON)


def test_an_address_that_is_given_is_kept(world: World) -> None:
    letter = write(world, "zofia", to_address="zosia@other.test", to_name="Zosia")
    assert (letter.to_address, letter.to_name) == ("zosia@other.test", "Zosia")


def test_a_letter_to_somebody_without_an_address_is_held_and_says_so(world: World) -> None:
    ContactPoint.objects.filter(party_id=world.id_of("zofia")).delete()
    letter = write(world, "zofia")
    assert (letter.hold_reason, letter.due_at) == ("We know no e-mail address of Zofia.", None)


@pytest.mark.parametrize(
    ("kind", "rule", "subject", "reason"),
    [
        (
            "channel",
            {"channel": "email"},
            "service",
            "Zofia asked us not to write by e-mail (noted 3 Nov 2026, phone call).",
        ),
        (
            "do_not_contact",
            {},
            "service",
            "Zofia asked us not to get in touch at all (noted 3 Nov 2026, phone call).",
        ),
        (
            "subject",
            {"subject": "offers"},
            "offers",
            "Zofia asked us not to write about offers (noted 3 Nov 2026, phone call).",
        ),
        (
            "subject",
            {"subject": "surveys"},
            "surveys",
            "Zofia asked us not to ask for opinions (noted 3 Nov 2026, phone call).",
        ),
        ("subject", {"subject": "news"}, "news", "Zofia asked us not to send news (noted 3 Nov 2026, phone call)."),
        ("subject", {"subject": "offers"}, "service", ""),
        ("channel", {"channel": "phone"}, "service", ""),
        ("do_not_contact", {}, "access", ""),
    ],
)
def test_a_letter_that_is_not_wanted_is_held_and_says_why(
    world: World, kind: str, rule: dict[str, str], subject: str, reason: str
) -> None:
    wish(world, "zofia", kind, **rule)
    letter = write(world, "zofia", subject)
    assert (letter.hold_reason, letter.due_at) == (reason, None if reason else NOON)


def test_a_wish_of_somebody_else_or_one_that_was_lifted_holds_nothing(world: World) -> None:
    wish(world, "lucia", "do_not_contact")
    lifted = wish(world, "zofia", "do_not_contact")
    actions.lift_boundary(by=world.ana, at=world.at, boundary_id=lifted)
    assert write(world, "zofia").hold_reason == ""


def test_a_letter_for_an_organisation_respects_its_wishes_too(world: World) -> None:
    wish(world, "delta", "channel", channel="email")
    assert write(world, "mihai", message_id="a@x").hold_reason == ""
    letter = write(world, "mihai", to_party_id=world.delta.id, message_id="b@x")
    assert letter.hold_reason == "Mihai asked us not to write by e-mail (noted 3 Nov 2026, phone call)."
    assert letter.to_party_id == world.delta.id


def test_quiet_hours_put_a_letter_off_until_the_readers_morning(world: World) -> None:
    wish(world, "zofia", "quiet_hours", from_="18:00", to="08:00")
    wish(world, "mihai", "quiet_hours", from_="18:00", to="08:00")
    evening = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 17:30 in Warsaw, 18:30 in Bucharest
    to_warsaw = write(world, "zofia", at=evening, message_id="a@x")
    to_bucharest = write(world, "mihai", at=evening, message_id="b@x")
    assert (to_warsaw.not_before, to_warsaw.due_at) == (None, evening)
    eight_in_bucharest = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert (to_bucharest.not_before, to_bucharest.due_at) == (eight_in_bucharest, eight_in_bucharest)
    assert to_bucharest.hold_reason == ""


def test_the_longest_names_and_sources_still_make_a_sentence(world: World) -> None:
    actions.change_person(by=world.ana, at=world.at, person_id=world.id_of("zofia"), short_name="Z" * 100)
    actions.set_boundary(
        by=world.ana,
        at=world.at,
        party_id=world.id_of("zofia"),
        kind="do_not_contact",
        source="s" * 200,
        starts_on=NOTED,
    )
    reason = write(world, "zofia").hold_reason
    assert reason == f"{'Z' * 100} asked us not to get in touch at all (noted 3 Nov 2026, {'s' * 41}…)."
    assert len(reason) == 200


def test_a_wish_counts_for_the_letters_that_wait_already(world: World) -> None:
    hers = write(world, "zofia", at=world.at)
    for_her_firm = write(world, "zofia", at=world.at, to_party_id=world.delta.id, message_id="two@casa-lavora.test")
    link = write(world, "zofia", "access", at=world.at, kind="access", message_id="three@casa-lavora.test")
    other = write(world, "lucia", at=world.at, message_id="four@casa-lavora.test")
    wish(world, "zofia", "channel", channel="email")
    for letter in (hers, for_her_firm, link, other):
        letter.refresh_from_db()
    said = "Zofia Nowak asked us not to write by e-mail (noted 3 Nov 2026, phone call)."
    assert [one.hold_reason for one in (hers, for_her_firm, link, other)] == [said, said, "", ""]
    assert [one.due_at is None for one in (hers, for_her_firm, link, other)] == [True, True, False, False]
    assert [fact.verb for fact in facts_about(f"letter:{hers.pk}")] == ["letter_held"]


def test_a_wish_about_one_subject_or_of_another_day_leaves_what_waits_as_it_is(world: World) -> None:
    letter = write(world, "zofia", at=world.at)
    wish(world, "zofia", "subject", subject="offers")
    actions.set_boundary(
        by=world.ana,
        at=world.at,
        party_id=world.id_of("zofia"),
        kind="do_not_contact",
        source="phone call",
        starts_on=date(2027, 1, 1),
    )
    letter.refresh_from_db()
    assert (letter.hold_reason, letter.due_at) == ("", world.at)


def test_quiet_hours_count_for_the_letters_that_wait_already_and_for_their_later_tries(world: World) -> None:
    now, later = write(world, "zofia", at=NOON), write(world, "zofia", at=NOON, message_id="two@casa-lavora.test")
    Letter.objects.filter(pk=later.pk).update(due_at=NOON + timedelta(hours=8))  # put off until 20:00 in Warsaw
    wish(world, "zofia", "quiet_hours", from_="18:00", to="08:00")
    now.refresh_from_db()
    later.refresh_from_db()
    window = {"from": "18:00", "to": "08:00", "zone": "Europe/Warsaw"}
    assert (now.due_at, now.quiet_hours) == (NOON, [window])
    assert (later.due_at, later.quiet_hours) == (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), [window])
    assert write(world, "zofia", at=NOON, message_id="three@casa-lavora.test").quiet_hours == [window]
    assert write(world, "zofia", "access", at=NOON, message_id="four@casa-lavora.test").quiet_hours == []
