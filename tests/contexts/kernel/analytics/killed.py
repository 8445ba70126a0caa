"""A writer that is killed: `python -m tests.contexts.kernel.analytics.killed FOLDER REQUEST AT`.

Again and again something happens to the request, and a process is forked that brings the store up and is killed (-9)
right before the first, the second, the third… of all that it does to files and processes, until one gets through.
Prints how many were killed, and before what.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import django

# Not what is removed: how much the ones before left behind differs, and each would be killed at another place.
WATCHED = ("open", "os.rename", "os.mkdir", "fcntl.flock", "subprocess.Popen")
MOST = 100


def main() -> None:
    """Kill one after the other."""
    django.setup()
    folder, request_id, at = Path(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
    for number in range(1, MOST):
        told, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(told)
            _write(folder, request_id, at, number, tell)
        os.close(tell)
        with os.fdopen(told) as words:
            before = words.read()
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            print(f"through {number - 1} {os.WEXITSTATUS(status)}", flush=True)
            return
        print(f"killed {before}", flush=True)


def _write(folder: Path, request_id: int, at: datetime, number: int, tell: int) -> None:
    # Imported in the fork: whatever they start, they start there.
    from django.db import transaction  # noqa: PLC0415 - see above

    from clientela.kernel.analytics.keeping import keep_up  # noqa: PLC0415 - see above
    from clientela.kernel.journal import record, thing  # noqa: PLC0415 - see above
    from clientela.requests.models import Request  # noqa: PLC0415 - see above

    with transaction.atomic():
        Request.objects.filter(pk=request_id).update(language=f"l{number}")
        record(verb="request_weighed", by=None, at=at, about=[thing("request", request_id)])
    left = number

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in WATCHED:
            return
        what = str(arguments[0])
        if event == "fcntl.flock":
            what = str(Path(f"/proc/self/fd/{what}").readlink())
        if event != "subprocess.Popen" and not what.startswith(str(folder)):
            return
        if event == "open" and arguments[1] == "r":
            return
        left -= 1
        if left == 0:
            os.write(tell, f"{event} {Path(str(arguments[0])).name}".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        keep_up(at=at, folder=folder)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
