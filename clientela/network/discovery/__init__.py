"""Event logs: who hands over to whom, and which teams there seem to be. No Django.

From here come the shapes and what a page needs: the first rows of a log and which column holds what. `discovering`
brings DuckDB and Arrow along and is imported only by processes that were started for it.
"""

from clientela.network.discovery.contracts import (
    ROLES,
    Columns,
    Discovered,
    Edge,
    Node,
    Note,
    Sample,
    Suggested,
    SuggestedRole,
    SuggestedTeam,
    Wish,
)
from clientela.network.discovery.problems import LogProblemError

__all__ = [
    "ROLES",
    "Columns",
    "Discovered",
    "Edge",
    "LogProblemError",
    "Node",
    "Note",
    "Sample",
    "Suggested",
    "SuggestedRole",
    "SuggestedTeam",
    "Wish",
]
