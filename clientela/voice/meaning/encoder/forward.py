"""multilingual-e5-small computed with NumPy: texts in, one vector of length 1 a text out.

The large table of words stays packed in the file; only the rows of the tokens at hand are unpacked. The matrices of the
layers are unpacked once, to 85 MB of float32. The tokens of all texts of a batch stand below each other in one matrix,
so nothing is padded; only attention looks at each text by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.encoder.tokens import Tokenizer
from clientela.voice.meaning.encoder.weights import Weights, unpacked

Floats = NDArray[np.float32]
# A longer text counts by its first four windows of 510 tokens: about 1,400 words.
MOST_WINDOWS = 4
# What the network was taught to read before a text that is compared with its like.
_PREFIX = "query:"
# Enough for the matrix products to be fast, little enough to stay near the processor.
_TOKENS_AT_ONCE = 1_024
_ROWS_AT_ONCE = 128
_LOOKS_AT_ONCE = 1 << 17
# GELU is x (1 + tanh(a x + b x³ + c x⁵)) / 2, at most 2.6e-5 beside the exact one; tanh is far quicker than erf. From
# |x| = 6 on tanh is 1, so x² stops there, before the third term would turn it round.
_A, _B, _C = 0.797507865, 0.0370056616, -0.00035151904
_SATURATED = np.float32(36.0)


@dataclass(frozen=True)
class _Step:
    """A matrix, transposed so that rows are multiplied from the left, and what is added."""

    matrix: Floats
    bias: Floats


@dataclass(frozen=True)
class _Norm:
    """What rows are multiplied with, and what is added, once they have mean 0 and variance 1."""

    scale: Floats
    shift: Floats


@dataclass(frozen=True)
class _Layer:
    """One of the twelve. `looking`: queries, keys and values side by side."""

    looking: _Step
    mixing: _Step
    mixed: _Norm
    widening: _Step
    narrowing: _Step
    narrowed: _Norm


@dataclass(frozen=True)
class _Window:
    """Tokens that are read at once, begin and end included. `content`: how many are the text's own."""

    text: int
    tokens: list[int]
    content: int


