"""What the network keeps of its own. It writes to no other room."""

from clientela.network.models.asking import (
    AskedPair,
    AskedWord,
    DependenceInvitation,
    DependenceRound,
    DependenceSheet,
)
from clientela.network.models.edges import DeclaredLine, EdgeWeek, MapDrawing
from clientela.network.models.lateness import (
    CaseWeek,
    EndedCase,
    HopWeek,
    LatenessCount,
    LatenessWeek,
    PassageWeek,
)
from clientela.network.models.logs import LOG_FILES, EventLog, LogDecision, LogEdge, LogTeam
from clientela.network.models.mail_traces import MAIL_FILES, MailAllowance, MailTrace, MailWeek
from clientela.network.models.what_ifs import WhatIf

__all__ = [
    "LOG_FILES",
    "MAIL_FILES",
    "AskedPair",
    "AskedWord",
    "CaseWeek",
    "DeclaredLine",
    "DependenceInvitation",
    "DependenceRound",
    "DependenceSheet",
    "EdgeWeek",
    "EndedCase",
    "EventLog",
    "HopWeek",
    "LatenessCount",
    "LatenessWeek",
    "LogDecision",
    "LogEdge",
    "LogTeam",
    "MailAllowance",
    "MailTrace",
    "MailWeek",
    "MapDrawing",
    "PassageWeek",
    "WhatIf",
]
