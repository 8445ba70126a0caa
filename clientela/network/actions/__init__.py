"""What changes in the network's own room: questions of the kind "what if" are asked, answered, cancelled."""

from clientela.network.actions.asking import WhatIfRefusedError, ask_what_if, cancel_what_if
from clientela.network.actions.giving_up import give_up_what_ifs
from clientela.network.actions.running import run_what_if

__all__ = ["WhatIfRefusedError", "ask_what_if", "cancel_what_if", "give_up_what_ifs", "run_what_if"]
