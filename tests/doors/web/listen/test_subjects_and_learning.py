"""Settings of understanding: the list of subjects, and what the machine has learned."""

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.kernel.files import store_file
from clientela.kernel.journal import facts_about, thing
from clientela.voice import actions
from clientela.voice.models import LearnedModel, ScoredText, Subject
from tests.contexts.voice.saying import said, subjects
from tests.doors.web.desk.visits import Desk
from tests.world import World

PAGES = ("subjects", "new_subject", "learning")
FILE = "text;feeling;subjects;language\nCame late;negative;waiting;en\nNice;lovely;;en\n"


def form(**more: str) -> dict[str, str]:
    empty = {f"{part}_{code}": "" for part in ("name", "sentences", "words") for code in ("en", "ro", "pl", "es")}
    return {**empty, **more}


@pytest.mark.parametrize("who", ["radu", "vera"])
def test_for_who_neither_heads_nor_owns_there_is_no_such_page(desk: Desk, world: World, who: str) -> None:
    number = subjects(world.at, "waiting")["waiting"]
    scored = ScoredText.objects.create(
        text_key=b"k" * 32, text="late", language="en", feeling="negative", said_at=world.at
    )
    browser = desk.of(who)
    for name in PAGES:
        assert browser.get(reverse(f"listen:{name}")).status_code == 404
    assert browser.get(reverse("listen:subject", args=[number])).status_code == 404
    for name, args in (
        ("new_subject", []),
        ("subject", [number]),
        ("drop_subject", [number]),
        ("use_subject", [number]),
        ("merge_subject", [number]),
        ("learn", []),
        ("forget_scored", [scored.pk]),
        ("learning", []),
    ):
        assert browser.post(reverse(f"listen:{name}", args=args), form(name_en="X", words_en="x")).status_code in {
            403,
            404,
        }
    assert list(Subject.objects.values_list("key", "state")) == [("waiting", "used")]
    assert ScoredText.objects.count() == 1
    assert reverse("listen:subjects") not in browser.get(reverse("settings:services")).content.decode()


def test_the_list_shows_what_is_used_proposed_and_waits(desk: Desk, world: World) -> None:
    html = desk.of("ana").get(reverse("listen:subjects")).content.decode()
    assert "The list is empty" in html
    subjects(world.at)
    Subject.objects.create(
        key="parking",
        names={"pl": "Parking"},
        sentences={"pl": ["Nie ma gdzie zaparkować."]},
        state="proposed",
        made_at=world.at,
        changed_at=world.at,
    )
    said(world, "late")
    with CaptureQueriesContext(connection) as asked:
        html = desk.of("ana").get(reverse("listen:subjects")).content.decode()
    assert "1 voice waits to be read." in html
    assert "Nie ma gdzie zaparkować." in html
    assert len([query for query in asked if "voice_" in query["sql"]]) == 3


def test_a_subject_is_added_refused_changed_merged_and_dropped(desk: Desk, world: World) -> None:
    keys = subjects(world.at)
    browser = desk.of("ana")
    refused = browser.post(reverse("listen:new_subject"), form(name_en="Parking"))
    assert refused.status_code == 422
    assert "Write at least one sentence as people say it, or one word." in refused.content.decode()
    added = browser.post(
        reverse("listen:new_subject"), form(name_en="Parking", sentences_en="Nowhere to park.\r\n\r\nNo place.")
    )
    row = Subject.objects.get(key="parking")
    assert added.headers["Location"] == reverse("listen:subject", args=[row.pk])
    assert row.sentences == {"en": ["Nowhere to park.", "No place."]}
    Subject.objects.filter(pk=row.pk).update(
        names={"en": "Parking", "pt": "Estacionar"},
        sentences={"en": ["Nowhere to park.", "No place."], "pt": ["Cheio."]},
    )
    page = browser.get(added.headers["Location"]).content.decode()
    assert "Nowhere to park.\nNo place." in page
    browser.post(added.headers["Location"], form(name_en="Car park", words_en="car*"))
    row.refresh_from_db()
    # What it has in a language that the form does not show stays.
    assert (row.names, row.sentences, row.words) == (
        {"en": "Car park", "pt": "Estacionar"},
        {"pt": ["Cheio."]},
        {"en": ["car*"]},
    )
    wrong = browser.post(reverse("listen:merge_subject", args=[row.pk]), {"into": str(row.pk)})
    assert wrong.status_code == 422
    merged = browser.post(reverse("listen:merge_subject", args=[row.pk]), {"into": str(keys["waiting"])})
    assert merged.headers["Location"] == reverse("listen:subject", args=[keys["waiting"]])
    browser.post(reverse("listen:drop_subject", args=[keys["food"]]))
    assert dict(Subject.objects.values_list("key", "state")) == {
        "parking": "dropped",
        "food": "dropped",
        "kindness": "used",
        "waiting": "used",
    }
    html = browser.get(reverse("listen:subjects")).content.decode()
    assert "Dropped" in html
    browser.post(reverse("listen:use_subject", args=[keys["food"]]))
    assert Subject.objects.get(key="food").state == "used"
    assert browser.get(reverse("listen:subject", args=[999_999])).status_code == 404


