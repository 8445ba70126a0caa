"""The command line of `clientela doctor`."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import typer

from clientela.command.demonstration.loading import logins_of_the_cast
from clientela.command.doctor.inside import inside_links
from clientela.command.doctor.links import Link, State, broken
from clientela.command.doctor.names import Names, name_links
from clientela.command.doctor.servers import lmtp_links, mail_server_links, mailbox_links, receiver_links
from clientela.command.doctor.settings import certificate_links, setting_links, trusted_checker_link
from clientela.directory.policies import HOUSE
from clientela.inbox.queries import mail_addresses
from clientela.kernel.clock import now
from clientela.kernel.environment import Environment, read_environment

FOUND_BROKEN = 1
MARKS = {State.FINE: "fine", State.WEAK: "weak", State.BROKEN: "BROKEN", State.UNTRIED: "–"}
MOST_TRIED_ADDRESSES = 20

app = typer.Typer(help="What is broken here, and how to mend it.", no_args_is_help=True)


@app.callback()
def doctor() -> None:
    """What is broken here, and how to mend it."""


@app.command()
def mail(
    *,
    is_offline: Annotated[bool, typer.Option("--offline", help="Ask nobody outside: no DNS, no mail servers.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Look at each link of the chain that mail takes, in and out, and say which is broken and how to mend it.

    Nothing is sent and no mail is touched. Ends with status 1 when a link is broken.
    """
    found: list[Link] = []
    for link in mail_links(read_environment(), is_offline=is_offline):
        found.append(link)
        if not as_json:
            typer.echo(f"{MARKS[link.state]:<6}  {link.name}: {link.found}")
            if link.remedy:
                typer.echo(f"        → {link.remedy}")
    if as_json:
        rows = [
            {"link": link.name, "state": link.state.value, "found": link.found, "remedy": link.remedy} for link in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        typer.echo(_summary(found))
    if any(link.state is State.BROKEN for link in found):
        raise typer.Exit(FOUND_BROKEN)


def mail_links(environment: Environment, *, is_offline: bool, names: Names | None = None) -> Iterator[Link]:
    """Look at every link, one after another. A check that fails itself is a broken link, and the others go on."""
    addresses = [row.address for row in mail_addresses(HOUSE) if not row.is_catch_all][:MOST_TRIED_ADDRESSES]
    checks: list[tuple[str, Callable[[], Iterable[Link]]]] = [
        ("Settings", lambda: setting_links(environment, has_known_passwords=bool(logins_of_the_cast()))),
        ("Certificate", lambda: certificate_links(environment, at=now())),
        ("Who checks origins", lambda: [trusted_checker_link(environment)]),
        ("The receiver", lambda: receiver_links(environment, addresses)),
        ("The receiver by LMTP", lambda: lmtp_links(environment, addresses)),
    ]
    if not is_offline:
        checks += [
            ("Mailboxes", mailbox_links),
            ("The mail server for letters", mail_server_links),
            ("DNS", lambda: name_links(environment, names or Names())),
        ]
    checks.append(("Inside", lambda: inside_links(environment, at=now())))
    for name, check in checks:
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001 - the others are looked at all the same
            words = f"This could not be looked at: {type(error).__name__}: {error}"
            yield broken(name, words, "That is a fault of ours; tell us what it said.")


def _summary(found: list[Link]) -> str:
    count = sum(link.state is State.BROKEN for link in found)
    doubtful = sum(link.state is State.WEAK for link in found)
    if count:
        return f"{count} of {len(found)} links are broken, {doubtful} are weak."
    return f"No link is broken; {doubtful} of {len(found)} are weak."
