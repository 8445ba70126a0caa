# noqa: INP001 - a command for those who change a sentence, not a part of the product
"""Compute the vectors of the sentences that the product brings along. Run it after one was changed.

`.venv/bin/python tools/encode_examples.py` writes `vectors.npz`, `cuts.npz` and `marks_pl.txt` in
`clientela/voice/meaning/examples/`.
"""

import re
from pathlib import Path
from textwrap import fill

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning import encoder
from clientela.voice.meaning.encoder.weights import opened_weights
from clientela.voice.meaning.feeling import fitted_feelings
from clientela.voice.meaning.linear import Linear
from clientela.voice.meaning.marks import POLISH_MARKS, bare
from clientela.voice.meaning.shipped import key_of, packed, shipped_texts

FOLDER = Path(encoder.__file__).parents[1] / "examples"
# Polish has no q, v and x of its own; some words that Croatian spells with a Polish letter are left out one by one.
_POLISH = re.compile(f"[a-pr-uwyz{POLISH_MARKS}]{{2,}}")
_CROATIAN = frozenset({"moć", "noć", "pomoć"})
# A bare word that other languages have too ("sie" is German) may be likelier by this much in the logarithm. Chosen on
# our own Polish sentences, stripped of their marks: of their words 64 % are right then, and 78 % with them given back.
_FOREIGN_LEAD = 2.0


def main() -> None:
    """Encode every sentence, and fit the cuts to them."""
    texts = shipped_texts()
    with encoder.Encoder() as running:
        found = running.encode(texts)
    if not found.is_known.all():
        raise SystemExit(f"The encoder cannot read: {texts[int(np.argmin(found.is_known))]}")
    keys = np.frombuffer(b"".join(map(key_of, texts)), np.uint8).reshape(len(texts), -1)
    np.savez_compressed(FOLDER / "vectors.npz", keys=keys, steps=packed(found.vectors))
    model = fitted_feelings()
    np.savez(FOLDER / "cuts.npz", polarity=_row(model.polarity), neutral=_row(model.neutral), mixed=_row(model.mixed))
    words = fill(" ".join(polish_words()), 120, break_long_words=False, break_on_hyphens=False)
    (FOLDER / "marks_pl.txt").write_text(words + "\n", encoding="utf-8")
    print(f"{len(texts)} sentences")  # noqa: T201 - the tool's one answer


def polish_words() -> list[str]:
    """The words with Polish marks that the encoder's vocabulary has as one piece, the likeliest for each bare word."""
    vocabulary = opened_weights().vocabulary
    likelihoods = {
        piece[1:]: score
        for piece, score in zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True)
        if piece[0:1] == "▁" and _POLISH.fullmatch(piece[1:]) and piece[1:] not in _CROATIAN
    }
    best: dict[str, str] = {}
    for word, likelihood in likelihoods.items():
        plain = bare(word)
        if word != plain and likelihood > likelihoods.get(best.get(plain, ""), -np.inf):
            best[plain] = word
    return sorted(
        word for plain, word in best.items() if likelihoods[word] > likelihoods.get(plain, -np.inf) - _FOREIGN_LEAD
    )


def _row(cut: Linear) -> NDArray[np.float64]:
    return np.append(cut.weights, cut.bias)


if __name__ == "__main__":
    main()
