"""Asking people who depends on whom: begun, answered, counted and destroyed; and nobody learns what one person said."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from clientela.directory.models import Boundary
from clientela.directory.policies import Viewer
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.network import actions
from clientela.network.actions import AskingRefusal, AskingRefusedError
from clientela.network.models import AskedPair, AskedWord, DependenceInvitation, DependenceRound, DependenceSheet
from clientela.network.policies import dependence_token
from clientela.network.queries.asked import asked_pairs, asking_page, gaps_page
from clientela.network.queries.service_map import ASKED, service_map
from clientela.network.queries.sheets import sheet_page
from clientela.network.rules.sheets import Said, Sheet, SheetError
from clientela.voice.models import RatingInvitation
from tests.contexts.network.people import hire
from tests.shop import Shop

TWO_WEEKS = timedelta(days=14)


def started(shop: Shop, *, by: Viewer | None = None, departments: tuple[str, ...] = (), words: str = "") -> int:
    return actions.start_asking(
        by=by or shop.world.carmen,
        at=shop.at,
        closes_at=shop.at + TWO_WEEKS,
        department_ids=[shop.world.id_of(key) for key in departments],
        words=words,
    )


def invitation(person_id: int) -> int:
    return DependenceInvitation.objects.get(person=person_id).pk


def save(shop: Shop, person_id: int, sheet: Sheet, *, at: datetime | None = None) -> None:
    actions.save_sheet(at=at or shop.after(1), invitation_id=invitation(person_id), sheet=sheet)


def needs_it(shop: Shop, matters: int = 4, quality: int | None = 2, what: str = "") -> Sheet:
    return Sheet(needs=(Said(shop.world.id_of("it"), matters, quality, what=what),))


# --- beginning


@pytest.mark.parametrize("who", ["ana", "ioana", "zofia"])
def test_only_the_owner_and_administrators_begin_a_round(shop: Shop, who: str) -> None:
    with pytest.raises(NotAllowedError):
        started(shop, by=getattr(shop.world, who))
    assert not DependenceRound.objects.exists()


def test_everybody_is_asked_once_with_the_department_at_the_top_of_their_branch(shop: Shop) -> None:
    number = started(shop, words="  We want to mend the map.  ")
    assert DependenceRound.objects.get().words == "We want to mend the map."
    asked = dict(DependenceInvitation.objects.values_list("person", "department__key"))
    assert len(asked) == 9
    assert asked[shop.world.id_of("piotr")] == "workshop"
    assert shop.world.id_of("zofia") not in asked
    (fact,) = facts_about(thing("dependence_round", number), limit=5)
    assert (fact.verb, fact.by) == ("dependence_asking_started", shop.world.id_of("carmen"))


def test_a_department_is_asked_with_its_teams(shop: Shop) -> None:
    started(shop, by=shop.world.vera, departments=("workshop",))
    assert set(DependenceInvitation.objects.values_list("person", flat=True)) == {
        shop.world.id_of("piotr"),
        shop.world.id_of("stefan"),
    }


def test_a_round_needs_people_and_time_and_no_other_round(shop: Shop) -> None:
    for more, reason in (
        (timedelta(hours=23), AskingRefusal.TOO_SHORT),
        (timedelta(days=61), AskingRefusal.TOO_LONG),
    ):
        with pytest.raises(AskingRefusedError) as refused:
            actions.start_asking(by=shop.world.carmen, at=shop.at, closes_at=shop.at + more)
        assert refused.value.reason == reason
    with pytest.raises(HiddenError):
        actions.start_asking(by=shop.world.carmen, at=shop.at, closes_at=shop.at + TWO_WEEKS, department_ids=[0])
    started(shop)
    with pytest.raises(AskingRefusedError) as refused:
        started(shop)
    assert refused.value.reason == AskingRefusal.ASKED_ALREADY
    assert DependenceRound.objects.count() == 1


# --- writing


def test_letters_leave_to_who_was_not_asked_something_else_lately(shop: Shop) -> None:
    started(shop)
    ana = shop.world.id_of("ana")
    RatingInvitation.objects.create(
        subject="request:1",
        person_id=ana,
        provider_id=shop.care_id,
        side="inside",
        language="ro",
        asked_at=shop.at - timedelta(days=3),
        expires_at=shop.at + TWO_WEEKS,
    )
    assert actions.ask_who_may_be_asked(at=shop.at) == 8
    assert actions.ask_who_may_be_asked(at=shop.at) == 0
    assert DependenceInvitation.objects.get(asked_at__isnull=True).person_id == ana
    assert set(Letter.objects.values_list("kind", flat=True)) == {"dependence"}
    later = datetime.combine((shop.at + timedelta(days=11)).date(), time(9), tzinfo=UTC)
    assert actions.ask_who_may_be_asked(at=later) == 1
    letter = Letter.objects.get(to_party_id=ana)
    assert dependence_token(invitation(ana)) in letter.text


def test_who_wants_no_such_letters_gets_none_and_may_answer_all_the_same(shop: Shop) -> None:
    ioana = shop.world.id_of("ioana")
    Boundary.objects.create(
        party_id=ioana, kind="subject", rule={"subject": "surveys"}, source="by phone", starts_on=shop.at.date()
    )
    started(shop, departments=("it",))
    assert actions.ask_who_may_be_asked(at=shop.at) == 1
    assert not Letter.objects.filter(to_party_id=ioana).exists()
    assert asking_page(shop.world.ioana, at=shop.at).own_token == dependence_token(invitation(ioana))


def test_quiet_hours_put_the_letter_off(shop: Shop) -> None:
    ioana = shop.world.id_of("ioana")
    Boundary.objects.create(
        party_id=ioana,
        kind="quiet_hours",
        rule={"from": "09:00", "to": "17:00"},
        source="by phone",
        starts_on=shop.at.date(),
    )
    started(shop, departments=("it",))
    assert actions.ask_who_may_be_asked(at=shop.at) == 2
    assert Letter.objects.get(to_party_id=ioana).not_before == shop.after(7)  # 17:00 in Bucharest


def test_one_reminder_and_none_to_who_has_answered_or_declined(shop: Shop) -> None:
    started(shop)
    actions.ask_who_may_be_asked(at=shop.at)
    save(shop, shop.world.id_of("ana"), needs_it(shop))
    actions.decline_dependence(at=shop.after(1), invitation_id=invitation(shop.world.id_of("radu")))
    assert actions.remind_who_has_not_answered(at=shop.at + timedelta(days=4)) == 0
    assert actions.remind_who_has_not_answered(at=shop.at + timedelta(days=6)) == 7
    assert actions.remind_who_has_not_answered(at=shop.at + timedelta(days=7)) == 0
    reminded = set(Letter.objects.filter(kind="dependence_reminder").values_list("to_party_id", flat=True))
    assert len(reminded) == 7
    assert reminded.isdisjoint({shop.world.id_of("ana"), shop.world.id_of("radu")})


# --- answering


def test_a_link_that_is_not_ours_opens_nothing(shop: Shop) -> None:
    started(shop)
    for token in ("", "x", "WzFd:x", dependence_token(0)):
        with pytest.raises(HiddenError):
            sheet_page(token, at=shop.at)
    with pytest.raises(HiddenError):
        actions.save_sheet(at=shop.at, invitation_id=0, sheet=Sheet())


def test_an_answer_is_kept_and_changed_and_told_once(shop: Shop) -> None:
    number = started(shop)
    ana = shop.world.id_of("ana")
    save(shop, ana, needs_it(shop, 1))
    save(shop, ana, needs_it(shop, 3, what="laptops"))
    page = sheet_page(dependence_token(invitation(ana)), at=shop.after(2), language="en")
    assert page.sheet == needs_it(shop, 3, what="laptops")
    assert "Customer Care" not in {one.name for one in page.departments}
    assert "Workshop Warsaw" not in {one.name for one in page.departments}
    assert [title for _id, title in page.named(shop.world.id_of("it")).services] == ["A laptop"]
    verbs = [fact.verb for fact in facts_about(thing("dependence_round", number), limit=9)]
    assert verbs.count("dependence_answered") == 1
    assert DependenceInvitation.objects.get(person=ana).answered_on == shop.at.date()


def test_an_answer_that_no_form_offers_changes_nothing(shop: Shop) -> None:
    started(shop)
    with pytest.raises(SheetError):
        save(shop, shop.world.id_of("ana"), Sheet(needs=(Said(shop.care_id, 3, 3),)))
    assert not DependenceSheet.objects.exists()
    assert not DependenceInvitation.objects.filter(answered_on__isnull=False).exists()


def test_after_its_last_moment_a_round_takes_no_answer(shop: Shop) -> None:
    started(shop)
    for at in (shop.at + TWO_WEEKS, shop.at + 2 * TWO_WEEKS):
        with pytest.raises(AskingRefusedError) as refused:
            save(shop, shop.world.id_of("ana"), needs_it(shop), at=at)
        assert refused.value.reason == AskingRefusal.OVER
    assert sheet_page(dependence_token(invitation(shop.world.id_of("ana"))), at=shop.at + TWO_WEEKS).is_over


def test_who_declines_leaves_nothing_behind(shop: Shop) -> None:
    started(shop)
    ana = shop.world.id_of("ana")
    save(shop, ana, needs_it(shop))
    actions.decline_dependence(at=shop.after(2), invitation_id=invitation(ana))
    assert not DependenceSheet.objects.exists()
    row = DependenceInvitation.objects.get(person=ana)
    assert (row.answered_on, row.declined_on) == (None, shop.at.date())


# --- ending


def counted_round(shop: Shop) -> None:
    """Five of Care need IT, and say that it matters and goes badly; six of IT think otherwise; four need HR."""
    care = [*hire(shop.world, "care", 3), shop.world.id_of("ana"), shop.world.id_of("radu")]
    it = [*hire(shop.world, "it", 4), shop.world.id_of("ioana"), shop.world.id_of("vera")]
    started(shop)
    for person, matters in zip(care, (4, 4, 4, 4, 3), strict=True):
        others = () if person == care[0] else (Said(shop.world.id_of("hr"), 2, 2),)
        laptops = Said(shop.world.id_of("it"), matters, 2, what="Laptops")
        save(shop, person, Sheet(job="Agent", needs=(laptops, *others)))
    for person in it:
        save(shop, person, Sheet(serves=(Said(shop.care_id, 1, 5),)))
    assert actions.count_what_has_ended(at=shop.at + TWO_WEEKS) == 1


def test_only_the_owner_and_administrators_end_a_round(shop: Shop) -> None:
    number = started(shop)
    with pytest.raises(NotAllowedError):
        actions.close_asking(by=shop.world.ana, at=shop.after(1), round_id=number)
    assert DependenceRound.objects.get().is_open
    actions.close_asking(by=shop.world.vera, at=shop.after(1), round_id=number)
    with pytest.raises(AskingRefusedError):
        actions.close_asking(by=shop.world.vera, at=shop.after(2), round_id=number)
    with pytest.raises(AskingRefusedError):
        save(shop, shop.world.id_of("ana"), needs_it(shop), at=shop.after(2))


def test_before_its_time_the_job_ends_nothing(shop: Shop) -> None:
    started(shop)
    assert actions.count_what_has_ended(at=shop.at + TWO_WEEKS - timedelta(seconds=1)) == 0
    assert DependenceRound.objects.get().is_open


def test_the_end_counts_by_department_and_destroys_the_sheets(shop: Shop) -> None:
    counted_round(shop)
    assert not DependenceSheet.objects.exists()
    pairs = AskedPair.objects.order_by("rater__key")
    assert [(row.rater.key, row.other.key, row.side, row.people) for row in pairs] == [
        ("care", "it", "customer", 5),
        ("it", "care", "supplier", 6),
    ]
    assert (pairs[0].matters_counts, pairs[0].quality_counts) == ([0, 0, 0, 1, 4], [0, 5, 0, 0, 0])
    words = AskedWord.objects.order_by("words").values_list("words", "other__key", "people")
    assert list(words) == [("agent", None, 5), ("laptops", "it", 5)]


def test_nothing_of_fewer_than_five_people_fits_into_the_tables(shop: Shop) -> None:
    counted_round(shop)
    for row in (AskedPair.objects.all()[0], AskedWord.objects.all()[0]):
        row.people = 4
        with pytest.raises(IntegrityError, match="enough_people"), transaction.atomic():
            row.save()


def test_both_views_stand_on_the_map(shop: Shop) -> None:
    counted_round(shop)
    edge = service_map(shop.world.ana, at=shop.at + TWO_WEEKS).edge("it", "care")
    assert edge is not None
    assert edge.importance is not None
    assert edge.importance_by_supplier is not None
    assert (edge.importance.mean, edge.importance.n) == (3.8, 5)
    assert (edge.importance_by_supplier.mean, edge.importance_by_supplier.n) == (1.0, 6)
    assert edge.quality is not None
    assert edge.quality.mean == 2.0
    assert (ASKED in edge.sources, edge.is_silent, edge.is_surprise) == (True, True, False)


def test_the_gaps_say_where_the_two_see_it_differently(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with pytest.raises(HiddenError):
        gaps_page(shop.world.zofia, language="en")
    assert gaps_page(shop.world.tomasz, language="en").gaps == ()
    counted_round(shop)
    with django_assert_num_queries(5):
        (gap,) = gaps_page(shop.world.tomasz, language="en").gaps
    assert (gap.provider.key, gap.customer.key, gap.words, gap.services) == ("it", "care", (("laptops", 5),), ())
    assert gap.importance_gap is not None
    assert gap.importance_gap.value == pytest.approx(2.8)
    assert gap.importance_gap.is_clear
    assert gap.quality_gap is not None
    assert gap.quality_gap.value == pytest.approx(-3.0)


def test_a_later_round_of_others_leaves_what_was_said_before(shop: Shop) -> None:
    counted_round(shop)
    before = asked_pairs()
    later = shop.at + 2 * TWO_WEEKS
    number = actions.start_asking(
        by=shop.world.carmen, at=later, closes_at=later + TWO_WEEKS, department_ids=[shop.world.id_of("hr")]
    )
    actions.close_asking(by=shop.world.carmen, at=later, round_id=number)
    assert asked_pairs() == before
    number = actions.start_asking(
        by=shop.world.carmen, at=later, closes_at=later + TWO_WEEKS, department_ids=[shop.care_id]
    )
    actions.close_asking(by=shop.world.carmen, at=later, round_id=number)
    assert asked_pairs().by_customer == {}
    assert asked_pairs().by_supplier == before.by_supplier


# --- how it goes


def test_progress_is_for_who_may_ask_and_never_of_fewer_than_five(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hire(shop.world, "care", 4)
    started(shop)
    save(shop, shop.world.id_of("ana"), needs_it(shop))
    assert asking_page(shop.world.ana, at=shop.at).progress == ()
    shop.world.carmen  # noqa: B018 - read before the statements are counted
    with django_assert_num_queries(5):
        page = asking_page(shop.world.carmen, at=shop.at)
    told = [(one.department.key if one.department else "", one.asked, one.answered) for one in page.progress]
    assert told == [("care", 6, 1), ("", 7, 0)]


def test_a_customer_sees_nothing_of_it(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        asking_page(shop.world.zofia, at=shop.at)
