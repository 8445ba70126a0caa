"""Who writes to whom, by the record of a mail server: counted by department and week, never by person. No Django.

From here come the shapes and which column holds what. `counting` brings DuckDB and Arrow along and is imported only by
processes that were started for it. What is counted and why stands in decision 17.
"""

from clientela.network.discovery.mail.contracts import (
    OUTSIDE,
    ROLES,
    TOO_SMALL,
    Addresses,
    MailColumns,
    MailFound,
    MailPair,
    MailWeek,
    MailWish,
)

__all__ = [
    "OUTSIDE",
    "ROLES",
    "TOO_SMALL",
    "Addresses",
    "MailColumns",
    "MailFound",
    "MailPair",
    "MailWeek",
    "MailWish",
]
