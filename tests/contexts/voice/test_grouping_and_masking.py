"""Who said the same is found in whatever language; what identifies somebody is blotted out or forgotten for good."""

from collections.abc import Iterator

import pytest

from clientela.kernel.journal import facts_about, thing
from clientela.kernel.policies import HiddenError
from clientela.voice import actions
from clientela.voice.actions.hearing import hear_words, text_key
from clientela.voice.actions.readers import HouseReader, house_reader
from clientela.voice.actions.talks import Matter, note_talk
from clientela.voice.meaning.encoder import Encoder, is_available
from clientela.voice.meaning.personal import BLOT
from clientela.voice.models import Rating, RatingInvitation, ScoredText, Subject, Talk, TextVector, Voice, VoiceGroup
from clientela.voice.queries.voices import voice_page
from tests.contexts.voice.saying import read, said, subjects
from tests.shop import Shop
from tests.world import World

LATE = (
    ("en", "The courier came three days late and nobody told me."),
    ("ro", "Curierul a venit cu trei zile întârziere și nu m-a anunțat nimeni."),
    ("pl", "Kurier przyjechał trzy dni za późno i nikt mnie nie uprzedził."),
    ("es", "El mensajero llegó tres días tarde y nadie me avisó."),
)
OTHERS = (
    ("en", "The engineer was very polite and cleaned up after himself."),
    ("ro", "Factura are o greșeală la adresă."),
    ("pl", "Parking przed sklepem jest za mały."),
)
WITH_DATA = "Call me at +40 721 234 567 or ana.pop@example.com, you were late."


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    if not is_available():
        pytest.skip("The weights of the encoder are not installed.")
    with Encoder() as running:
        yield running


def read_by(world: World, encoder: Encoder) -> HouseReader:
    reader = house_reader(at=world.at, encodes=encoder)
    actions.read_voices(moment=lambda: world.at, reader=reader)
    return reader


def test_the_same_complaint_is_one_group_in_four_languages_and_keeps_its_number(world: World, encoder: Encoder) -> None:
    people = ("zofia", "lucia", "mihai", "zofia")
    late = [said(world, text, language=language, by=by) for (language, text), by in zip(LATE, people, strict=True)]
    for language, text in OTHERS:
        said(world, text, language=language)
    hidden = said(world, LATE[0][1], by=None, is_anonymous=True)
    reader = read_by(world, encoder)
    assert actions.group_voices(at=world.at, reader=reader, provider_id=world.care.id) == 1
    group = VoiceGroup.objects.get()
    assert (group.n, group.provider_id) == (4, world.care.id)
    assert group.sentence in {text for _language, text in LATE}
    assert set(Voice.objects.filter(group=group).values_list("pk", flat=True)) == {voice.pk for voice in late}
    assert Voice.objects.get(pk=hidden.pk).group_id is None
    said(world, "Nobody warned me that the courier would be three days late.", language="en")
    read_by(world, encoder)
    assert actions.group_voices(at=world.at, reader=reader, provider_id=world.care.id) == 1
    assert list(VoiceGroup.objects.values_list("pk", "n")) == [(group.pk, 5)]
    page = voice_page(world.ana, late[2].pk, at=world.at)
    assert page.same is not None
    assert (page.same.count, len(page.same.voices), page.voice.same_count) == (5, 4, 4)
    assert page.alike == ()
    # A department that nothing was said of has no groups, and another department's are not touched.
    assert actions.group_voices(at=world.at, reader=reader, provider_id=world.it.id) == 0
    assert VoiceGroup.objects.count() == 1
    # What was said differently afterwards, by a person's word, is in no group with the others.
    for voice in late:
        actions.say_feeling(by=world.ana, at=world.at, voice_id=voice.pk, feeling="positive")
    actions.group_voices(at=world.at, reader=reader, provider_id=world.care.id)
    assert Voice.objects.filter(group__isnull=False).count() == 4


def test_people_like_this_also_said_is_found_across_languages(world: World, encoder: Encoder) -> None:
    first, *others = [said(world, text, language=language) for language, text in (*LATE, *OTHERS)]
    elsewhere = said(world, LATE[1][1], language="ro", provider_id=world.it.id)
    read_by(world, encoder)
    page = voice_page(world.ana, first.pk, at=world.at)
    assert {one.voice.id for one in page.alike} == {voice.pk for voice in others[:3]}
    assert all(0.5 <= one.likeness <= 1 for one in page.alike)
    assert elsewhere.pk not in {one.voice.id for one in page.alike}


