"""One voice through the door: read, corrected at once, blotted out, and gone back to; by whom it may be."""

import re

import pytest
from django.utils import timezone

from clientela.catalogue.models import Service
from clientela.kernel.policies import NotAllowedError
from clientela.voice.actions.following_up import follow_up
from clientela.voice.models import FollowUp, ListeningPolicy, ScoredText, Subject, Voice, VoiceSubject
from tests.doors.web.desk.visits import Desk
from tests.doors.web.listen.test_home import LATE, page_of, say_things
from tests.shop import Shop

HTMX = {"HX-Request": "true"}


def subject_of(shop: Shop, key: str = "late-told", name: str = "told too late") -> Subject:
    return Subject.objects.create(
        key=key, names={"en": name}, state="used", made_at=shop.at, changed_at=shop.at, sentences={}, words={}
    )


def address(number: int, act: str = "") -> str:
    return f"/listen/voices/{number}{act}"


def test_nobody_else_finds_the_voice_or_changes_anything(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(shop)
    subject = subject_of(shop)
    assert desk.of_customer("zofia").get(address(number)).status_code == 404
    for who in ("tomasz", "vera"):
        client = desk.of(who)
        assert client.get(address(number)).status_code == 404
        assert client.post(address(number, "/feeling"), {"feeling": "positive"}).status_code == 404
        assert client.post(address(number, "/subjects"), {"subject": subject.pk}).status_code == 404
        assert client.post(address(number, f"/subjects/{subject.pk}/not")).status_code == 404
        assert client.post(address(number, "/blot"), {"passage": "Nikt", "key": ""}).status_code == 404
        assert client.post(address(number, "/back")).status_code == 404
    assert desk.of("ana").get(address(number + 1_000)).status_code == 404
    voice = Voice.objects.get()
    assert (voice.feeling, voice.text, voice.masked_at) == ("", LATE, None)
    assert not VoiceSubject.objects.exists()
    assert not FollowUp.objects.exists()


def test_the_very_words_stand_there_with_who_and_about_what(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    (number,) = say_things(shop, about=f"request:{opened.id}")
    html = page_of(desk, address(number))
    assert LATE in html
    assert "What Zofia Nowak said" in html
    assert f'href="/desk/requests/{opened.reference}"' in html
    assert "It waits to be read." in html
    assert f"/listen/improvements/new?voice={number}&amp;department={shop.world.care.id}" in html
    # The owner reads the words, but not whose request it was where that is not theirs to read.
    assert LATE in page_of(desk, address(number), "carmen")


def test_a_feeling_that_somebody_says_counts_at_once(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(shop)
    wrong = desk.of("ana").post(address(number, "/feeling"), {"feeling": "furious"}, follow=True)
    assert "Say whether it is negative, mixed, neutral or positive." in wrong.content.decode()
    assert Voice.objects.get().feeling == ""
    sent = desk.of("ana").post(address(number, "/feeling"), {"feeling": "negative"})
    assert sent.status_code == 302
    assert (Voice.objects.get().feeling, Voice.objects.get().feeling_by) == ("negative", "person")
    html = page_of(desk, address(number))
    assert "Ana Ionescu said so." in html
    assert re.search(r'value="negative" aria-pressed="true"', html)


def test_with_the_script_only_what_changed_comes_back(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(shop)
    subject = subject_of(shop)
    client = desk.of("ana")
    part = client.post(address(number, "/subjects"), {"subject": subject.pk}, headers=HTMX).content.decode()
    assert part.lstrip().startswith('<div id="meaning"')
    assert "<html" not in part
    assert "told too late" in part
    assert VoiceSubject.objects.get().is_about
    part = client.post(address(number, f"/subjects/{subject.pk}/not"), headers=HTMX).content.decode()
    assert "No subject yet." in part
    assert 'name="subject" autofocus' in part
    assert not VoiceSubject.objects.get().is_about


def test_a_subject_has_to_be_chosen(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(shop)
    subject_of(shop)
    html = desk.of("ana").post(address(number, "/subjects"), {"subject": ""}, follow=True).content.decode()
    assert "Choose a subject first." in html
    assert desk.of("ana").post(address(number, "/subjects"), {"subject": "999999"}).status_code == 404


def test_a_score_without_words_has_nothing_to_correct(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(shop, text="")
    html = page_of(desk, address(number))
    assert "A score without words." in html
    assert "How it feels" not in html
    said = desk.of("ana").post(address(number, "/feeling"), {"feeling": "negative"}, follow=True).content.decode()
    assert "There are no words here to say anything of." in said
    assert not ScoredText.objects.exists()


def test_personal_data_that_was_found_is_blotted_out_for_good(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(shop, text="Call me: 601 234 567, please.", language="en")
    html = page_of(desk, address(number))
    assert "a telephone number" in html
    span = re.search(r'name="span" value="([0-9-]+)"', html)
    key = re.search(r'name="key" value="([0-9a-f]+)"', html)
    assert span is not None
    assert key is not None
    sent = desk.of("ana").post(address(number, "/blot"), {"span": span[1], "key": key[1]})
    assert sent.status_code == 302
    assert Voice.objects.get().text == "Call me: [•••], please."
    html = page_of(desk, address(number))
    assert "601 234" not in html
    assert "personal data was blotted out" in html


def test_words_that_the_machine_overlooked_are_blotted_out_by_typing_them(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(shop, text="Mister Kowal from Lipowa was rude.", language="en")
    key = re.search(r'name="key" value="([0-9a-f]+)"', page_of(desk, address(number)))
    assert key is not None
    wrong = desk.of("ana").post(address(number, "/blot"), {"passage": "Nowak", "key": key[1]})
    assert wrong.status_code == 422
    assert "These words do not stand there." in wrong.content.decode()
    assert 'value="Nowak"' in wrong.content.decode()
    old = desk.of("ana").post(address(number, "/blot"), {"passage": "kowal", "key": "00"})
    assert "These words have changed meanwhile." in old.content.decode()
    assert desk.of("ana").post(address(number, "/blot"), {"passage": "kowal", "key": "no"}).status_code == 404
    assert desk.of("ana").post(address(number, "/blot"), {"passage": "mister KOWAL", "key": key[1]}).status_code == 302
    assert Voice.objects.get().text == "[•••] from Lipowa was rude."


def test_somebody_of_the_department_goes_back_to_the_person(desk: Desk, shop: Shop) -> None:
    repair = Service.objects.get(key="repair")
    ListeningPolicy.objects.update_or_create(pk=1, defaults={"follow_up_service": repair, "changed_at": timezone.now()})
    opened = shop.ask_repair()
    (number,) = say_things(shop, about=f"request:{opened.id}", score=4)
    assert "Go back to this person" not in page_of(desk, address(number), "carmen")
    refused = desk.of("carmen").post(address(number, "/back"), follow=True).content.decode()
    assert "The people of the department that this was said of follow it up." in refused
    assert not FollowUp.objects.exists()
    assert "Go back to this person" in page_of(desk, address(number))
    sent = desk.of("ana").post(address(number, "/back"))
    assert sent.status_code == 302
    assert FollowUp.objects.get().reason == "chosen"
    html = page_of(desk, address(number))
    assert "A colleague goes back to the person:" in html
    assert "Go back to this person" not in html


def test_nobody_goes_back_to_who_is_not_to_be_known(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(
        shop,
        side="inside",
        speaker_id=shop.world.id_of("tomasz"),
        rater_id=shop.world.maintenance.id,
        text="Care never calls back.",
        language="en",
    )
    html = page_of(desk, address(number))
    assert "Tomasz" not in html
    assert "Who said it is not known here" in html
    refused = desk.of("ana").post(address(number, "/back"), follow=True).content.decode()
    assert "Nobody knows who said this" in refused
    with pytest.raises(NotAllowedError):
        follow_up(by=shop.world.ana, at=shop.at, voice_id=number)
    assert not FollowUp.objects.exists()


def test_an_anonymous_voice_shows_neither_who_nor_which_score(desk: Desk, shop: Shop) -> None:
    (number,) = say_things(
        shop,
        kind="survey",
        side="inside",
        speaker_id=None,
        is_anonymous=True,
        score=1,
        text="I am tired.",
        language="en",
    )
    html = page_of(desk, address(number))
    assert "<h1>Said without a name</h1>" in html
    assert "1 of 5" not in html
    assert "I am tired." in html
