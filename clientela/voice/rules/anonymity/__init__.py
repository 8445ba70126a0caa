"""What may be shown of anonymous answers. Pure."""

from clientela.voice.rules.anonymity.cuts import (
    LEAST_SHOWN,
    LEAST_TEXTS,
    Cell,
    CellName,
    Cut,
    HiddenCut,
    HiddenReason,
    Partition,
    Publication,
    are_safe_together,
    published_cuts,
    shown_texts,
)

__all__ = [
    "LEAST_SHOWN",
    "LEAST_TEXTS",
    "Cell",
    "CellName",
    "Cut",
    "HiddenCut",
    "HiddenReason",
    "Partition",
    "Publication",
    "are_safe_together",
    "published_cuts",
    "shown_texts",
]
