"""Answers of the past are written in bulk, as if each had been saved by itself."""

from datetime import UTC, datetime, time, timedelta

import pytest

from clientela.kernel.journal import facts_about, thing
from clientela.kernel.models import Letter
from clientela.network import actions
from clientela.network.actions.asking_dependence.history import PastSheet, write_sheets_of_the_past
from clientela.network.models import AskedPair, DependenceInvitation, DependenceSheet
from clientela.network.rules.sheets import Said, Sheet, SheetError
from tests.contexts.network.people import hire
from tests.shop import Shop

TWO_WEEKS = timedelta(days=14)


def begun(shop: Shop) -> int:
    return actions.start_asking(by=shop.world.carmen, at=shop.at, closes_at=shop.at + TWO_WEEKS)


def needs(shop: Shop, key: str, matters: int = 4) -> Sheet:
    return Sheet(needs=(Said(shop.world.id_of(key), matters, 2),))


def test_who_was_not_asked_has_no_answer(shop: Shop) -> None:
    number = begun(shop)
    past = [PastSheet(shop.world.id_of("zofia"), shop.after(1), needs(shop, "it"))]
    with pytest.raises(ValueError, match="Nobody asked"):
        write_sheets_of_the_past(asked_at=shop.at, round_id=number, past=past)
    assert not DependenceSheet.objects.exists()


def test_an_answer_that_no_form_would_take_is_refused(shop: Shop) -> None:
    number = begun(shop)
    past = [PastSheet(shop.world.id_of("ana"), shop.after(1), needs(shop, "care"))]  # her own department
    with pytest.raises(SheetError):
        write_sheets_of_the_past(asked_at=shop.at, round_id=number, past=past)
    assert not DependenceSheet.objects.exists()


def test_they_stand_as_if_each_had_been_saved_by_itself(shop: Shop) -> None:
    number = begun(shop)
    ana, piotr = shop.world.id_of("ana"), shop.world.id_of("piotr")
    saved = DependenceInvitation.objects.get(person=piotr).pk
    actions.save_sheet(at=shop.after(60), invitation_id=saved, sheet=needs(shop, "it"))
    past = [
        PastSheet(ana, shop.after(60), needs(shop, "it")),
        PastSheet(shop.world.id_of("ioana"), shop.after(60), Sheet()),  # nothing was answered
    ]
    write_sheets_of_the_past(asked_at=shop.at, round_id=number, past=past)
    rows = DependenceSheet.objects.values_list("invitation__person", "needs", "serves", "job")
    by_person = {person: rest for person, *rest in rows}
    assert by_person.keys() == {ana, piotr}
    assert by_person[ana] == by_person[piotr]
    days = dict(DependenceInvitation.objects.values_list("person", "answered_on"))
    assert days[ana] == days[piotr] == shop.after(60).date()
    assert days[shop.world.id_of("ioana")] is None
    assert set(DependenceInvitation.objects.values_list("asked_at", flat=True)) == {shop.at}
    told = [fact for fact in facts_about(thing("dependence_round", number), limit=9) if "answered" in fact.verb]
    assert sorted((fact.by, fact.at) for fact in told) == sorted([(ana, shop.after(60)), (piotr, shop.after(60))])
    assert not Letter.objects.exists()


def test_they_are_counted_when_the_round_ends(shop: Shop) -> None:
    people = hire(shop.world, "care", 5)
    number = begun(shop)
    answered_at = datetime.combine((shop.at + timedelta(days=1)).date(), time(10), tzinfo=UTC)
    past = [PastSheet(person, answered_at, needs(shop, "it", matters)) for matters, person in enumerate(people)]
    write_sheets_of_the_past(asked_at=shop.at, round_id=number, past=past)
    actions.close_asking(by=shop.world.carmen, at=shop.at + TWO_WEEKS, round_id=number)
    pair = AskedPair.objects.get()
    assert (pair.rater_id, pair.other_id, pair.people) == (shop.world.care.id, shop.world.id_of("it"), 5)
    assert pair.matters_counts == [1, 1, 1, 1, 1]
    assert not DependenceSheet.objects.exists()
