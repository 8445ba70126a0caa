"""The map as a picture of points: said in plain values here, drawn by `png` in a process of its own."""

from typing import Any, Final

from clientela.kernel.analytics.apart import run_apart
from clientela.web.map import sentences
from clientela.web.map.legend import legend_of
from clientela.web.map.lettering import cut_to, cut_within
from clientela.web.map.sheet import Sheet, SheetLine, SheetNode
from clientela.web.map.showing import MapShown
from clientela.web.map.svg import headings

_PAINTER: Final = "clientela.web.map.png:painted"
_MEMORY_MB: Final = 1024
_SECONDS: Final = 120.0


def map_png(shown: MapShown) -> bytes:
    """Return the map as a PNG file, light. Takes about a second. Raises ApartError."""
    made: Any = run_apart(_PAINTER, {"sheet": sheet_of(shown)}, memory_limit_mb=_MEMORY_MB, seconds=_SECONDS)
    return bytes(made)


def sheet_of(shown: MapShown) -> Sheet:
    """Return the map as plain values."""
    placed = shown.layout
    legend = legend_of(shown)
    cut = cut_within if placed.is_dense else cut_to
    return Sheet(
        width=placed.width,
        height=legend.low,
        is_dense=placed.is_dense,
        headings=tuple((column.x, column.anchor, words) for column, words in headings(placed.columns)),
        frames=tuple((one.frame, str(one.name)) for one in shown.frames),
        lines=tuple(
            SheetLine(
                line.ribbon,
                line.band.tone,
                line.is_selected,
                line.is_surprise,
                line.is_silent,
                line.edge.is_only_traced,
            )
            for line in shown.drawn
            if line.ribbon is not None
        ),
        nodes=tuple(
            SheetNode(
                slot=node.bar.slot,
                height=node.bar.height,
                name=cut(node.name, node.bar.slot.label_room),
                volume=sentences.number(node.volume) if node.volume else "",
                is_selected=node.is_selected,
            )
            for node in shown.nodes
        ),
        legend=legend,
    )
