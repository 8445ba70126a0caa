"""Debian's dovecot on loopback, for the length of a test: IMAP with IDLE, MOVE and OAuth2, over TLS or plain."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mail_servers.parts import Certificate, certificate, free_port, is_open

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
START_SECONDS = 20.0
IS_ROOT = os.geteuid() == 0
PASSWORD = 'a "good" one'
# What dovecot says it can do, and what is taken away where a test wants a poorer server.
ABILITIES = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+ IDLE NAMESPACE UIDPLUS MOVE SPECIAL-USE"


@dataclass(frozen=True)
class Dovecot:
    """A running dovecot. `port` is plain (it offers STARTTLS), `tls_port` speaks TLS from the first byte."""

    folder: Path
    port: int
    tls_port: int
    certificate: Certificate

    def deliver(self, user: str, content: bytes, *, folder: str = "INBOX") -> None:
        """Put a mail into a mailbox, as a delivery does."""
        with self._logged_in(user) as client:
            if folder != "INBOX":
                client.create(folder)
            status, words = client.append(folder, "", "", content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            assert status == "OK", words

    def folders(self, user: str) -> dict[str, list[bytes]]:
        """Every folder of a mailbox with the mails in it, oldest first, deleted ones included."""
        found: dict[str, list[bytes]] = {}
        with self._logged_in(user) as client:
            for row in client.list()[1]:
                assert isinstance(row, bytes)
                name = row.decode("ascii").rsplit(' "/" ' if b' "/" ' in row else ' "." ', 1)[1].strip('"')
                client.select(f'"{name}"', readonly=True)
                numbers = client.search(None, "ALL")[1][0].split()
                fetched = [client.fetch(number.decode("ascii"), "(BODY.PEEK[])")[1][0] for number in numbers]
                found[name] = [part[1] for part in fetched if isinstance(part, tuple)]
        return found

    def flags(self, user: str, folder: str = "INBOX") -> list[str]:
        """The flags of every mail in a folder, as the server writes them."""
        with self._logged_in(user) as client:
            client.select(f'"{folder}"', readonly=True)
            numbers = client.search(None, "ALL")[1][0].split()
            rows = [client.fetch(number.decode("ascii"), "(FLAGS)")[1][0] for number in numbers]
        return [row.decode("ascii") for row in rows if isinstance(row, bytes)]

    def processes(self) -> list[int]:
        """The pids of everything that this dovecot runs, its master first."""
        master = int((self.folder / "run" / "master.pid").read_text())
        found = [master]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(FileNotFoundError, ProcessLookupError):  # it ended between the look and the reading
                    found += [int(child) for child in task.read_text().split()]
        return found

    def said(self) -> str:
        """What dovecot wrote into its log."""
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    @contextmanager
    def _logged_in(self, user: str) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        try:
            client.login(user, PASSWORD)
            yield client
        finally:
            client.logout()


@contextmanager
def dovecot(
    users: Sequence[str] = ("care",),
    *,
    passwords: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
    token_info_url: str = "",
    ports: tuple[int, int] | None = None,
    folder: Path | None = None,
) -> Iterator[Dovecot]:
    """Run a dovecot with a mailbox for each of `users`, all with PASSWORD unless `passwords` names another.

    `without` takes abilities from what it announces (IDLE, MOVE, UIDPLUS). `token_info_url` adds XOAUTH2, where the
    address tells whose a token is. `ports` and `folder` start one again where another has been, with its mails.
    Skips the test where dovecot is not installed.
    """
    if DOVECOT is None:
        pytest.skip("dovecot is not installed; tools/mail-servers installs it.")
    version = subprocess.run([DOVECOT, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("2.3"):
        pytest.skip(f"These tests configure dovecot 2.3, and here is {version.strip()}.")
    home = folder or Path(tempfile.mkdtemp(prefix="clientela-dovecot-"))
    home.chmod(0o755)
    port, tls_port = ports or (free_port(), free_port())
    ours = certificate(home)
    known = {user: (passwords or {}).get(user, PASSWORD) for user in users}
    abilities = " ".join(word for word in ABILITIES.split() if word not in without)
    server = Dovecot(home, port, tls_port, ours)
    _configure(server, known, abilities=abilities, token_info_url=token_info_url)
    process = subprocess.Popen(
        [DOVECOT, "-F", "-c", str(home / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(server, process)
        yield server
    finally:
        _end(server, process)
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)


def _configure(server: Dovecot, passwords: Mapping[str, str], *, abilities: str, token_info_url: str) -> None:
    home = server.folder
    # dovecot opens no mailbox as root, and takes its own user and group by name only.
    owner = "nobody" if IS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
    owners = "nogroup" if IS_ROOT else grp.getgrgid(os.getegid()).gr_name
    (home / "mail").mkdir(mode=0o755, exist_ok=True)
    for user in passwords:
        (home / "mail" / user).mkdir(exist_ok=True)
        if IS_ROOT:
            shutil.chown(home / "mail" / user, "nobody", "nogroup")
    rows = [f"{user}:{{PLAIN}}{password}::::::\n" for user, password in passwords.items()]
    (home / "users").write_text("".join(rows), encoding="utf-8")
    mechanisms = "plain login"
    oauth = ""
    if token_info_url:
        mechanisms += " xoauth2 oauthbearer"
        (home / "oauth2.conf").write_text(
            f"tokeninfo_url = {token_info_url}\nusername_attribute = email\nactive_attribute = active\n"
            "active_value = true\n"
        )
        oauth = f"passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {home}/oauth2.conf\n}}\n"
    user = "" if IS_ROOT else f"default_internal_user = {owner}\ndefault_login_user = {owner}\n"
    # An ordinary user may not lock a process into a folder.
    closed = "" if IS_ROOT else "service imap-login {\n chroot =\n}\nservice anvil {\n chroot =\n}\n"
    group = "" if IS_ROOT else f"default_internal_group = {owners}\n"
    (home / "dovecot.conf").write_text(
        f"""
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
auth_verbose = yes
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
imap_capability = {abilities}
imap_idle_notify_interval = 2s
mailbox_list_index = no
mail_max_userip_connections = 50
ssl = yes
ssl_cert = <{server.certificate.path}
ssl_key = <{server.certificate.key_path}
{user}{group}{closed}
service imap-login {{
 inet_listener imap {{
  address = 127.0.0.1
  port = {server.port}
 }}
 inet_listener imaps {{
  address = 127.0.0.1
  port = {server.tls_port}
  ssl = yes
 }}
}}
service stats {{
 unix_listener stats-writer {{
  mode = 0666
 }}
}}
passdb {{
 driver = passwd-file
 args = scheme=PLAIN username_format=%u {home}/users
}}
{oauth}userdb {{
 driver = static
 args = uid={owner} gid={owners} home={home}/mail/%u
}}
""",
        encoding="utf-8",
    )


def _wait(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while not (is_open(server.port) and is_open(server.tls_port)):
        if process.poll() is not None or time.monotonic() > until:
            pytest.fail(f"dovecot did not start: {server.said()}")
        time.sleep(0.05)


def _end(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    """End it with all that it started: a child that holds a port would meet the next one."""
    pids = server.processes() if process.poll() is None else []
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    for pid in pids[1:]:
        if Path(f"/proc/{pid}/comm").exists() and _is_of(pid, server):
            os.kill(pid, signal.SIGKILL)


def _is_of(pid: int, server: Dovecot) -> bool:
    """Whether the process with that number is still dovecot's, and not another that was given it."""
    return str(server.folder) in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
