"""What this context hands to analytics: rows of plain values, never model instances.

`TABLES` are written to the analytics store as requests change; `legs_between` reads straight from the database.
"""

from clientela.requests.exports.courses import LEGS, OF_LEGS, OF_REQUESTS, REQUESTS
from clientela.requests.exports.purchases import OF_PURCHASES, PURCHASES
from clientela.requests.exports.stays import LegRow, legs_between

TABLES = (OF_REQUESTS, OF_LEGS, OF_PURCHASES)

__all__ = ["LEGS", "PURCHASES", "REQUESTS", "TABLES", "LegRow", "legs_between"]
