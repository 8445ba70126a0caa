"""What can be wrong with a file of people: a code and values. The words are made where the reader is known."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """Something wrong: what, in which line (1 is the header; 0 the file as a whole) and column, with which values."""

    code: str
    line: int = 0
    column: str = ""
    values: dict[str, str] = field(default_factory=dict)


class UnreadableFileError(Exception):
    """The file as a whole cannot be used; nothing of it is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
