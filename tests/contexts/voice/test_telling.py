"""You said, we did: everybody who said it and is known hears it once, in their language, if they want to."""

from datetime import timedelta
from typing import Any

import pytest

from clientela.directory.actions import set_boundary
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.improving import add_evidence, agree_improvement, finish_improvement
from clientela.voice.actions.proposing import ImprovementError, propose_improvement
from clientela.voice.actions.telling import tell_those_who_said_it
from clientela.voice.models import Evidence, Improvement
from tests.shop import Shop

WORDS = {"en": "We write before a repair gets late.", "pl": "Piszemy, zanim naprawa się opóźni."}


def said(shop: Shop, who: str | None, place: int, text: str, language: str) -> int:
    voice = VoiceToHear(
        kind="rating",
        source=f"rating:{place}",
        side="outside",
        provider_id=shop.world.care.id,
        said_at=shop.at - timedelta(days=20 - place),
        language=language,
        speaker_id=shop.world.id_of(who) if who else None,
        is_anonymous=who is None,
        text=text,
    )
    return hear(at=shop.at, voices=[voice])[0]


def done(shop: Shop, voice_ids: list[int]) -> int:
    number = propose_improvement(
        by=shop.world.ana, at=shop.at, department_id=shop.world.care.id, title="Told in time", voice_ids=voice_ids
    )
    common: dict[str, Any] = {"by": shop.world.ana, "at": shop.at, "improvement_id": number}
    agree_improvement(**common, owner_id=shop.world.id_of("radu"), due_on=shop.at.date(), what="We write before.")
    finish_improvement(**common, done_on=shop.at.date())
    return number


def tell(shop: Shop, number: int, **more: Any) -> int:
    values: dict[str, Any] = {"by": shop.world.radu, "at": shop.at, "words": WORDS} | more
    return tell_those_who_said_it(improvement_id=number, **values)


def test_each_known_person_is_told_once_in_their_language_with_their_own_words(shop: Shop) -> None:
    number = done(
        shop,
        [
            said(shop, "zofia", 1, "Nikt nie uprzedził.", "pl"),
            said(shop, "zofia", 2, "I znowu nikt.", "pl"),
            said(shop, "lucia", 3, "", "es"),
            said(shop, None, 4, "Anonymous words.", "en"),
        ],
    )
    assert tell(shop, number) == 2
    polish = Letter.objects.get(to_party_id=shop.world.id_of("zofia"))
    assert (polish.kind, polish.topic, polish.language, polish.priority) == ("telling", "news", "pl", 3)
    assert "I znowu nikt." in polish.text
    assert WORDS["pl"] in polish.text
    assert "List-Unsubscribe" in polish.headers
    spanish = Letter.objects.get(to_party_id=shop.world.id_of("lucia"))
    assert WORDS["en"] in spanish.text
    assert Letter.objects.count() == 2
    assert Improvement.objects.get().told_words == WORDS


def test_told_again_only_who_spoke_since_hears_of_it(shop: Shop) -> None:
    number = done(shop, [said(shop, "zofia", 1, "Nikt nie uprzedził.", "pl")])
    assert tell(shop, number) == 1
    assert tell(shop, number) == 0
    later = [said(shop, "zofia", 2, "Dziękuję.", "pl"), said(shop, "mihai", 3, "La fel.", "ro")]
    add_evidence(by=shop.world.ana, at=shop.at, improvement_id=number, voice_ids=later)
    assert tell(shop, number) == 1
    assert Letter.objects.filter(to_party_id=shop.world.id_of("zofia")).count() == 1


def test_who_wants_no_news_gets_none(shop: Shop) -> None:
    number = done(shop, [said(shop, "zofia", 1, "Nikt nie uprzedził.", "pl")])
    set_boundary(
        by=shop.world.ana,
        at=shop.at,
        party_id=shop.world.id_of("zofia"),
        kind="subject",
        rule={"subject": "news"},
        source="phone",
        starts_on=shop.at.date(),
    )
    tell(shop, number)
    assert Letter.objects.get().hold_reason != ""


def test_only_who_decides_tells_and_only_what_is_done(shop: Shop) -> None:
    number = done(shop, [said(shop, "zofia", 1, "Nikt nie uprzedził.", "pl")])
    with pytest.raises(NotAllowedError):
        tell(shop, number, by=shop.world.tomasz)
    with pytest.raises(HiddenError):
        tell(shop, number, by=shop.world.zofia)
    with pytest.raises(HiddenError):
        tell(shop, number + 1)
    for words, field in (({"en": " "}, "words"), ({"en": "x" * 2001}, "words")):
        with pytest.raises(ImprovementError) as refusal:
            tell(shop, number, words=words)
        assert refusal.value.field == field
    Improvement.objects.update(state="agreed", done_on=None)
    with pytest.raises(ImprovementError, match=r"^Tell people when it is done\.$"):
        tell(shop, number)
    assert Letter.objects.count() == 0
    assert not Evidence.objects.filter(told_letter__isnull=False).exists()
