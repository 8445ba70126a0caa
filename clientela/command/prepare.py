"""`clientela prepare`: what `clientela run` needs done before it starts the servers, in a process that ends again.

So the process that watches over the servers never loads Django. What is printed here is shown once they run.
"""

import importlib
from importlib.util import find_spec

import typer

from clientela.command.migrate import bring_up_to_date
from clientela.kernel.environment import read_environment

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

# It fills an empty database and knows who can log in there. `load_if_empty()` makes it so; `first_steps()` gives the
# lines to show: the logins of the cast, and what to try first.
DEMONSTRATION = "clientela.command.demo"


@app.command()
def prepare() -> None:
    """Migrate, fill an empty database with the demonstration, and print the lines to show."""
    bring_up_to_date()
    if find_spec(DEMONSTRATION) is None:
        return
    demonstration = importlib.import_module(DEMONSTRATION)
    if read_environment().demo:
        demonstration.load_if_empty()
    for line in demonstration.first_steps():
        typer.echo(line)
