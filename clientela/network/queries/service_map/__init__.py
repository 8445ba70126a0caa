"""The service map: who serves whom, by what was declared, by what people said when asked, by what happened."""

from clientela.network.queries.service_map.chart import EVERY
from clientela.network.queries.service_map.one_edge import edge_page
from clientela.network.queries.service_map.seen import (
    ASKED,
    BUSINESSES,
    DECLARED,
    DISCOVERED,
    HOUSEHOLDS,
    LOG,
    MAIL,
    OUTSIDE,
    OWN,
    Edge,
    EdgePage,
    Node,
    ServiceMap,
    Standing,
    Trace,
    TraceFile,
)
from clientela.network.queries.service_map.whole import service_map
from clientela.network.rules import Mean, Share

__all__ = [
    "ASKED",
    "BUSINESSES",
    "DECLARED",
    "DISCOVERED",
    "EVERY",
    "HOUSEHOLDS",
    "LOG",
    "MAIL",
    "OUTSIDE",
    "OWN",
    "Edge",
    "EdgePage",
    "Mean",
    "Node",
    "ServiceMap",
    "Share",
    "Standing",
    "Trace",
    "TraceFile",
    "edge_page",
    "service_map",
]
