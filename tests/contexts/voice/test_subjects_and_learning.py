"""The list of subjects is kept by people; what they score is learned from, and used only if it is not worse."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from clientela.kernel.journal import facts_about, thing
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice import actions
from clientela.voice.actions.hearing import text_key
from clientela.voice.actions.readers import feelings_as_bytes, feelings_from_bytes, house_reader
from clientela.voice.jobs import understanding
from clientela.voice.jobs.understanding import UNDERSTANDING, read_what_was_said
from clientela.voice.meaning.encoder import Encoded, is_available
from clientela.voice.meaning.feeling import shipped_feelings
from clientela.voice.models import LearnedModel, ScoredText, Subject, SubjectTally, TextVector, Voice, VoiceSubject
from tests.contexts.voice.saying import read, said, subjects
from tests.world import World

EN = {"en": ["They came three days late."]}


class TwoSides:
    """An encoder for which a text with "tak" lies on one side and every other on the other, with some noise."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return the vectors."""
        rows = []
        for text in texts:
            noise = np.random.default_rng(len(text) + sum(map(ord, text))).normal(0, 0.04, 384)
            noise[0] += 1 if "tak" in text else -1
            rows.append(noise / np.linalg.norm(noise))
        return Encoded(np.array(rows, np.float32), np.ones(len(texts), np.bool_))


def scored_file(lines: Sequence[str]) -> bytes:
    return ("text;feeling;subjects;language\r\n" + "\r\n".join(lines)).encode("utf-8-sig")


def test_only_heads_and_the_owner_keep_the_list(world: World) -> None:
    number = subjects(world.at, "waiting")["waiting"]
    for viewer in (world.radu, world.vera, world.zofia):
        with pytest.raises(NotAllowedError):
            actions.add_subject(by=viewer, at=world.at, names={"en": "Parking"}, sentences=EN, words={})
        with pytest.raises(NotAllowedError):
            actions.change_subject(by=viewer, at=world.at, subject_id=number, names={"en": "X"}, sentences=EN, words={})
        with pytest.raises(NotAllowedError):
            actions.drop_subject(by=viewer, at=world.at, subject_id=number)
        with pytest.raises(NotAllowedError):
            actions.use_subject(by=viewer, at=world.at, subject_id=number)
        with pytest.raises(NotAllowedError):
            actions.merge_subjects(by=viewer, at=world.at, subject_id=number, into_id=number + 1)
    assert list(Subject.objects.values_list("key", "names", "state")) == [("waiting", {"en": "Waiting"}, "used")]


@pytest.mark.parametrize(
    ("names", "sentences", "words", "field"),
    [
        ({"en": "  "}, EN, {}, "names"),
        ({"fr": "Retard"}, EN, {}, "names"),
        ({"en": "Parking"}, {"en": [" "]}, {}, "sentences"),
        ({"en": "Parking"}, {"en": ["x" * 301]}, {}, "sentences"),
        ({"en": "Parking"}, {}, {"en": [f"word{n}" for n in range(101)]}, "words"),
        ({"en": "Waiting"}, EN, {}, "names"),
    ],
)
def test_a_subject_that_cannot_be_kept_says_what_is_wrong(
    world: World, names: dict[str, str], sentences: dict[str, list[str]], words: dict[str, list[str]], field: str
) -> None:
    subjects(world.at, "waiting")
    with pytest.raises(actions.SubjectError) as refused:
        actions.add_subject(by=world.ana, at=world.at, names=names, sentences=sentences, words=words)
    assert refused.value.field == field
    assert Subject.objects.count() == 1


def test_a_subject_is_added_changed_dropped_and_used_again(world: World) -> None:
    number = actions.add_subject(
        by=world.ana,
        at=world.at,
        names={"en": "Parking ", "pl": "Parking"},
        sentences={"pl": ["Nie ma\x00 gdzie"]},
        words={},
    )
    row = Subject.objects.get(pk=number)
    assert (row.key, row.names, row.sentences) == (
        "parking",
        {"en": "Parking", "pl": "Parking"},
        {"pl": ["Nie ma gdzie"]},
    )
    again = {"names": row.names, "sentences": row.sentences, "words": {}}
    assert actions.change_subject(by=world.ana, at=world.at, subject_id=number, **again) is False
    again["names"] = {"en": "Car park"}
    assert actions.change_subject(by=world.ana, at=world.at, subject_id=number, **again) is False
    again["words"] = {"en": ["car*", "car*"]}
    assert actions.change_subject(by=world.ana, at=world.at, subject_id=number, **again) is True
    actions.drop_subject(by=world.carmen, at=world.at, subject_id=number)
    actions.drop_subject(by=world.carmen, at=world.at, subject_id=number)
    assert Subject.objects.get().state == "dropped"
    actions.use_subject(by=world.carmen, at=world.at, subject_id=number)
    row.refresh_from_db()
    assert (row.key, row.names, row.words, row.state) == ("parking", {"en": "Car park"}, {"en": ["car*"]}, "used")
    verbs = [fact.verb for fact in facts_about(thing("subject", number))]
    assert verbs == ["subject_used", "subject_dropped", "subject_changed", "subject_changed", "subject_added"]
    assert set(verbs) <= UNDERSTANDING.verbs
    with pytest.raises(HiddenError):
        actions.drop_subject(by=world.ana, at=world.at, subject_id=number + 1)


