"""What Impact computes over the store. Imported only by what runs apart: every module here needs Ibis."""

from typing import Final

from clientela.impact.measures import cases, parity, returning
from clientela.kernel.analytics.contracts import Measure

MEASURES: Final[tuple[Measure, ...]] = (*parity.MEASURES, *cases.MEASURES, *returning.MEASURES)
