"""What is shown of voices: to those who may read them, the newest first, with figures that say how sure they are."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.voice.actions.correcting import say_feeling
from clientela.voice.actions.learning import ScoredRow, import_scored_texts
from clientela.voice.queries import mirror_of, parity
from clientela.voice.queries.subjects import learning_page
from clientela.voice.queries.voices import Named, VoiceFilters, listen_summary, voice_page, voices_page
from clientela.voice.rules.figures.estimates import Share, TooFew
from clientela.voice.rules.figures.parity import ParityCode
from tests.contexts.voice.saying import read, said, subjects
from tests.shop import Shop
from tests.world import World

MONDAY = date(2026, 11, 23)


def texts(world: World, key: str, filters: VoiceFilters | None = None) -> list[str]:
    return [voice.text for voice in voices_page(getattr(world, key), filters or VoiceFilters()).voices]


def scored(world: World, score: int, count: int, **more: Any) -> None:
    for _ in range(count):
        said(world, measure="csat", score=score, **more)


def test_a_voice_is_read_by_the_department_and_the_owner_and_by_nobody_else(world: World) -> None:
    voice = said(world, "late")
    for viewer in (world.tomasz, world.vera, world.zofia, world.radu_at_home):
        with pytest.raises(HiddenError):
            voice_page(viewer, voice.pk, at=world.at)
        assert voices_page(viewer).voices == ()
    with pytest.raises(HiddenError):
        voices_page(world.tomasz, VoiceFilters(provider_id=world.care.id))
    with pytest.raises(HiddenError):
        voice_page(world.carmen, voice.pk + 1, at=world.at)
    for viewer in (world.ana, world.radu, world.carmen):
        assert [one.id for one in voices_page(viewer).voices] == [voice.pk]
        assert voice_page(viewer, voice.pk, at=world.at).voice.text == "late"


def test_a_department_above_reads_what_was_said_of_those_below(world: World) -> None:
    said(world, "below", provider_id=world.workshop_warsaw.id)
    assert texts(world, "stefan") == ["below"]
    assert texts(world, "piotr") == ["below"]
    assert texts(world, "ana") == []


def test_what_was_said_of_the_house_is_read_by_heads_and_the_owner(world: World) -> None:
    said(world, "the house", provider_id=None)
    assert texts(world, "ana") == texts(world, "carmen") == ["the house"]
    assert texts(world, "radu") == texts(world, "vera") == []
    assert texts(world, "carmen", VoiceFilters(said_of_house=True)) == ["the house"]
    assert texts(world, "radu", VoiceFilters(said_of_house=True)) == []


def test_a_colleagues_name_is_not_shown_unless_it_stands_on_the_request(shop: Shop) -> None:
    world = shop.world
    rater = {"by": "tomasz", "side": "inside", "rater_id": world.maintenance.id}
    opened = shop.ask_repair(by=world.tomasz)
    said(world, "survey", **rater)
    said(world, "complaint", about=f"request:{opened.id}", **rater)
    said(world, "outside", at=world.at + timedelta(hours=1))
    for viewer in (world.ana, world.carmen):
        seen = {one.text: (one.speaker, one.rater, one.reference) for one in voices_page(viewer).voices}
        assert seen == {
            "survey": (None, None, ""),
            "complaint": (
                Named(world.id_of("tomasz"), "Tomasz Wójcik"),
                Named(world.maintenance.id, "Maintenance" if viewer is world.ana else "Mantenimiento"),
                opened.reference,
            )
            if viewer is world.carmen
            else (
                Named(world.id_of("tomasz"), "Tomasz Wójcik"),
                Named(world.maintenance.id, "Întreținere"),
                opened.reference,
            ),
            "outside": (Named(world.id_of("zofia"), "Zofia Nowak"), None, ""),
        }


def test_the_score_of_an_anonymous_voice_is_not_shown(world: World) -> None:
    said(world, "bad", by=None, is_anonymous=True, measure="csat", score=1)
    (voice,) = voices_page(world.ana).voices
    assert (voice.score, voice.measure, voice.speaker) == (None, "", None)


def test_voices_are_chosen_by_feeling_subject_side_kind_words_and_time(world: World) -> None:
    subjects(world.at)
    said(world, "It came late", at=world.at - timedelta(days=9))
    said(world, "cold and late", side="inside", by="tomasz", kind="complaint")
    said(world, "good")
    said(world, measure="csat", score=5)
    said(world, "elsewhere late", provider_id=world.it.id)
    read(world)
    assert texts(world, "ana", VoiceFilters(feeling="negative")) == ["cold and late", "It came late"]
    assert texts(world, "ana", VoiceFilters(subject="food")) == ["cold and late"]
    assert texts(world, "ana", VoiceFilters(subject="waiting", side="outside")) == ["It came late"]
    assert texts(world, "carmen", VoiceFilters(subject="waiting", words="lat")) == [
        "elsewhere late",
        "cold and late",
        "It came late",
    ]
    assert texts(world, "ana", VoiceFilters(subject="no-such")) == []
    assert texts(world, "ana", VoiceFilters(kind="complaint")) == ["cold and late"]
    assert texts(world, "ana", VoiceFilters(since=world.at - timedelta(days=7), words="LATE")) == ["cold and late"]
    assert texts(world, "ana", VoiceFilters(words="elsewhere")) == []
    assert texts(world, "ana", VoiceFilters(words="!?")) == []
    assert texts(world, "ana", VoiceFilters(has_words=True)) == ["good", "cold and late", "It came late"]
    assert texts(world, "carmen", VoiceFilters(provider_id=world.it.id)) == ["elsewhere late"]


def test_words_are_found_without_accents_in_any_of_the_languages(world: World) -> None:
    said(world, "Mașina a întârziat", language="ro")
    said(world, "Żelazko działa", language="pl")
    assert texts(world, "ana", VoiceFilters(words="intarzi")) == ["Mașina a întârziat"]
    assert texts(world, "ana", VoiceFilters(words="zelaz")) == ["Żelazko działa"]


def test_pages_follow_each_other_without_a_gap_also_within_one_moment(world: World) -> None:
    for number in range(7):
        provider = world.workshop if number % 2 else world.workshop_warsaw
        said(world, f"voice {number}", provider_id=provider.id)
    seen: list[str] = []
    after: tuple[datetime, int] | None = None
    for _page in range(4):
        page = voices_page(world.stefan, after=after, limit=2)
        seen += [voice.text for voice in page.voices]
        after = page.next_after
    assert seen == [f"voice {number}" for number in reversed(range(7))]
    assert after is None


def test_the_summary_counts_each_side_and_says_when_there_is_too_little(world: World) -> None:
    subjects(world.at)
    scored(world, 5, 3)
    scored(world, 1, 1, side="inside", by="tomasz")
    scored(world, 4, 2, at=world.at - timedelta(weeks=1))
    said(world, "late")
    said(world, "cold", side="inside", by="tomasz")
    said(world, "late", provider_id=world.it.id)
    read(world)
    said(world, "not read yet")
    seen = listen_summary(world.ana, at=world.at)
    assert (seen.week_on, seen.waiting.count, seen.waiting.is_more) == (MONDAY, 1, False)
    assert (seen.outside.this_week, seen.outside.last_week, seen.inside.this_week) == (5, 2, 2)
    assert seen.inside.satisfied == TooFew(1)
    assert isinstance(seen.outside.satisfied, Share)
    assert (seen.outside.satisfied.value, seen.outside.satisfied.n) == (1.0, 5)
    assert [week.satisfied for week in seen.outside.weeks[-2:]] == [TooFew(2), TooFew(3)]
    assert seen.outside.feelings == {"negative": 1, "mixed": 0, "neutral": 0, "positive": 0, "cant_tell": 0}
    assert {one.subject.name: (one.inside, one.outside, one.negative) for one in seen.subjects} == {
        "Waiting": (0, 1, 1),
        "Food": (1, 0, 1),
    }
    assert listen_summary(world.carmen, at=world.at).outside.this_week == 6
    assert listen_summary(world.vera, at=world.at).outside.this_week == 1  # she works in IT
    assert listen_summary(world.zofia, at=world.at).outside.this_week == 0


def test_a_mirror_shows_how_each_side_each_rater_and_each_service_sees_the_department(shop: Shop) -> None:
    world = shop.world
    subjects(world.at)
    with pytest.raises(HiddenError):
        mirror_of(world.tomasz, world.care.id, at=world.at)
    with pytest.raises(HiddenError):
        mirror_of(world.vera, world.care.id, at=world.at)
    scored(world, 5, 9)
    scored(world, 1, 1)
    inside = {"side": "inside", "by": "tomasz", "rater_id": world.maintenance.id}
    scored(world, 2, 4, **inside)
    said(world, "late", **inside)
    for score in (10, 10, 10, 9, 0):
        said(world, measure="nps", score=score)
    # How Care sees IT: five scores; and Maintenance: too few to show.
    served = {"side": "inside", "by": "radu", "rater_id": world.care.id}
    scored(world, 5, 5, provider_id=world.it.id, **served)
    scored(world, 1, 4, provider_id=world.maintenance.id, **served)
    read(world)
    seen = mirror_of(world.ana, world.care.id, at=world.at)
    assert (seen.outside.said, seen.inside.said) == (15, 5)
    assert isinstance(seen.outside.satisfied, Share)
    assert round(seen.outside.satisfied.low, 3) == 0.596  # 9 of 10, as in the reference numbers
    assert seen.inside.satisfied == TooFew(4)
    by_measure = {one.measure: one for one in seen.outside.measures}
    assert list(by_measure) == ["csat", "nps"]
    assert by_measure["nps"].scores == {0: 1, 9: 1, 10: 3}
    assert [(row.name, row.said, row.satisfied) for row in seen.raters.rows] == [("Întreținere", 5, TooFew(4))]
    assert [(row.name, row.said) for row in seen.suppliers.rows] == [("IT", 5)]
    assert [voice.text for voice in seen.newest] == ["late"]
    assert [one.subject.key for one in seen.subjects] == ["waiting"]
    assert (len(seen.inside.weeks), seen.inside.weeks[-1].said, seen.inside.chart.is_learning) == (26, 5, True)
    assert (seen.follow_ups, seen.improvements_open, seen.improvements_done) == (0, 0, 0)
    with CaptureQueriesContext(connection) as small:
        mirror_of(world.ana, world.care.id, at=world.at)
    scored(world, 3, 20)
    with CaptureQueriesContext(connection) as large:
        mirror_of(world.ana, world.care.id, at=world.at)
    assert len(small) == len(large) == 12


def test_parity_says_one_sentence_and_never_more_than_is_known(world: World) -> None:
    for viewer in (world.radu, world.vera, world.zofia):
        with pytest.raises(HiddenError):
            parity(viewer, at=world.at)
    scored(world, 5, 30)
    scored(world, 5, 4, side="inside", by="tomasz")
    seen = parity(world.carmen, at=world.at)
    assert (seen.difference, seen.verdict) == (TooFew(4), ParityCode.TOO_FEW)
    scored(world, 1, 30, side="inside", by="tomasz", provider_id=world.it.id)
    seen = parity(world.carmen, at=world.at)
    assert seen.verdict == ParityCode.OUTSIDE_BETTER
    assert (seen.inside.counted, seen.outside.counted) == ((4, 34), (30, 30))
    rows = {row.department.name: row for row in seen.departments}
    assert [row.counted for row in rows.values()] == [(34, 34), (0, 30)]
    assert seen.departments_verdict == "differ"
    fair = rows["IT"].fair
    assert fair is not None
    assert fair.is_clearly_worse
    own = parity(world.ana, at=world.at)
    assert [row.department.id for row in own.departments] == [world.care.id]
    assert own.outside.counted == (30, 30)


def test_lists_and_pages_ask_the_database_a_fixed_number_of_times(shop: Shop) -> None:
    world, viewer = shop.world, shop.world.ana
    subjects(world.at)
    opened = shop.ask_repair()
    for _ in range(6):
        voice = said(world, "late", about=f"request:{opened.id}")
    read(world)
    with CaptureQueriesContext(connection) as asked:
        voices_page(viewer, limit=5)
    assert len(asked) == 6
    with CaptureQueriesContext(connection) as asked:
        listen_summary(viewer, at=world.at)
    assert len(asked) == 4
    with CaptureQueriesContext(connection) as asked:
        voice_page(viewer, voice.pk, at=world.at)
    assert len(asked) == 18
    with CaptureQueriesContext(connection) as asked:
        parity(viewer, at=world.at)
    assert len(asked) == 3


def test_the_page_of_a_voice_offers_every_subject_and_says_who_decided(world: World) -> None:
    subjects(world.at)
    voice = said(world, "late")
    read(world)
    say_feeling(by=world.ana, at=world.at, voice_id=voice.pk, feeling="mixed")
    page = voice_page(world.ana, voice.pk, at=world.at)
    assert [choice.key for choice in page.choices] == ["food", "kindness", "waiting"]
    assert [(one.subject.key, one.by) for one in page.voice.subjects] == [("waiting", "model")]
    assert (page.voice.feeling, page.voice.feeling_by) == ("mixed", "person")
    assert (page.same, page.follow_up, page.improvements) == (None, None, ())


def test_a_head_who_teaches_reads_no_words_said_of_another_department(world: World) -> None:
    ours = said(world, "late at the counter")
    theirs = said(world, "cold in the office", provider_id=world.it.id)
    say_feeling(by=world.ana, at=world.at, voice_id=ours.pk, feeling="negative")
    say_feeling(by=world.ioana, at=world.at, voice_id=theirs.pk, feeling="negative")
    given = ScoredRow(2, "from a file", "positive", None, "en", ())
    import_scored_texts(by=world.ioana, at=world.at, rows=[given])

    def read_by(viewer: Viewer) -> set[str]:
        return {one.text for one in learning_page(viewer).newest}

    assert read_by(world.ana) == {"late at the counter", "from a file"}
    assert read_by(world.ioana) == {"cold in the office", "from a file"}
    assert len(read_by(world.carmen)) == 3


def test_people_like_this_are_looked_for_in_the_same_department_only(world: World) -> None:
    mine, near = said(world, "late late late"), said(world, "late, late, late")
    elsewhere = said(world, "late late late!", provider_id=world.it.id)
    nameless = said(world, "late late late?", by=None, is_anonymous=True)
    read(world)
    assert {one.voice.id for one in voice_page(world.ana, mine.pk, at=world.at).alike} == {near.pk}
    assert voice_page(world.ioana, elsewhere.pk, at=world.at).alike == ()
    assert voice_page(world.ana, nameless.pk, at=world.at).alike == ()
