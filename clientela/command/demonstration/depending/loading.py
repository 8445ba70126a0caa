"""Who depends on whom, told to the product: what is declared, what was asked, and what is tried."""

from clientela.command.demonstration.depending.asking import ask_on_whom_people_depend
from clientela.command.demonstration.depending.lines import declare, name_who_is_served
from clientela.command.demonstration.depending.trying import try_what_helped
from clientela.command.demonstration.listening.house import Loaded


def load_depending(loaded: Loaded) -> None:
    """Load it, after everything that happened: what is declared does not change what was asked before."""
    name_who_is_served(loaded)
    declare(loaded)
    ask_on_whom_people_depend(loaded)
    try_what_helped(loaded)