def test_merging_moves_voices_and_counts_and_keeps_what_persons_said(world: World) -> None:
    keys = subjects(world.at)
    both, gone_only, his_no, her_yes = (
        said(world, "late and cold"),
        said(world, "late"),
        said(world, "late, so cold"),
        said(world, "cold but late"),
    )
    said(world, "late, nobody says who", by=None, is_anonymous=True)
    read(world)
    actions.unsay_subject(by=world.ana, at=world.at, voice_id=his_no.pk, subject_id=keys["food"])
    actions.say_subject(by=world.ana, at=world.at, voice_id=her_yes.pk, subject_id=keys["waiting"])
    with pytest.raises(actions.SubjectError):
        actions.merge_subjects(by=world.ana, at=world.at, subject_id=keys["food"], into_id=keys["food"])
    actions.merge_subjects(by=world.ana, at=world.at, subject_id=keys["waiting"], into_id=keys["food"])
    found = {
        row["voice"]: (row["subject__key"], row["by"], row["is_about"])
        for row in VoiceSubject.objects.values("voice", "subject__key", "by", "is_about")
    }
    assert found[both.pk] == ("food", "model", True)
    assert found[gone_only.pk] == ("food", "model", True)
    assert found[his_no.pk] == ("food", "person", False)
    assert found[her_yes.pk] == ("food", "person", True)
    assert list(SubjectTally.objects.values_list("subject__key", "feeling", "n")) == [("food", "negative", 3)]
    assert dict(Subject.objects.values_list("key", "state")) == {
        "food": "used",
        "kindness": "used",
        "waiting": "dropped",
    }
    assert list(ScoredText.objects.get(text="cold but late").subjects or []) == ["food"]
    # Read again, nothing is counted twice and nothing goes below nothing.
    Voice.objects.update(read_by="")
    read(world)
    assert dict(SubjectTally.objects.filter(n__gt=0).values_list("subject__key", "n")) == {"food": 2}


def test_the_ready_made_list_is_written_once_and_not_over_what_people_dropped(world: World) -> None:
    count = actions.ensure_default_subjects(at=world.at)
    assert count == Subject.objects.filter(state="used").count() > 5
    assert all(set(row.names) >= {"en", "ro", "pl", "es"} for row in Subject.objects.all())
    Subject.objects.update(state="dropped")
    assert actions.ensure_default_subjects(at=world.at) == 0
    assert Subject.objects.filter(state="used").count() == 0


def test_a_file_of_scored_comments_says_what_is_wrong_by_line(world: World) -> None:
    subjects(world.at, "waiting")
    for viewer in (world.radu, world.vera):
        with pytest.raises(NotAllowedError):
            actions.scored_rows(by=viewer, content=b"")
    for content in (b"", b"\xff\xfe\x00", b"comment,score\nlate,1\n", b"text\nlate\n"):
        with pytest.raises(actions.ScoredFileError):
            actions.scored_rows(by=world.ana, content=content)
    rows = actions.scored_rows(
        by=world.ana,
        content=scored_file(
            [
                "Came late;negative;waiting;en",
                "came late ;Negative;;en",
                "Bine;angry;;ro",
                ";positive;;",
                "Dobrze;positive;parking;pl",
                '"Two\nlines; and more";mixed;;en',
                "Nothing;;;en",
                "Too;positive;;en;many",
            ]
        ),
    )
    assert [(row.line, len(row.errors)) for row in rows] == [
        (2, 0),
        (3, 0),
        (4, 1),
        (5, 1),
        (6, 1),
        (8, 0),
        (9, 1),
        (10, 1),
    ]
    assert rows[2].errors == ("“angry” is no feeling: write negative, mixed, neutral or positive.",)
    assert rows[4].errors == ("There is no subject “parking”.",)
    assert (rows[0].subjects, rows[1].subjects, rows[5].text) == (("waiting",), None, "Two\nlines; and more")
    assert actions.import_scored_texts(by=world.ana, at=world.at, rows=rows) == 3
    assert actions.import_scored_texts(by=world.ana, at=world.at, rows=rows) == 3
    assert ScoredText.objects.count() == 3
    kept = ScoredText.objects.get(text="Came late")
    assert (kept.feeling, kept.subjects, kept.language, bytes(kept.text_key)) == (
        "negative",
        ["waiting"],
        "en",
        text_key("Came late"),
    )


