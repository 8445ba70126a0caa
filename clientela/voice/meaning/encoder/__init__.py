"""Texts to vectors: what people mean, as 384 numbers that lie close together when the meanings do."""

from clientela.voice.meaning.encoder.errors import (
    EncoderDamagedError,
    EncoderError,
    EncoderMissingError,
    EncoderStoppedError,
)
from clientela.voice.meaning.encoder.process import Encoded, Encoder, is_available

__all__ = [
    "Encoded",
    "Encoder",
    "EncoderDamagedError",
    "EncoderError",
    "EncoderMissingError",
    "EncoderStoppedError",
    "is_available",
]