def test_what_nothing_explains_is_proposed_and_what_was_dropped_is_not_proposed_again(
    world: World, encoder: Encoder
) -> None:
    people = ("zofia", "lucia", "mihai", "tomasz", "radu", "magda")
    for number, text in enumerate(
        (
            "The car park is too small.",
            "There is no place to park the car.",
            "I could not park anywhere, the car park is full.",
            "The car park was full again.",
            "Not enough parking places in the car park.",
            "I drove around the car park for half an hour.",
            "Your car park is tiny and always full.",
            "Nowhere to park, the car park is full.",
            "Please build a bigger car park.",
        )
    ):
        said(world, text, by=people[number % len(people)])
    reader = read_by(world, encoder)
    assert actions.propose_subjects(at=world.at, reader=reader) == 1
    proposal = Subject.objects.get(state="proposed")
    assert "park" in str(proposal.names).lower()
    assert actions.propose_subjects(at=world.at, reader=reader) == 1
    assert Subject.objects.filter(state="proposed").count() == 1
    actions.drop_subject(by=world.ana, at=world.at, subject_id=Subject.objects.get(state="proposed").pk)
    assert actions.propose_subjects(at=world.at, reader=reader) == 0
    assert not Subject.objects.filter(state="proposed").exists()


def test_a_stranger_masks_nothing(world: World) -> None:
    voice = said(world, WITH_DATA)
    for viewer in (world.tomasz, world.vera, world.zofia):
        with pytest.raises(HiddenError):
            actions.mask_voice(
                by=viewer, at=world.at, voice_id=voice.pk, spans=[(0, 4)], seen_key=text_key(WITH_DATA) or b""
            )
    voice.refresh_from_db()
    assert (voice.text, voice.masked_at) == (WITH_DATA, None)


def test_words_that_changed_meanwhile_are_looked_at_again(world: World) -> None:
    voice = said(world, WITH_DATA)
    for spans, key in (
        ([(0, 4)], b"other"),
        ([], text_key(WITH_DATA)),
        ([(4, 4), (-1, 3), (0, 999)], text_key(WITH_DATA)),
    ):
        with pytest.raises(actions.CorrectionError):
            actions.mask_voice(by=world.ana, at=world.at, voice_id=voice.pk, spans=spans, seen_key=key or b"")
    voice.refresh_from_db()
    assert voice.text == WITH_DATA


def test_what_is_masked_is_gone_from_the_voice_its_source_and_every_copy(world: World) -> None:
    subjects(world.at)
    invitation = RatingInvitation.objects.create(
        subject="request:1",
        person_id=world.id_of("zofia"),
        provider_id=world.care.id,
        side="outside",
        language="en",
        asked_at=world.at,
        expires_at=world.at,
    )
    rating = Rating.objects.create(
        invitation=invitation,
        subject="request:1",
        provider_id=world.care.id,
        side="outside",
        score=1,
        comment=WITH_DATA,
        language="en",
        rated_at=world.at,
    )
    voice = said(world, WITH_DATA, source=thing("rating", rating.pk), kind="rating")
    read(world)
    actions.say_feeling(by=world.ana, at=world.at, voice_id=voice.pk, feeling="negative")
    page = voice_page(world.ana, voice.pk, at=world.at)
    assert [WITH_DATA[span.start : span.end] for span in page.personal] == ["+40 721 234 567", "ana.pop@example.com"]
    spans = [(span.start, span.end) for span in page.personal]
    assert page.text_key is not None
    actions.mask_voice(by=world.ana, at=world.at, voice_id=voice.pk, spans=spans, seen_key=page.text_key)
    words = f"Call me at {BLOT} or {BLOT}, you were late."
    voice.refresh_from_db()
    rating.refresh_from_db()
    scored = ScoredText.objects.get()
    assert (voice.text, rating.comment, scored.text) == (words, words, words)
    assert bytes(voice.text_key or b"") == bytes(scored.text_key) == text_key(words)
    assert (voice.masked_at, voice.feeling, voice.subjects.count()) == (world.at, "negative", 1)
    assert TextVector.objects.count() == 0
    fact = facts_about(thing("voice", voice.pk))[0]
    assert (fact.verb, fact.data) == ("voice_masked", {"count": 2})
    assert voice_page(world.ana, voice.pk, at=world.at).personal == ()


