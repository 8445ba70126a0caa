import numpy as np
import pytest

from clientela.voice.meaning.encoder import Encoder
from clientela.voice.meaning.shipped import WIDTH, SubjectDescription, ready_made_subjects, shipped_vectors
from clientela.voice.meaning.subjects import sentences_of, shipped_subjects, subjects_model

TOLD = [
    ("en", "delivery", "The parcel was dropped at the neighbour's, four days after the date."),
    ("ro", "invoice", "Ați emis factura pe altă firmă și nimeni nu o corectează."),
    ("pl", "premises", "W gabinecie leżały brudne ręczniki, a łazienka była zalana."),
    ("es", "reachability", "Llamo y llamo y en esa oficina no descuelga nadie."),
    ("pt", "software", "O sistema caiu outra vez e não consigo abrir a minha conta."),
    ("en", "staff", "Two nurses for forty patients, they run from bed to bed."),
    ("ro", "politeness", "Portarul a țipat la mine și m-a făcut în toate felurile."),
    ("pl", "repeating", "Już piątej osobie tłumaczę od początku, o co chodzi."),
    ("es", "price", "Los precios son un disparate, pagamos el doble que en otros sitios."),
    ("en", "satisfied", "Everything came as agreed, thanks to all of you!"),
]


@pytest.mark.parametrize(("language", "key", "text"), TOLD, ids=[key for _, key, _ in TOLD])
def test_the_subject_of_a_text_is_found(encoder: Encoder, language: str, key: str, text: str) -> None:
    found = shipped_subjects().read(encoder.encode([text]).vectors, [text], [language])[0]
    assert found[0].key == key
    assert found[0].probability >= 0.5


def test_a_text_may_have_several_subjects(encoder: Encoder) -> None:
    text = "The invoice is wrong and nobody picks up the phone to put it right."
    found = shipped_subjects().read(encoder.encode([text]).vectors, [text], ["en"])[0]
    assert {one.key for one in found} >= {"invoice", "reachability"}
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)


def test_a_new_subject_works_as_soon_as_it_is_described_in_any_language(encoder: Encoder) -> None:
    parking = SubjectDescription(
        "parking",
        {"en": "Parking"},
        {"en": ("There is nowhere to park.", "The car park is full and expensive.", "I got a parking fine.")},
        {"ro": ("parc*",)},
    )
    told = sentences_of([parking])
    vectors = dict(zip(told, encoder.encode(told).vectors, strict=True))
    model = subjects_model([*ready_made_subjects(), parking], {**shipped_vectors(), **vectors})
    text = "Nu găsești loc de parcare nici la ora șapte dimineața."
    assert model.read(encoder.encode([text]).vectors, [text], ["ro"])[0][0].key == "parking"


def test_without_vectors_the_words_of_the_list_speak() -> None:
    nothing = np.full((3, WIDTH), np.nan, np.float32)
    texts = ["The invoice says a refund is due", "Hello there", "Factura"]
    found = shipped_subjects().read(nothing, texts, ["en", "en", "ro"])
    assert [[(one.key, one.probability) for one in row] for row in found] == [
        [("invoice", 0.75)],
        [],
        [("invoice", 0.55)],
    ]


def test_an_empty_list_finds_nothing() -> None:
    assert subjects_model([], {}).read(np.zeros((1, WIDTH), np.float32), ["x"], ["en"]) == [()]
