"""`clientela check-setup`: the settings in force and the state of the database, without secrets."""

import os

import typer

from clientela.kernel.environment import SETTINGS, read_environment
from clientela.kernel.postgres import Cluster

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

SECRETS = frozenset({"CLIENTELA_SECRET_KEY", "CLIENTELA_OLD_SECRET_KEYS", "CLIENTELA_MAIL_SERVER", "DATABASE_URL"})


@app.command()
def check_setup() -> None:
    """Show every setting with its value, and whether the database runs. Ends with status 2 when one is wrong."""
    environment = read_environment()
    widest = max(len(setting.name) for setting in SETTINGS)
    for setting in SETTINGS:
        typer.echo(f"{setting.name:<{widest}}  {_shown(setting.name, setting.default)}")
    if environment.database_url:
        typer.echo("The database is the one that DATABASE_URL names.")
        return
    cluster = Cluster(environment.home)
    server = cluster.running_server()
    state = f"runs as process {server.pid}" if server else "is not running; a command that needs it starts it"
    typer.echo(f"The embedded PostgreSQL in {cluster.place.folder} {state}.")
    if cluster.place.notice:
        typer.echo(cluster.place.notice)


def _shown(name: str, default: str) -> str:
    given = os.environ.get(name, "").strip()
    if not given:
        return f"not set: {default or 'none'}"
    return "set, not shown" if name in SECRETS else given
