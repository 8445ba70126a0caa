"""The geometry of the service map, in SVG units: where each node stands, how each line runs. Pure: no Django.

Delay is read from left to right: suppliers of suppliers on the left, customers outside on the right. Where a node
stands follows from who serves whom and never from how much, so that the map keeps its shape from week to week; how
thick a line is and how tall a bar follows from the figures.
"""

from clientela.web.map.layout.parts import Column, Frame, Layout, Place, Slot
from clientela.web.map.layout.placing import layout
from clientela.web.map.layout.ribbons import Bar, Drawing, Flow, Ribbon, drawing

__all__ = [
    "Bar",
    "Column",
    "Drawing",
    "Flow",
    "Frame",
    "Layout",
    "Place",
    "Ribbon",
    "Slot",
    "drawing",
    "layout",
]
