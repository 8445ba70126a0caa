"""What is wrong with a log so that it cannot be used, in one sentence with a remedy."""


class LogProblemError(Exception):
    """The log cannot be used. The sentence names the file, what is wrong, where, and what helps.

    `code` and `figures` say the same for who has to say it in another language; "" where there is only the sentence.
    """

    def __init__(self, sentence: str, code: str = "", **figures: str | int) -> None:
        super().__init__(sentence)
        self.code = code
        self.figures = figures

    def __reduce__(self) -> tuple[object, ...]:
        """Travel whole to another process."""
        return _again, (str(self), self.code, self.figures)


def _again(sentence: str, code: str, figures: dict[str, str | int]) -> LogProblemError:
    return LogProblemError(sentence, code, **figures)
