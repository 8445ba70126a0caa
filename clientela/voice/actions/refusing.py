"""What an action says when a value cannot be used: which field, and a sentence with the reason and the remedy."""


class FieldRefusedError(ValueError):
    """A value that cannot be kept. `field` is the argument's name, "" for the whole; the message is for who gave it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
