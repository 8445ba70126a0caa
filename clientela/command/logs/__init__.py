"""Logs of real work, read as streams: CSV and XES, plain or packed by gzip."""

from clientela.command.logs.columns import ROLES, told_columns
from clientela.command.logs.reading import Log, read_log
from clientela.network.discovery.problems import LogProblemError

__all__ = ["ROLES", "Log", "LogProblemError", "read_log", "told_columns"]
