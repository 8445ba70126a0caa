"""`clientela run`: PostgreSQL, the pages, the worker, mail receiver and mailboxes, in the foreground, until Ctrl-C."""

import argparse
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from clientela.command.children import LIBC, PR_SET_PDEATHSIG, Household, Part
from clientela.command.ports import choose_port
from clientela.command.preparing import PREPARING
from clientela.kernel.environment import Environment, read_environment
from clientela.kernel.postgres import Cluster, ClusterError
from clientela.kernel.postgres.locks import FileLock

REFUSED = 1
FAILED = 2
LOOK_AT_DATABASE_EVERY_SECONDS = 2.0
PAGES_SECONDS = 60.0
MAIL_SECONDS = 15.0
# The pages need few threads: they wait for PostgreSQL, not for each other, and each thread may hold a connection.
WEB_THREADS = 4
WORKER = "clientela.project.worker"
RECEIVER = "clientela.inbox.receiver"
MAILBOXES = "clientela.inbox.mailboxes.process"
COLOURS = {"worker": "35", "web": "36", "receiver": "33", "mailboxes": "32", "clientela": "1"}


def app(args: list[str], prog_name: str) -> None:
    """Read the words after `clientela run`. Not with typer: this process stays, and typer would hold 16 MB."""
    words = argparse.ArgumentParser(prog=prog_name, description=run.__doc__)
    words.add_argument("--end-with-parent", action="store_true", help="end when the process that started this one ends")
    run(**vars(words.parse_args(args)))


def run(*, end_with_parent: bool) -> None:
    """Start everything this installation needs, and watch over it until Ctrl-C or SIGTERM.

    The first time this makes the database and fills it with the demonstration organisation.
    """
    if end_with_parent and LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
    begun_at = time.monotonic()
    environment = read_environment()
    _ports(environment)  # a fixed port that is taken is said now, and not after the database was made
    with _only_run_on(environment.home), ExitStack() as stack:
        inherited = {**os.environ, "PYTHONUNBUFFERED": "1"}
        household = Household(environment=inherited, say=say)
        household.listen_to_signals()
        cluster = None
        if not environment.database_url:
            cluster = Cluster(environment.home)
            if not cluster.place.data.exists():
                say("clientela", "Making the database. This happens once.")
            inherited["DATABASE_URL"] = stack.enter_context(cluster.borrowed())
            if cluster.place.notice:
                say("clientela", cluster.place.notice)
        http_port, smtp_port = _ports(environment)
        inherited |= {"CLIENTELA_HTTP_PORT": str(http_port), "CLIENTELA_SMTP_PORT": str(smtp_port)}
        preparing = FileLock(environment.home / PREPARING)
        stack.callback(preparing.leave)
        preparing.take()
        try:
            # The pages first, by themselves: they are what somebody waits for. They load what they need while the
            # database is prepared, and answer when it is. Ended the other way round, so that no mail comes in while
            # the rest is stopping.
            household.start([_web(environment.listen, http_port)])
            status, first_steps = household.run_once(Part("prepare", _python("clientela.command.main", "prepare")))
            if household.is_asked_to_end:
                return
            if status:
                sys.exit(FAILED)
            preparing.leave()
            _write_note(environment.home, http_port, smtp_port)
            are_up = _wait_for_port(household, environment.listen, http_port, PAGES_SECONDS)
            household.start([_part("worker", WORKER), _part("receiver", RECEIVER), _part("mailboxes", MAILBOXES)])
            _wait_for_port(household, environment.listen, smtp_port, MAIL_SECONDS)
            if are_up and not household.is_asked_to_end:
                _greet(environment.listen, http_port, smtp_port, first_steps, seconds=time.monotonic() - begun_at)
            _watch(household, cluster)
        finally:
            say("clientela", "Stopping.")
            household.end()
    say("clientela", "Stopped. `make run` goes on where this stopped.")


def say(name: str, line: str) -> None:
    """Show a line of one of the processes, with its name before it."""
    mark = f"{name:<9} | "
    if sys.stdout.isatty():
        mark = f"\033[{COLOURS.get(name, '0')}m{mark}\033[0m"
    try:
        sys.stdout.write(f"{mark}{line}\n")
        sys.stdout.flush()
    except OSError:
        # Whoever read our words is gone (a closed terminal, a pipe into `head`); the servers go on.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - stays open as long as we live


