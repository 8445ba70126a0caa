"""What the service map computes over the store. Imported only by what runs apart: every module here needs Ibis."""

from typing import Final

from clientela.kernel.analytics.contracts import Measure
from clientela.network.measures import edges

MEASURES: Final[tuple[Measure, ...]] = edges.MEASURES
