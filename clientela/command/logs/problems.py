"""What is wrong with a log so that it cannot be used, in one sentence with a remedy."""


class LogProblemError(Exception):
    """The log cannot be used. The sentence names the file, what is wrong, where, and what helps."""
