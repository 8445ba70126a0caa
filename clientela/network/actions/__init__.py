"""What changes in the network's own room: questions of the kind "what if" are asked, answered, cancelled."""

from clientela.network.actions.asking import WhatIfRefusedError, ask_what_if, cancel_what_if
from clientela.network.actions.asking_dependence import (
    AskingRefusal,
    AskingRefusedError,
    ask_who_may_be_asked,
    close_asking,
    count_what_has_ended,
    decline_dependence,
    remind_who_has_not_answered,
    save_sheet,
    start_asking,
)
from clientela.network.actions.declaring import DeclarationError, declare_line, end_line
from clientela.network.actions.drawing import draw_first_map, draw_map
from clientela.network.actions.giving_up import give_up_what_ifs
from clientela.network.actions.lateness import count_lateness, count_lateness_anew
from clientela.network.actions.logs import (
    LogRefusedError,
    bring_log,
    cancel_log,
    count_log,
    delete_log,
    give_up_logs,
    run_log,
    sweep_log_files,
)
from clientela.network.actions.logs_teams import (
    TeamsFileError,
    TeamsProblem,
    match_log_teams,
    match_log_teams_by_file,
    undo_log_match,
)
from clientela.network.actions.mail_traces import (
    MailRefusedError,
    allow_mail_counting,
    bring_mail_trace,
    cancel_mail_trace,
    count_mail_trace,
    delete_mail_trace,
    end_mail_counting,
    give_up_mail_traces,
    run_mail_trace,
    sweep_mail_files,
)
from clientela.network.actions.running import run_what_if

__all__ = [
    "AskingRefusal",
    "AskingRefusedError",
    "DeclarationError",
    "LogRefusedError",
    "MailRefusedError",
    "TeamsFileError",
    "TeamsProblem",
    "WhatIfRefusedError",
    "allow_mail_counting",
    "ask_what_if",
    "ask_who_may_be_asked",
    "bring_log",
    "bring_mail_trace",
    "cancel_log",
    "cancel_mail_trace",
    "cancel_what_if",
    "close_asking",
    "count_lateness",
    "count_lateness_anew",
    "count_log",
    "count_mail_trace",
    "count_what_has_ended",
    "declare_line",
    "decline_dependence",
    "delete_log",
    "delete_mail_trace",
    "draw_first_map",
    "draw_map",
    "end_line",
    "end_mail_counting",
    "give_up_logs",
    "give_up_mail_traces",
    "give_up_what_ifs",
    "match_log_teams",
    "match_log_teams_by_file",
    "remind_who_has_not_answered",
    "run_log",
    "run_mail_trace",
    "run_what_if",
    "save_sheet",
    "start_asking",
    "sweep_log_files",
    "sweep_mail_files",
    "undo_log_match",
]