def test_a_file_is_shown_line_by_line_before_anything_is_kept(desk: Desk, world: World) -> None:
    subjects(world.at, "waiting")
    browser = desk.of("carmen")
    html = browser.get(reverse("listen:learning")).content.decode()
    assert "It takes at least 40 scored texts" in html
    assert browser.post(reverse("listen:learning"), {}).status_code == 422
    wrong = browser.post(reverse("listen:learning"), {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert wrong.status_code == 422
    assert "The first line names the columns" in wrong.content.decode()
    given = browser.post(reverse("listen:learning"), {"file": SimpleUploadedFile("x.csv", FILE.encode())})
    preview = given.headers["Location"]
    html = browser.get(preview).content.decode()
    assert "1 line is right" in html
    assert "“lovely” is no feeling" in html
    assert ScoredText.objects.count() == 0
    assert desk.of("radu").get(preview).status_code in {403, 404}
    assert browser.post(preview).headers["Location"] == reverse("listen:learning")
    assert list(ScoredText.objects.values_list("text", "feeling", "subjects")) == [
        ("Came late", "negative", ["waiting"])
    ]
    assert "Came late" in browser.get(reverse("listen:learning")).content.decode()


def test_no_other_stored_file_can_be_opened_by_its_name(desk: Desk, world: World) -> None:
    stored = store_file(FILE.encode()).sha256
    for token in (
        stored,
        signing.Signer(salt="another").sign(stored),
        signing.Signer(salt="clientela.listen.scored_file").sign("0" * 64),
    ):
        assert desk.of("ana").get(reverse("listen:scored_file", args=[token])).status_code == 404


def test_figures_are_shown_with_their_interval_or_not_at_all(desk: Desk, world: World) -> None:
    figures = {
        "": {"right": 190, "n": 204, "low": 0.8879, "high": 0.9589, "right_before": 180},
        "ro": {"right": 187, "n": 200, "low": 0.8916, "high": 0.9619, "right_before": 177},
        "pl": {"right": 3, "n": 4, "low": 0.3, "high": 0.95, "right_before": 3},
        "calibration_error": 0.031,
    }
    LearnedModel.objects.create(
        kind="feeling", name="house-1", content=b"", figures=figures, is_used=True, made_at=world.at
    )
    html = desk.of("ana").get(reverse("listen:learning")).content.decode()
    assert "too few to say" in html
    assert "89%–96%" in html
    assert "it is off by 3% on average" in html


def test_the_button_lets_it_learn_and_a_text_can_be_taken_out(desk: Desk, world: World) -> None:
    rows = actions.scored_rows(by=world.ana, content=b"text,feeling\nLate,negative\n")
    actions.import_scored_texts(by=world.ana, at=world.at, rows=rows)
    browser = desk.of("ana")
    browser.post(reverse("listen:learn"))
    assert facts_about(thing("party", world.id_of("ana")))[0].verb == "learning_asked"
    browser.post(reverse("listen:forget_scored", args=[ScoredText.objects.get().pk]))
    assert ScoredText.objects.count() == 0
