"""What is wrong with a file of cases, and what was left out or assumed: in a sentence, and as a code with figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clientela.network.discovery.problems import LogProblemError


class CasesProblemError(Exception):
    """The file cannot be used. The sentence names file, line, field and remedy.

    `code` and `figures` say the same for who has to say it in another language.
    """

    def __init__(self, sentence: str, code: str = "unusable", **figures: Any) -> None:
        super().__init__(sentence)
        self.code = code
        self.figures = figures

    def __reduce__(self) -> tuple[object, ...]:
        """Travel whole to another process."""
        return _again, (str(self), self.code, self.figures)


@dataclass(frozen=True)
class Note:
    """What was left out or assumed: a code, its figures, and the English sentence."""

    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


def of_bytes(error: LogProblemError, *, path: Path, called: str) -> CasesProblemError:
    """Say of a file of cases what reading its bytes found: it cannot be opened, is empty, or is packed and broken."""
    sentence = str(error).replace(str(path), called)
    if error.code == "empty":
        sentence = f"{called}: the file is empty. It needs a heading and a line for each case."
    if error.code == "packed":
        sentence = sentence.replace(" events.", " lines.")
    return CasesProblemError(sentence, error.code or "unusable", file=called)


def _again(sentence: str, code: str, figures: dict[str, Any]) -> CasesProblemError:
    return CasesProblemError(sentence, code, **figures)
