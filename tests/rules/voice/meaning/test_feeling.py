import numpy as np
import pytest

from clientela.voice.meaning.encoder import Encoder
from clientela.voice.meaning.feeling import Feeling, feeling_by_words, fitted_feelings, shipped_feelings
from clientela.voice.meaning.shipped import WIDTH

# None of these stands among the examples.
CLEAR = [
    ("en", Feeling.NEGATIVE, "The man on the phone was very rude and I still have no hot water."),
    ("en", Feeling.POSITIVE, "Honestly the nicest team I have ever had in my house, the new boiler purrs."),
    ("en", Feeling.POSITIVE, "I could not be happier with the new desk."),
    ("en", Feeling.NEGATIVE, "I was promised a refund in March, it is August, and you ignore every mail."),
    ("en", Feeling.NEUTRAL, "Which documents do I need to bring on Monday?"),
    ("en", Feeling.NEUTRAL, "I would like two seats for Thursday evening."),
    ("ro", Feeling.NEGATIVE, "Am rămas fără apă caldă și nimeni nu ne bagă în seamă."),
    ("ro", Feeling.NEGATIVE, "masina de spalat curge iar si firma nu mai raspunde"),
    ("ro", Feeling.POSITIVE, "doamna de la ghiseul 3 a fost un inger, multumesc mult"),
    ("ro", Feeling.POSITIVE, "Colegii voștri sunt minunați, ne-au ajutat din prima zi."),
    ("pl", Feeling.NEGATIVE, "Znowu odwołali wizytę, a ja stałam pod drzwiami jak głupia."),
    ("pl", Feeling.POSITIVE, "Pan serwisant to złoty człowiek, pralka działa i chodzi cichutko."),
    ("es", Feeling.NEGATIVE, "Nos dejaron tirados en la estación y encima nos cobraron."),
    ("es", Feeling.POSITIVE, "La chica que nos atendió es un sol, da gusto venir."),
    ("pt", Feeling.NEGATIVE, "Fiquei plantada à espera do técnico e ele nunca apareceu."),
    ("pt", Feeling.POSITIVE, "A moça do balcão foi um amor, resolveu tudo num instante."),
]


@pytest.mark.parametrize(("language", "feeling", "text"), CLEAR, ids=[text[:30] for _, _, text in CLEAR])
def test_a_clear_feeling_is_told(encoder: Encoder, language: str, feeling: Feeling, text: str) -> None:
    read = shipped_feelings().read(encoder.encode([text]).vectors, [text], [language])[0]
    assert read.feeling is feeling
    assert read.probability >= 0.6
    assert not read.is_by_words


def test_what_hangs_in_the_balance_is_not_told(encoder: Encoder) -> None:
    texts = ["I expected something else, perhaps.", "We waited."]
    for text, vector in zip(texts, encoder.encode(texts).vectors, strict=True):
        read = shipped_feelings().read(vector[None], [text], ["en"])[0]
        assert read.feeling not in {Feeling.NEGATIVE, Feeling.POSITIVE}


def test_good_and_bad_in_one_sentence_is_mixed(encoder: Encoder) -> None:
    text = "The nurses were wonderful, but the ward was filthy and the food cold."
    assert shipped_feelings().read(encoder.encode([text]).vectors, [text], ["en"])[0].feeling is Feeling.MIXED


def test_the_cuts_that_are_shipped_are_those_that_the_sentences_give() -> None:
    shipped, anew = shipped_feelings(), fitted_feelings()
    assert shipped.name == anew.name == "shipped-1"
    for cut, again in ((shipped.polarity, anew.polarity), (shipped.neutral, anew.neutral), (shipped.mixed, anew.mixed)):
        assert cut.weights == pytest.approx(again.weights, abs=1e-3)
        assert cut.bias == pytest.approx(again.bias, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "language", "feeling"),
    [
        ("filthy and rude", "en", Feeling.NEGATIVE),
        ("friendly, quick, clean", "en", Feeling.POSITIVE),
        ("filthy but friendly", "en", Feeling.CANT_TELL),
        ("rude", "en", Feeling.CANT_TELL),
        ("murdar si scump", "ro", Feeling.NEGATIVE),
        ("miło i czysto", "pl", Feeling.POSITIVE),
        ("🎉", "fi", Feeling.POSITIVE),
        ("huono ja kallis", "fi", Feeling.CANT_TELL),
        ("", "en", Feeling.CANT_TELL),
    ],
)
def test_words_alone_tell_only_what_is_plain(text: str, language: str, feeling: Feeling) -> None:
    read = feeling_by_words(text, language)
    assert (read.feeling, read.is_by_words) == (feeling, True)
    assert 0.5 <= read.probability <= 1


def test_a_text_without_a_vector_is_read_by_its_words() -> None:
    nothing = np.full((2, WIDTH), np.nan, np.float32)
    read = shipped_feelings().read(nothing, ["filthy and rude", "?"], ["en", "en"])
    assert [(one.feeling, one.is_by_words) for one in read] == [(Feeling.NEGATIVE, True), (Feeling.CANT_TELL, True)]
