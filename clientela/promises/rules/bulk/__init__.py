"""Working time and clocks of very many promises at once, as arrays; equal to the single functions in every case."""

from clientela.promises.rules.bulk.clocks import BulkStates, bulk_clock_states
from clientela.promises.rules.bulk.columns import KIND_CODES, REASON_CODES, REOPEN_CODES, BulkClocks
from clientela.promises.rules.bulk.hours import NOWHERE, WorkingTables

__all__ = [
    "KIND_CODES",
    "NOWHERE",
    "REASON_CODES",
    "REOPEN_CODES",
    "BulkClocks",
    "BulkStates",
    "WorkingTables",
    "bulk_clock_states",
]