def test_what_is_scored_is_learned_and_used_with_figures_for_each_language(world: World) -> None:
    subjects(world.at, "waiting")
    lines = [f"tak {n} {'x' * n};positive;;pl" for n in range(30)] + [
        f"nu {n} {'y' * n};negative;waiting;ro" for n in range(30)
    ]
    actions.import_scored_texts(
        by=world.ana, at=world.at, rows=actions.scored_rows(by=world.ana, content=scored_file(lines))
    )
    before = house_reader(at=world.at, encodes=TwoSides())
    later = world.at + timedelta(hours=1)
    assert actions.learn_from_scored_texts(at=later, encodes=TwoSides()) is True
    assert actions.learn_from_scored_texts(at=later, encodes=TwoSides()) is False  # nothing new since
    model = LearnedModel.objects.get(kind="feeling")
    assert (model.name, model.is_used) == ("house-1", True)
    assert {language: figure["n"] for language, figure in model.figures.items() if language != "calibration_error"} == {
        "": 60,
        "pl": 30,
        "ro": 30,
    }
    assert model.figures["pl"]["right"] == 30
    assert round(model.figures["pl"]["low"], 3) == 0.886
    reader = house_reader(at=world.at, encodes=TwoSides())
    assert reader.name != before.name
    assert reader.feelings.name == "house-1"
    assert TextVector.objects.count() >= 60
    said(world, "nu, iar", language="ro")
    assert actions.read_voices(moment=lambda: world.at, reader=reader) == 1
    assert (Voice.objects.get().feeling, Voice.objects.get().read_by) == ("negative", reader.name)
    # Scored anew, it is learned anew, and one model is used.
    rows = actions.scored_rows(by=world.ana, content=scored_file(["nu zau;negative;;ro"]))
    actions.import_scored_texts(by=world.ana, at=later + timedelta(hours=1), rows=rows)
    assert actions.learn_from_scored_texts(at=later + timedelta(hours=2), encodes=TwoSides()) is True
    assert list(LearnedModel.objects.filter(kind="feeling", is_used=True).values_list("name", flat=True)) == ["house-2"]


def test_a_kept_model_is_the_same_model() -> None:
    model = shipped_feelings()
    again = feelings_from_bytes(feelings_as_bytes(model), name=model.name)
    for cut in ("polarity", "neutral", "mixed"):
        one, other = getattr(model, cut), getattr(again, cut)
        assert (one.weights == other.weights).all()
        assert one.bias == other.bias


def test_the_job_reads_by_words_without_the_encoder_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "is_available", lambda: False)
    voice = said(world, "Terrible, awful, rude.")
    assert read_what_was_said() == 1
    voice.refresh_from_db()
    assert (voice.feeling, voice.feeling_by, voice.feeling_probability) == ("negative", "words", None)
    assert voice.read_by.startswith("words/")
    assert read_what_was_said() == 0


@pytest.mark.skipif(not is_available(), reason="The weights of the encoder are not installed.")
def test_the_job_reads_with_the_encoder_in_four_languages_and_again_what_words_had_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setattr(understanding, "is_available", lambda: False)
        bad = [
            said(world, "They came three days late and nobody called me.", language="en"),
            said(world, "Au venit cu trei zile mai târziu și nu m-a sunat nimeni.", language="ro"),
            said(world, "Przyjechali trzy dni za późno i nikt nie zadzwonił.", language="pl"),
            said(world, "Vinieron tres días tarde y nadie me llamó.", language="es"),
        ]
        good = said(world, "Everything was perfect, thank you so much, wonderful people.")
        assert read_what_was_said() == 5
    assert understanding.read_again_what_others_read() == 5
    assert read_what_was_said() == 5
    for voice in bad:
        voice.refresh_from_db()
        assert (voice.feeling, voice.feeling_by) == ("negative", "model")
    good.refresh_from_db()
    assert (good.feeling, good.feeling_by) == ("positive", "model")
    assert TextVector.objects.filter(vector__isnull=False).count() >= 5
    assert {voice.language for voice in bad} == {"en", "ro", "pl", "es"}
