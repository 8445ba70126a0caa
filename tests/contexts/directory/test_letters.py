"""Writing to people: what they do not want is respected, and a letter held back says why."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.directory import actions
from clientela.directory.models import ContactPoint, Party
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError
from clientela.kernel.post import LetterDraft
from clientela.kernel.post.waiting import waits_for_its_reader
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


def wish_from(world: World, who: str, kind: str, at: datetime, **rule: str) -> int:
    """A wish that was said today and holds from the day of `at` on."""
    return actions.set_boundary(
        by=world.ana,
        at=world.at,
        party_id=world.id_of(who),
        kind=kind,
        rule={key.rstrip("_"): value for key, value in rule.items()},
        source="phone call",
        starts_on=at.date(),
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


def test_a_wish_about_one_subject_holds_what_waits_about_that_subject_only(world: World) -> None:
    letters = {
        subject: write(world, "zofia", subject, at=world.at, message_id=f"{subject}@casa-lavora.test")
        for subject in ("service", "offers", "surveys", "news")
    }
    hers = write(world, "lucia", "surveys", at=world.at, message_id="lucia@casa-lavora.test")
    wish(world, "zofia", "subject", subject="surveys")
    for letter in (*letters.values(), hers):
        letter.refresh_from_db()
    said = "Zofia Nowak asked us not to ask for opinions (noted 3 Nov 2026, phone call)."
    assert {subject: letter.hold_reason for subject, letter in letters.items()} == {
        "service": "",
        "offers": "",
        "surveys": said,
        "news": "",
    }
    assert hers.due_at == world.at


def test_a_wish_for_a_later_day_leaves_what_waits_and_holds_what_goes_then(world: World) -> None:
    letter = write(world, "zofia", at=world.at)
    for_her_firm = write(world, "zofia", at=world.at, to_party_id=world.delta.id, message_id="two@casa-lavora.test")
    link = write(world, "zofia", "access", at=world.at, kind="access", message_id="three@casa-lavora.test")
    begins = datetime(2027, 1, 1, 0, 0, tzinfo=ZoneInfo("Europe/Warsaw"))
    actions.set_boundary(
        by=world.ana,
        at=world.at,
        party_id=world.id_of("zofia"),
        kind="do_not_contact",
        source="phone call",
        starts_on=begins.date(),
    )
    Letter.objects.update(due_at=begins)
    for one in (letter, for_her_firm, link):
        one.refresh_from_db()
        assert (one.hold_reason, one.due_at) == ("", begins)
    assert not waits_for_its_reader(letter, at=begins - timedelta(seconds=1))
    assert [waits_for_its_reader(one, at=begins) for one in (letter, for_her_firm, link)] == [True, True, False]
    said = "Zofia Nowak asked us not to get in touch at all (noted 1 Jan 2027, phone call)."
    for one, reason in ((letter, said), (for_her_firm, said), (link, "")):
        one.refresh_from_db()
        assert (one.hold_reason, one.due_at) == (reason, None if reason else begins)
    assert [fact.verb for fact in facts_about(f"letter:{letter.pk}")] == ["letter_held"]


def test_what_goes_later_obeys_the_wishes_of_then(world: World) -> None:
    offers = write(world, "zofia", "offers", at=world.at)
    service = write(world, "zofia", at=world.at, message_id="two@casa-lavora.test")
    tomorrow = world.at + timedelta(days=1)
    refused = wish_from(world, "zofia", "subject", tomorrow, subject="offers")
    assert waits_for_its_reader(offers, at=tomorrow)
    assert not waits_for_its_reader(service, at=tomorrow)
    wish_from(world, "zofia", "quiet_hours", tomorrow, from_="08:00", to="12:00")
    assert waits_for_its_reader(service, at=tomorrow)  # 9:00 in Warsaw
    assert service.due_at == tomorrow + timedelta(hours=3)
    assert not waits_for_its_reader(service, at=tomorrow + timedelta(hours=3))
    actions.lift_boundary(by=world.ana, at=tomorrow, boundary_id=refused)
    again = write(world, "zofia", "offers", at=world.at, message_id="three@casa-lavora.test")
    assert not waits_for_its_reader(again, at=tomorrow + timedelta(hours=4))


def test_asking_for_the_last_word_costs_one_statement_where_nobody_wishes_anything(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    letter = write(world, "zofia", at=world.at)
    with django_assert_num_queries(1):
        assert not waits_for_its_reader(letter, at=world.at)


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
