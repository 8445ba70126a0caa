"""One run of a plan, as a task for another process: that process needs nothing but this room and the simulation."""

from typing import Any

from clientela.network.simulation import Question, Wish, run_as_json
from clientela.network.simulation.house import House
from clientela.network.simulation.making import run_wished

Task = tuple[House, Question, Wish, int]  # the last: how many weeks to play


def run_of(task: Task) -> tuple[Wish, dict[str, Any]]:
    """Make the run, and return it as JSON values with the wish it answers."""
    house, question, wish, weeks = task
    return wish, run_as_json(run_wished(house, question, wish, weeks=weeks))
