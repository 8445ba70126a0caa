"""The guard: a very small process that starts the server, and stops it when its last user is gone.

Users of the server hold a shared lock, which the kernel takes from them when they end, also by `kill -9`. So the
server never outlives the last of them by more than a moment, and nobody has to count. When the guard itself is killed
the server goes on, and the next user gives it a new guard.

Run as a script without the product on its path, to stay at a few megabytes:

    guard.py START_FD TURN USERS GUARD DATA LOG UID GID PID COMMAND...

PID 0 starts COMMAND as the server; another number adopts a server that runs already. START_FD is closed when the
guard ends, which tells the starter that the server did not come up.
"""

import fcntl
import os
import select
import signal
import sys
import time
from pathlib import Path

LOOK_EVERY_SECONDS = 1.0
# How long a fast shutdown, and then an immediate one, may take.
FAST_SECONDS = 60.0
IMMEDIATE_SECONDS = 10.0


def main() -> None:
    """Guard one server until it ends."""
    turn, users, guard, data, log = sys.argv[2:7]
    uid, gid, server = (int(word) for word in sys.argv[7:10])
    if os.fork():
        os._exit(0)  # the starter waits for this one; the guard itself belongs to nobody
    os.setsid()
    descriptor = os.open(guard, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)  # an older guard may still be on its last line
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *about: asked_to_end.append(about[0]))
    asked_to_end: list[int] = []
    is_child = server == 0
    if is_child:
        server = start_server(sys.argv[10:], log, uid, gid)
    while not has_ended(server, is_child=is_child):
        select.select([woken], [], [], LOOK_EVERY_SECONDS)
        drain(woken)
        if signal.SIGTERM in asked_to_end or is_unused(turn, users, data):
            end_server(server, is_child=is_child)


def start_server(command: list[str], log: str, uid: int, gid: int) -> int:
    """Start the server as its user, its words going to the log, and return its process number."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    server = os.fork()
    if server:
        os.close(output)
        return server
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and a program we start would too
        os.setpgid(0, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(int(sys.argv[1]))
        os.umask(0o077)
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        os.execve(command[0], command, {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"})  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(2, f"{command[0]} could not be started: {error.strerror}\n".encode())
    os._exit(127)


def has_ended(server: int, *, is_child: bool) -> bool:
    """Tell whether the server is gone."""
    if is_child:
        return os.waitpid(server, os.WNOHANG)[0] == server
    try:
        os.kill(server, 0)
    except OSError:
        return True
    try:
        # A dead process whose parent never asks stays in the list; its command line is empty.
        return not Path(f"/proc/{server}/cmdline").read_bytes()
    except OSError:
        return Path("/proc").is_dir()


def is_unused(turn: str, users: str, data: str) -> bool:
    """Tell whether nobody uses the server any more, or its folder was removed under it."""
    if not Path(data, "postmaster.pid").exists() and not Path(data, "PG_VERSION").exists():
        return True
    # Whoever starts or stops the server holds the turn; then it is not for us to judge.
    mine = try_lock(turn)
    if mine < 0:
        return False
    alone = try_lock(users)
    # The turn is kept until the guard ends, so nobody begins to use a server that is on its way out.
    if alone < 0:
        os.close(mine)
    return alone >= 0


def try_lock(path: str) -> int:
    """Take a lock without waiting; its descriptor, or -1."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return -1
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return -1
    return descriptor


def end_server(server: int, *, is_child: bool) -> None:
    """Stop the server: fast (open transactions are rolled back), then at once (it recovers at the next start)."""
    for number, seconds in ((signal.SIGINT, FAST_SECONDS), (signal.SIGQUIT, IMMEDIATE_SECONDS), (signal.SIGKILL, 1.0)):
        try:
            os.kill(server, number)
        except OSError:
            return
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if has_ended(server, is_child=is_child):
                sys.exit(0)
            time.sleep(0.02)
    sys.exit(1)


def drain(woken: int) -> None:
    """Forget the signals that woke us; they are looked at by what they changed."""
    try:
        os.read(woken, 512)
    except BlockingIOError:
        return


if __name__ == "__main__":
    main()