def test_passages_that_overlap_become_one_blot(world: World) -> None:
    voice = said(world, "abcdefghij")
    actions.mask_voice(
        by=world.ana,
        at=world.at,
        voice_id=voice.pk,
        spans=[(2, 4), (3, 6), (6, 7), (9, 10)],
        seen_key=text_key("abcdefghij") or b"",
    )
    voice.refresh_from_db()
    assert voice.text == f"ab{BLOT}hi{BLOT}"


def test_of_somebody_forgotten_only_figures_stay(world: World) -> None:
    subjects(world.at)
    hers = said(world, "Zofia Nowak says it was late", about="request:12", source="request:12", kind="complaint")
    review = said(world, "late, on a public site", kind="review")
    other = said(world, "late", by="lucia")
    read(world)
    actions.say_feeling(by=world.ana, at=world.at, voice_id=hers.pk, feeling="negative")
    assert actions.forget_speaker(at=world.at, person_id=world.id_of("zofia")) == 2
    for voice in (hers, review, other):
        voice.refresh_from_db()
    assert (hers.speaker_id, hers.text, hers.text_key, hers.about, hers.feeling) == (None, "", None, "", "negative")
    assert (review.speaker_id, review.text) == (None, "late, on a public site")
    assert (other.speaker_id, other.text) == (world.id_of("lucia"), "late")
    assert ScoredText.objects.count() == 0
    assert TextVector.objects.count() == 2
    assert Voice.objects.filter(speaker=world.id_of("zofia")).count() == 0


def test_of_a_talk_nothing_is_left_when_who_spoke_is_forgotten(shop: Shop) -> None:
    note_talk(
        by=shop.world.radu,
        at=shop.at,
        customer_id=shop.world.workshop_warsaw.id,
        provider_id=shop.world.care.id,
        with_person_id=shop.world.id_of("piotr"),
        notes="My sister is ill.",
        matters=[Matter("need", "Call before 9, 0744 123 456.")],
        language="en",
    )
    assert actions.forget_speaker(at=shop.at, person_id=shop.world.id_of("piotr")) == 1
    talk = Talk.objects.get()
    assert (talk.notes, talk.matters_most, talk.with_person_id) == ("", [], None)


def test_what_is_masked_in_what_matters_most_is_masked_in_the_talk(shop: Shop) -> None:
    note_talk(
        by=shop.world.radu,
        at=shop.at,
        customer_id=shop.world.workshop_warsaw.id,
        provider_id=shop.world.care.id,
        notes="Call me.",
        matters=[Matter("need", "At 0744 123 456, please.")],
        language="en",
    )
    voice = Voice.objects.get()
    start = voice.text.index("0744")
    actions.mask_voice(
        by=shop.world.ana,
        at=shop.at,
        voice_id=voice.pk,
        spans=[(start, start + 12)],
        seen_key=bytes(voice.text_key or b""),
    )
    assert Talk.objects.get().matters_most == [{"text": f"At {BLOT}, please.", "kind": "need"}]


def test_a_group_does_not_speak_in_words_that_were_taken_back(world: World) -> None:
    for change in ("unhear", "hear_words"):
        mine, other = said(world, "My name is Zofia and it was late"), said(world, "It was late")
        group = VoiceGroup.objects.create(
            provider_id=world.care.id,
            best_voice=mine,
            sentence=mine.text,
            language="en",
            n=2,
            first_said_at=world.at,
            last_said_at=world.at,
            made_at=world.at,
        )
        Voice.objects.filter(pk__in=[mine.pk, other.pk]).update(group=group)
        if change == "unhear":
            actions.unhear(at=world.at, sources=[mine.source], because="a mistake")
        else:
            hear_words(at=world.at, source=mine.source, text="It was late")
        assert VoiceGroup.objects.count() == 0
        other.refresh_from_db()
        assert other.group_id is None
        Voice.objects.all().delete()
