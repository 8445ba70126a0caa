"""What can be wrong with the encoder, each with a sentence for the person who can help."""


class EncoderError(Exception):
    """The encoder gives no vectors. The sentence says why and what helps."""


class EncoderMissingError(EncoderError):
    """The weights are not installed: Clientela works, but does not understand texts by itself."""


class EncoderDamagedError(EncoderError):
    """The weights are there but are not, byte for byte, those that were checked."""


class EncoderStoppedError(EncoderError):
    """The process does not answer, not even to a text that is known to be harmless."""
