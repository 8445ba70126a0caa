# noqa: INP001 - a command for those who change a sentence, not a part of the product
"""Compute the vectors of the sentences that the product brings along. Run it after one was changed.

`.venv/bin/python tools/encode_examples.py` writes `vectors.npz` and `cuts.npz` in `clientela/voice/meaning/examples/`.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning import encoder
from clientela.voice.meaning.feeling import fitted_feelings
from clientela.voice.meaning.linear import Linear
from clientela.voice.meaning.shipped import key_of, packed, shipped_texts

FOLDER = Path(encoder.__file__).parents[1] / "examples"


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
    print(f"{len(texts)} sentences")  # noqa: T201 - the tool's one answer


def _row(cut: Linear) -> NDArray[np.float64]:
    return np.append(cut.weights, cut.bias)


if __name__ == "__main__":
    main()
