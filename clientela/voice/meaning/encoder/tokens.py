"""Texts cut into the pieces that the encoder knows: SentencePiece's unigram model, as XLM-RoBERTa uses it.

A word is cut where the sum of its pieces' scores is greatest (Viterbi). No piece has a space inside, so each word is
cut by itself, and words are remembered.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from clientela.voice.meaning.encoder.weights import Vocabulary

# Longer texts are read from their beginning: 12,000 characters are more than 2,000 tokens in every language we read.
MOST_CHARACTERS = 12_000
_MOST_MARKS = 8
_MOST_REMEMBERED_WORDS = 50_000
_LONGEST_REMEMBERED_WORD = 40
_WORD_MARK = "▁"
# Unknown characters cost this much more than the rarest piece.
_UNKNOWN_PENALTY = 10.0
_GONE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]+")


class Tokenizer:
    """Cuts texts into tokens. Not for two threads at once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._normal = dict(vocabulary.normal)
        self._unknown = vocabulary.unknown
        scores = vocabulary.scores.tolist()
        # Pieces like <mask> mean something to the network; nobody may write them.
        control = {vocabulary.begin, vocabulary.end, vocabulary.padding, vocabulary.unknown, len(scores) - 1}
        self._pieces = {
            piece: (token, scores[token]) for token, piece in enumerate(vocabulary.pieces) if token not in control
        }
        self._longest = max(map(len, self._pieces))
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY
        self._words: dict[str, tuple[int, ...]] = {}

    def tokens(self, text: str) -> list[int]:
        """Return the tokens of the text, without those that mark begin and end. Nothing to read: an empty list."""
        found: list[int] = []
        for word in self.normalised(text).split(" "):
            if word:
                found.extend(self._of_word(_WORD_MARK + word))
        return found

    def normalised(self, text: str) -> str:
        """Return the text as the encoder was taught to see it: NFKC, plain spaces, nothing invisible.

        Takes bounded time whatever the text is: it is cut first, and a character with hundreds of marks, which would
        be sorted one by one, keeps eight of them.
        """
        kept = _GONE.sub("", text[:MOST_CHARACTERS])
        if not kept.isascii():
            kept = unicodedata.normalize("NFKC", "".join(_with_few_marks(kept)))[:MOST_CHARACTERS]
        return kept.translate(self._normal)[:MOST_CHARACTERS]

    def _of_word(self, word: str) -> tuple[int, ...]:
        known = self._words.get(word)
        if known is None:
            known = tuple(self._cut(word))
            if len(word) <= _LONGEST_REMEMBERED_WORD:
                if len(self._words) >= _MOST_REMEMBERED_WORDS:
                    self._words.clear()
                self._words[word] = known
        return known

    def _cut(self, word: str) -> list[int]:
        length = len(word)
        scores = [0.0] + [-1e30] * length
        tokens = [self._unknown] * (length + 1)
        starts = [0] * (length + 1)
        for start in range(length):
            so_far = scores[start]
            for end in range(start + 1, min(start + self._longest, length) + 1):
                piece = self._pieces.get(word[start:end])
                if piece is not None and so_far + piece[1] > scores[end]:
                    scores[end] = so_far + piece[1]
                    tokens[end], starts[end] = piece[0], start
            if so_far + self._unknown_score > scores[start + 1]:
                scores[start + 1] = so_far + self._unknown_score
                tokens[start + 1], starts[start + 1] = self._unknown, start
        found = []
        end = length
        while end > 0:
            found.append(tokens[end])
            end = starts[end]
        return found[::-1]


def _with_few_marks(characters: Iterable[str]) -> Iterator[str]:
    marks = 0
    for character in characters:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            yield character
