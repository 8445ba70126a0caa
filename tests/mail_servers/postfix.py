"""Debian's postfix on loopback, for the length of a test, with a configuration and a queue of its own.

It must be started by root, who may become its users; elsewhere the tests with it are skipped.
"""

import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.mail_servers.parts import free_port, is_open

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
DAEMONS = Path("/usr/lib/postfix/sbin")
START_SECONDS = 30.0
STOP_SECONDS = 10.0
# The parts that postfix is made of, none of them locked into its folder (the second n).
SERVICES = """
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
lmtp      unix  - - n - - lmtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
showq     unix  n - n - - showq
tlsmgr    unix  - - n 1000? 1 tlsmgr
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running postfix that takes mail on `port` from this machine, and hands it on."""

    folder: Path
    port: int
    _last_words: list[str] = field(default_factory=list)

    def send(self, sender: str, recipients: Sequence[str], content: bytes) -> None:
        """Hand a mail over, as somebody out in the world does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.ehlo("client.example.test")
            refused = client.sendmail(sender, recipients, content)
        assert refused == {}

    def log(self) -> str:
        """What it has said so far, or all that it said if it has ended."""
        if self._last_words:
            return self._last_words[0]
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def keep_log(self) -> None:
        """Remember all it has said: its folder goes away."""
        self._last_words.append(self.log())

    def queue_ids(self) -> list[str]:
        """The mails it still has, waiting or being handed over."""
        folders = [self.folder / "queue" / name for name in ("incoming", "active", "deferred", "maildrop")]
        return sorted(path.name for folder in folders for path in folder.rglob("*") if path.is_file())

    def flush(self) -> None:
        """Try again now what waits."""
        subprocess.run([_command("postqueue"), "-c", str(self.folder / "etc"), "-f"], check=True, capture_output=True)

    def until(self, happens: Callable[[], object], seconds: float = 30) -> None:
        """Wait until it happens; fail with what postfix said when it does not."""
        end = time.monotonic() + seconds
        while not happens():
            assert time.monotonic() < end, self.log()[-4000:]
            time.sleep(0.05)


@contextmanager
def postfix(
    *, routes: Mapping[str, str], settings: Mapping[str, str] | None = None, services: str = ""
) -> Iterator[Postfix]:
    """A postfix that hands mail to each domain of `routes` on to its place, such as smtp:[127.0.0.1]:2525.

    `settings` go into main.cf, `services` into master.cf. Skips the test where postfix is missing or cannot be started.
    """
    if POSTFIX is None:
        pytest.skip("postfix is not installed here (tools/mail-servers installs it).")
    if os.geteuid() != 0:
        pytest.skip("postfix can only be started by root.")
    folder = Path(tempfile.mkdtemp(prefix="clientela-postfix-"))
    folder.chmod(0o755)
    port = free_port()
    try:
        _configure(folder, port, routes=routes, settings=settings or {}, services=services)
        with (folder / "log").open("wb") as log:
            started = subprocess.Popen(
                [POSTFIX, "-c", str(folder / "etc"), "start-fg"], stdout=log, stderr=log, start_new_session=True
            )
        found = Postfix(folder, port)
        try:
            found.until(lambda: is_open(port) or started.poll() is not None, START_SECONDS)
            assert started.poll() is None, found.log()
            yield found
        finally:
            _stop(started, folder / "etc")
            found.keep_log()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(
    folder: Path, port: int, *, routes: Mapping[str, str], settings: Mapping[str, str], services: str
) -> None:
    etc = folder / "etc"
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "data", "postfix")
    chosen = {
        "compatibility_level": "3.6",
        "queue_directory": str(folder / "queue"),
        "data_directory": str(folder / "data"),
        "command_directory": "/usr/sbin",
        "daemon_directory": str(DAEMONS),
        "maillog_file": "/dev/stdout",
        "myhostname": "mx.casa-lavora.test",
        "myorigin": "casa-lavora.test",
        "mydestination": "",
        "mynetworks": "127.0.0.0/8",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "alias_maps": "",
        "alias_database": "",
        "local_recipient_maps": "",
        "relay_domains": " ".join(routes),
        "transport_maps": "inline:{ " + ", ".join(f"{{ {name} = {place} }}" for name, place in routes.items()) + " }",
        "smtp_dns_support_level": "disabled",
        "smtp_tls_security_level": "none",
        # What failed is tried again at once, so that a test need not wait for minutes.
        "queue_run_delay": "1s",
        "minimal_backoff_time": "1s",
        "maximal_backoff_time": "2s",
        "transport_retry_time": "1s",
        **settings,
    }
    lines = [f"{name} = {value}" for name, value in chosen.items()]
    (etc / "main.cf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    door = f"127.0.0.1:{port} inet n - n - - smtpd\n"
    (etc / "master.cf").write_text(door + SERVICES.lstrip() + services, encoding="utf-8")
    for name in ("dynamicmaps.cf", "postfix-files"):
        if (Path("/etc/postfix") / name).exists():
            shutil.copy(Path("/etc/postfix") / name, etc / name)


def _stop(started: subprocess.Popen[bytes], etc: Path) -> None:
    """End the master and, with it, all of its own. It has a session of its own: only postfix itself finds it."""
    assert POSTFIX is not None  # looked at before it was started
    subprocess.run([POSTFIX, "-c", str(etc), "stop"], capture_output=True, timeout=STOP_SECONDS * 2, check=False)
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGTERM)
    try:
        started.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def _command(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert found is not None, f"{name} belongs to postfix."
    return found
