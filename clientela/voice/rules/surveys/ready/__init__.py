"""Ready-made surveys in four languages, to begin with. Pure."""

from typing import Final

from clientela.voice.rules.surveys.ready.parts import ReadySurvey
from clientela.voice.rules.surveys.ready.quality import GAP, PULSE
from clientela.voice.rules.surveys.ready.short import EFFORT, POLL, RECOMMENDATION, SATISFACTION

READY: Final = (SATISFACTION, EFFORT, RECOMMENDATION, PULSE, GAP, POLL)


def ready_survey(key: str) -> ReadySurvey | None:
    """The ready-made survey of this key, or None."""
    return next((ready for ready in READY if ready.key == key), None)


__all__ = ["READY", "ReadySurvey", "ready_survey"]
