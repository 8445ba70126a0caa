"""New subjects: what people speak of again and again that no subject of the list explains.

Heavy to load: named, not imported, by who runs it apart.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from clientela.voice.meaning.alike.best import best_sentence
from clientela.voice.meaning.alike.neighbours import directions, means_of
from clientela.voice.meaning.alike.proposed import FEWEST, ProposedSubject
from clientela.voice.meaning.shipped import Vectors, texts_by_language, unit
from clientela.voice.meaning.words import folded, words_of

MOST_PROPOSED: Final = 8
# Every pair of texts is compared, so of more than these a part is looked at that is drawn by their words.
MOST_LOOKED_AT: Final = 3_000
_FURTHEST: Final = 0.72
# Of the texts that are in no cluster, those so near to the middle of one belong to it.
_LEAST_ALIKE: Final = 0.33
_NAME_WORDS: Final = 3
_SHORTEST_WORD: Final = 3
_LONGEST_KEY: Final = 40
_AROUND: Final = ".,;:!?()«»„”“\"'…-"


def proposed_subjects(
    texts: Sequence[str],
    vectors: Vectors,
    languages: Sequence[str],
    *,
    is_explained: NDArray[np.bool_],
    fewest: int = FEWEST,
) -> list[ProposedSubject]:
    """Find new subjects among texts that are not explained, the largest first; the same texts give the same ones."""
    rows = directions(vectors, languages, means_of(vectors, languages))
    open_places = np.flatnonzero(~is_explained & rows.any(axis=1))
    looked_at = _drawn(open_places, texts)
    if len(looked_at) < max(fewest, 2):
        return []
    tree = linkage(rows[looked_at], method="average", metric="cosine")
    labels = fcluster(tree, t=_FURTHEST, criterion="distance")
    clusters = [looked_at[labels == label] for label in sorted(set(labels.tolist()))]
    clusters = [members for members in clusters if len(members) >= fewest]
    if not clusters:
        return []
    middles = unit(np.array([rows[members].mean(axis=0) for members in clusters]))
    loose = np.setdiff1d(open_places, np.concatenate(clusters))
    alike = rows[loose] @ middles.T
    nearest = alike.argmax(axis=1)
    found: list[ProposedSubject] = []
    for number, members in enumerate(clusters):
        joining = loose[(nearest == number) & (alike[:, number] >= _LEAST_ALIKE)]
        places = np.concatenate([members, joining])
        places = places[np.argsort(-(rows[places] @ middles[number]), kind="stable")]
        found.append(_proposal(places, texts, vectors, languages))
    found.sort(key=lambda one: (-len(one.places), one.key))
    return found[:MOST_PROPOSED]


@cache
def _everyday_words(language: str) -> tuple[Counter[str], int]:
    """In how many of the product's own sentences in a language each word stands, and how many sentences there are."""
    told = [set(words_of(text)) for tag, text in texts_by_language() if tag == language]
    return Counter(word for words in told for word in words), len(told)


def _drawn(places: NDArray[np.int_], texts: Sequence[str]) -> NDArray[np.int_]:
    """At most 3,000 of these places, by the words of their texts, so that it does not depend on their order."""
    if len(places) <= MOST_LOOKED_AT:
        return places
    keys = [(hashlib.sha256(texts[place].encode("utf-8", "replace")).digest(), place) for place in places.tolist()]
    return np.array(sorted(place for _, place in sorted(keys)[:MOST_LOOKED_AT]), np.int_)


def _proposal(
    members: NDArray[np.int_], texts: Sequence[str], vectors: Vectors, languages: Sequence[str]
) -> ProposedSubject:
    told = [texts[place] for place in members.tolist()]
    spoken = [languages[place] for place in members.tolist()]
    best = best_sentence(told, vectors[members], spoken) or 0
    language = Counter(spoken).most_common(1)[0][0]
    words = _typical([text for text, tag in zip(told, spoken, strict=True) if tag == language], language)
    name = ", ".join(words) or told[best][:_LONGEST_KEY]
    key = "_".join(folded(word) for word in words)[:_LONGEST_KEY].strip("_")
    digest = hashlib.sha256(told[0].encode("utf-8", "replace")).hexdigest()[:6]
    return ProposedSubject(
        key=f"{key}_{digest}" if key else digest,
        name=name[:1].upper() + name[1:],
        language=language,
        words=words,
        sentence=told[best],
        places=tuple(int(place) for place in members),
    )


def _typical(texts: Sequence[str], language: str) -> tuple[str, ...]:
    """The words that stand out in these texts: much more often here than in other sentences; long ones say more."""
    inside: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for text in texts:
        for shown in {word.strip(_AROUND) for word in text.lower().split()}:
            plain = folded(shown)
            if len(plain) >= _SHORTEST_WORD and plain.isalpha():
                inside[plain] += 1
                written.setdefault(plain, Counter())[shown] += 1
    elsewhere, size = _everyday_words(language)
    weights = {
        word: len(word) * count * math.log(count / len(texts) * (size + 1) / (elsewhere[word] + 1))
        for word, count in inside.items()
        if count > 1
    }
    best = sorted((word for word in weights if weights[word] > 0), key=lambda word: (-weights[word], word))
    return tuple(min(written[word].items(), key=lambda pair: (-pair[1], pair[0]))[0] for word in best[:_NAME_WORDS])