@contextmanager
def _only_run_on(home: Path) -> Iterator[None]:
    """Refuse a second `clientela run` on the same state folder."""
    lock = FileLock(home / "run.lock")
    try:
        alone = lock.take(wait=False)
    except OSError as error:
        raise ClusterError(f"The state folder {home} cannot be used: {error.strerror}.") from error
    if not alone:
        sys.stderr.write(f"clientela: {_who_runs_on(home)}\n")
        sys.exit(REFUSED)
    try:
        (home / "running.json").write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
        yield
        (home / "running.json").unlink(missing_ok=True)
    finally:
        lock.leave()


def _who_runs_on(home: Path) -> str:
    try:
        note = json.loads((home / "running.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        note = {}  # it has only just started
    pid = note.get("pid", "unknown")
    at = f" at {note['address']}" if "address" in note else ""
    return (
        f"Clientela already runs on the folder {home} as process {pid}{at}. "
        f"End that one with Ctrl-C or `kill {pid}`, or give this one a folder of its own with CLIENTELA_HOME."
    )


def _write_note(home: Path, http_port: int, smtp_port: int) -> None:
    note = {"pid": os.getpid(), "address": f"http://127.0.0.1:{http_port}/", "smtp_port": smtp_port}
    (home / "running.json").write_text(json.dumps(note), encoding="utf-8")


def _ports(environment: Environment) -> tuple[int, int]:
    return (
        choose_port(
            environment.listen,
            environment.http_port,
            setting="CLIENTELA_HTTP_PORT",
            is_fixed=bool(os.environ.get("CLIENTELA_HTTP_PORT", "").strip()),
        ),
        choose_port(
            environment.listen,
            environment.smtp_port,
            setting="CLIENTELA_SMTP_PORT",
            is_fixed=bool(os.environ.get("CLIENTELA_SMTP_PORT", "").strip()),
        ),
    )


def _python(*words: str) -> list[str]:
    """Return the command that runs a module; a file of the same name in the current folder does not get in its way."""
    return [sys.executable, "-P", "-m", *words]


def _web(listen: str, port: int) -> Part:
    words = [
        *("granian", "--interface", "wsgi", "--host", listen, "--port", str(port), "--no-ws"),
        *("--workers", "1", "--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "4"),
        *("--log-level", "warning", "clientela.command.web_worker:application"),
    ]
    return Part("web", _python(*words))


def _part(name: str, module: str) -> Part:
    # Imported and not run as a script, so that nobody meets the module twice under two names.
    return Part(name, [sys.executable, "-P", "-c", f"import sys; from {module} import main; sys.exit(main())"])


def _wait_for_port(household: Household, listen: str, port: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen, listen)  # noqa: S104 - compared, not bound
    while time.monotonic() < until and not household.is_asked_to_end:
        household.tend(0.05)
        try:
            with socket.create_connection((host, port), timeout=0.2):
                return True
        except OSError:
            continue
    return False


def _greet(listen: str, http_port: int, smtp_port: int, first_steps: str, *, seconds: float) -> None:
    everywhere = "" if listen == "127.0.0.1" else f" (listening on {listen})"
    lines = [
        "",
        f"Clientela is at http://127.0.0.1:{http_port}/{everywhere}",
        f"Mail is received at 127.0.0.1 port {smtp_port}",
        *first_steps.splitlines(),
        f"Started in {seconds:.1f} s. Ctrl-C stops everything.",
        "",
    ]
    for line in lines:
        say("clientela", line)


def _watch(household: Household, cluster: Cluster | None) -> None:
    look_again_at = 0.0
    while not household.is_asked_to_end:
        household.tend()
        if cluster is not None and time.monotonic() >= look_again_at:
            look_again_at = time.monotonic() + LOOK_AT_DATABASE_EVERY_SECONDS
            try:
                if cluster.repair():
                    say("clientela", "PostgreSQL had died and was started again.")
            except ClusterError as error:
                say("clientela", f"PostgreSQL has died. {error}")
                look_again_at += LOOK_AT_DATABASE_EVERY_SECONDS * 5
