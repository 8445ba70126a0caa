import time
from importlib.resources import files

import pytest

from clientela.voice import meaning
from clientela.voice.meaning.denials import as_encoded, put_plainly
from clientela.voice.meaning.encoder import Encoder
from clientela.voice.meaning.feeling import Feeling, shipped_feelings
from clientela.voice.meaning.words import LANGUAGES


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("Nothing to complain about.", "All good."),
        ("no complaints", "all good"),
        ("We couldn\u2019t fault it.", "We all good."),
        ("No problems at all, thank you", "All good, thank you"),
        ("No complaints about the staff, but the room was cold.", "All good about the staff, but the room was cold."),
        ("It was late. I have no real issues with it. Dirty.", "It was late. I have all good with it. Dirty."),
        ("NU AM NIMIC DE REPROȘAT", "Totul e bine"),
        ("n-am de ce sa ma plang", "totul e bine"),
        ("Nicio plângere, nicio problemă.", "Totul e bine, totul e bine."),
        ("nie mam zadnych zastrzezen", "wszystko w porządku"),
        ("Wizyta przebiegła bez najmniejszego problemu.", "Wizyta przebiegła bez najmniejszego problemu."),
        ("Czysto, bez zarzutu", "Czysto, wszystko w porządku"),
        ("No tengo nada que reprochar.", "Todo bien."),
        ("ninguna queja", "todo bien"),
        ("Não tenho nada a reclamar", "Tudo certo"),
    ],
)
def test_a_denied_complaint_is_put_plainly(told: str, read: str) -> None:
    assert put_plainly(told) == read


@pytest.mark.parametrize(
    "text",
    [
        "Nobody answered my complaint.",
        "No problem was ever fixed here.",
        "I would have no complaints if the room had been clean.",
        "They told me there is no problem.",
        "Not without problems.",
        "Any problems? No problems?",
        "There is no complaints form.",
        "I have many complaints, not one of them small.",
        "The casino complaints.",
        "Nicio problemă nu e rezolvată la timp.",
        "Zic că nu e nicio problemă.",
        "Nu fără probleme.",
        "Żadnych skarg nie przyjmują.",
        "Nie bez problemów.",
        "Podobno nie ma problemu.",
        "Ningún problema resuelto.",
        "No sin problemas.",
        "Dicen que no hay ningún problema.",
        "Nenhum problema foi resolvido.",
        "",
        "\x00\ud800",
        "👍",
    ],
)
def test_what_is_taken_back_asked_or_no_denial_stays_as_it_is(text: str) -> None:
    assert put_plainly(text) == text


def test_the_encoder_reads_marks_and_plain_words() -> None:
    text = "nie mam uwag, bardzo prosze o zwrot pieniedzy na moje konto"
    assert as_encoded(text) == "wszystko w porządku, bardzo proszę o zwrot pieniędzy na moje konto"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Nothing to complain about."),
        ("en", "No complaints."),
        ("en", "Couldn't fault it."),
        ("en", "No problems at all."),
        ("en", "Honestly no issues whatsoever"),
        ("ro", "nimic de reproșat"),
        ("ro", "Nu avem de ce să ne plângem."),
        ("ro", "Fără cusur."),
        ("pl", "nie mam zastrzeżeń"),
        ("pl", "Nie ma do czego się przyczepić."),
        ("pl", "żadnych problemów"),
        ("es", "ninguna queja"),
        ("es", "No me puedo quejar."),
        ("es", "ni una pega"),
        ("pt", "Nada a apontar."),
        ("en", "It couldn't have gone smoother."),
        ("ro", "Nici că se putea mai bine."),
        ("pl", "Lepiej być nie mogło."),
        ("es", "No pudo salir mejor."),
    ],
)
def test_nothing_to_complain_about_is_glad(encoder: Encoder, language: str, text: str) -> None:
    assert feeling_of(encoder, language, text) is Feeling.POSITIVE


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No complaints about the doctor. The toilets were filthy and nobody cared."),
        ("en", "Nobody has answered my complaint for two months."),
        ("ro", "Nicio problemă la recepție, dar apoi am așteptat trei ore pe hol degeaba."),
        ("pl", "Nie mam uwag do lekarza. Rejestracja to dramat, nikt nie odbiera telefonu."),
        ("es", "Ninguna queja del médico. La sala de espera, sucia y tres horas de pie."),
    ],
)
def test_one_denied_complaint_hides_no_other(encoder: Encoder, language: str, text: str) -> None:
    assert feeling_of(encoder, language, text) is not Feeling.POSITIVE


def feeling_of(encoder: Encoder, language: str, text: str) -> Feeling:
    return shipped_feelings().read(encoder.encode([as_encoded(text)]).vectors, [text], [language])[0].feeling


@pytest.mark.parametrize(
    "text",
    [
        "no " * 10_000,
        "no" + " " * 20_000,
        "no problems " * 3_000,
        "a" * 1_000_000,
        "\ufdfa" * 20_000,
        "nie ma " * 5_000,
    ],
    ids=["no", "spaces", "denials", "one word", "a ligature", "Polish"],
)
def test_a_hostile_text_takes_no_longer(text: str) -> None:
    put_plainly("")
    began = time.process_time()
    put_plainly(text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_its_lines(language: str) -> None:
    lines = files(meaning).joinpath("examples", f"denials_{language}.txt").read_text(encoding="utf-8").splitlines()
    assert [line[:2] for line in lines] == ["! ", "- ", ". ", "~ ", "? ", "< ", "+ "]
    assert put_plainly(lines[-1][2:]) == lines[-1][2:]
