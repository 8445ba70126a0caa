"""A subject that the house proposes, as plain data."""

from dataclasses import dataclass
from typing import Final

FEWEST: Final = 5


@dataclass(frozen=True)
class ProposedSubject:
    """A subject that nobody has written down yet. `places`: the texts that speak of it, the one in the middle first.

    `words`: most typical of it, as people write them; `name`: of the first of them; `sentence`: the text that says it
    best, in `language`.
    """

    key: str
    name: str
    language: str
    words: tuple[str, ...]
    sentence: str
    places: tuple[int, ...]