class Network:
    """The tokenizer and the network, ready to compute. Not for two threads at once."""

    def __init__(self, weights: Weights) -> None:
        self._shape = shape = weights.shape
        self._vocabulary = weights.vocabulary
        self._tokenizer = Tokenizer(weights.vocabulary)
        self._prefix = self._tokenizer.tokens(_PREFIX)
        self._words = weights.blocks("emb.word", shape.width)
        # The kind of a token is always the first: we never read two texts as one.
        self._places = weights.plain("emb.pos").reshape(-1, shape.width) + weights.plain("emb.type")[: shape.width]
        self._first = _norm(weights, "emb.ln")
        self._layers = tuple(_layer(weights, number) for number in range(shape.layers))
        weights.forget_pages()

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return self._shape.width

    def encode(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """Return (texts, 384) vectors of length 1, and which texts have one. Nothing to read: NaN, and no.

        A text longer than a window is the mean of its windows, each weighing as much as it has tokens.
        """
        sums = np.zeros((len(texts), self.width), np.float32)
        windows = sorted(self._windows(texts), key=lambda window: len(window.tokens))
        for some in _in_batches(windows):
            for window, mean in zip(some, self._means(some), strict=True):
                sums[window.text] += window.content * mean
        lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums))
        is_known = np.isfinite(lengths) & (lengths > 0)
        sums[~is_known] = np.nan
        sums[is_known] /= lengths[is_known, np.newaxis]
        return sums, is_known

    def _windows(self, texts: Sequence[str]) -> Iterator[_Window]:
        longest = self._shape.longest - 2
        begin, end = self._vocabulary.begin, self._vocabulary.end
        for number, text in enumerate(texts):
            own = self._tokenizer.tokens(text)
            if own:
                content = [*self._prefix, *own][: MOST_WINDOWS * longest]
                for start in range(0, len(content), longest):
                    part = content[start : start + longest]
                    yield _Window(number, [begin, *part, end], len(part))

    def _means(self, windows: Sequence[_Window]) -> Floats:
        """Return the mean of the last layer's rows of each window; windows come in the order of their length."""
        lengths = np.array([len(window.tokens) for window in windows])
        starts = np.cumsum(lengths) - lengths
        tokens = np.concatenate([window.tokens for window in windows])
        rows = unpacked(self._words[tokens])
        rows += self._places[np.arange(len(tokens)) - np.repeat(starts, lengths)]
        _normalise(rows, self._first)
        runs = [(length, len(list(same))) for length, same in groupby(lengths.tolist())]
        for layer in self._layers:
            seen = rows @ layer.looking.matrix
            seen += layer.looking.bias
            mixed = self._attention(seen, runs) @ layer.mixing.matrix
            mixed += layer.mixing.bias
            rows += mixed
            _normalise(rows, layer.mixed)
            _think(rows, layer)
            _normalise(rows, layer.narrowed)
        means: Floats = np.add.reduceat(rows, starts, axis=0)
        means /= lengths[:, np.newaxis].astype(np.float32)
        return means

    def _attention(self, seen: Floats, runs: Sequence[tuple[int, int]]) -> Floats:
        """Let the tokens of each text look at each other. `runs`: (tokens of a text, texts of that length)."""
        heads, width = self._shape.heads, self._shape.width
        mixed = np.empty((len(seen), width), np.float32)
        start = 0
        for length, count in runs:
            stop = start + length * count
            parts = seen[start:stop].reshape(count, length, 3, heads, -1)
            into = mixed[start:stop].reshape(count, length, heads, -1)
            # Few heads at a time when texts are long: what every token thinks of every other stays near the processor.
            step = max(1, min(heads, _LOOKS_AT_ONCE // (count * length * length)))
            for head in range(0, heads, step):
                queries, keys, values = (
                    parts[:, :, which, head : head + step].transpose(0, 2, 1, 3) for which in range(3)
                )
                looks = queries @ keys.transpose(0, 1, 3, 2)
                looks -= looks.max(axis=-1, keepdims=True)
                np.exp(looks, out=looks)
                found = looks @ values
                found /= looks.sum(axis=-1, keepdims=True)
                into[:, :, head : head + step] = found.transpose(0, 2, 1, 3)
            start = stop
        return mixed


def _think(rows: Floats, layer: _Layer) -> None:
    """Add what the two wide matrices make of each row, a few rows at a time: so they stay in the second cache."""
    wide = np.empty((_ROWS_AT_ONCE, layer.widening.matrix.shape[1]), np.float32)
    bent = np.empty_like(wide)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        inner, curve = wide[: len(some)], bent[: len(some)]
        np.matmul(some, layer.widening.matrix, out=inner)
        inner += layer.widening.bias
        np.multiply(inner, inner, out=curve)
        np.minimum(curve, _SATURATED, out=curve)
        _bend(inner, curve)
        some += curve @ layer.narrowing.matrix
        some += layer.narrowing.bias


def _bend(values: Floats, curve: Floats) -> None:
    """Turn `curve`, which holds the squares of the values, into twice their GELU. The matrix after it is halved."""
    square = curve.copy()
    curve *= np.float32(_C)
    curve += np.float32(_B)
    curve *= square
    curve += np.float32(_A)
    curve *= values
    np.tanh(curve, out=curve)
    curve += np.float32(1.0)
    curve *= values


def _normalise(rows: Floats, norm: _Norm, epsilon: float = 1e-12) -> None:
    rows -= rows.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", rows, rows) / np.float32(rows.shape[1])
    rows *= (1.0 / np.sqrt(variance + np.float32(epsilon)))[:, np.newaxis]
    rows *= norm.scale
    rows += norm.shift


def _layer(weights: Weights, number: int) -> _Layer:
    width, inner = weights.shape.width, weights.shape.inner_width
    name = f"l{number}"
    # The scores of attention are divided by the root of a head's width; it is done here, once.
    calm = np.float32((width // weights.shape.heads) ** -0.5)
    looking = [_step(weights, f"{name}.{part}", width) for part in ("q", "k", "v")]
    looking[0] = _Step(looking[0].matrix * calm, looking[0].bias * calm)
    narrowing = _step(weights, f"{name}.fo", inner)
    return _Layer(
        _Step(np.hstack([step.matrix for step in looking]), np.hstack([step.bias for step in looking])),
        _step(weights, f"{name}.ao", width),
        _norm(weights, f"{name}.aln"),
        _step(weights, f"{name}.fi", width),
        _Step(narrowing.matrix * np.float32(0.5), narrowing.bias),
        _norm(weights, f"{name}.oln"),
    )


def _step(weights: Weights, name: str, width: int) -> _Step:
    return _Step(np.ascontiguousarray(weights.matrix(f"{name}.w", width).T), weights.plain(f"{name}.b").copy())


def _norm(weights: Weights, name: str) -> _Norm:
    return _Norm(weights.plain(f"{name}.w").copy(), weights.plain(f"{name}.b").copy())


def _in_batches(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    batch: list[_Window] = []
    tokens = 0
    for window in windows:
        if batch and tokens + len(window.tokens) > _TOKENS_AT_ONCE:
            yield batch
            batch, tokens = [], 0
        batch.append(window)
        tokens += len(window.tokens)
    if batch:
        yield batch
