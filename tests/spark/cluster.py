"""A real standalone Spark on this machine: a master and two workers, each a process of its own, ended by their ids."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ROOT / ".spark"  # where `tools/spark` puts PySpark
WORKERS: Final = 2
_SECONDS_TO_START: Final = 90.0
# Small tables: a few parts are enough, and executors that fit into the workers.
_SETTINGS: Final = "--conf spark.executor.memory=512m --conf spark.sql.shuffle.partitions=2 pyspark-shell"
_DEPLOY: Final = "org.apache.spark.deploy"


def why_not() -> str:
    """Return why no cluster can be started here, in one sentence; nothing if one can."""
    if shutil.which("java") is None:
        return "no Java was found; Spark needs Java 17."
    if not (PACKAGES / "pyspark").is_dir():
        return "PySpark is not installed for the tests; `make spark` installs it."
    return ""


def spark_environment() -> dict[str, str]:
    """The environment in which PySpark is found, and speaks to this machine only."""
    paths = os.pathsep.join([str(ROOT), str(PACKAGES)])
    known = {name: told for name, told in os.environ.items() if not name.startswith(("SPARK_", "PYTHONPATH"))}
    ours = {"PYTHONPATH": paths, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_SUBMIT_ARGS": _SETTINGS, "TZ": "UTC"}
    # What its shell scripts would set, which look for it in a folder that the package does not have.
    ours["SPARK_SCALA_VERSION"] = "2.13"
    return {**known, **ours, "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """Start it, give its address, and end every process of it, whatever happens."""
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    started: list[subprocess.Popen[bytes]] = []
    log = (folder / "spark.log").open("wb")
    try:
        master = ["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(_free_port())]
        started.append(_start(master, folder, log.fileno()))
        _wait_for(port, started[0])
        for number in range(WORKERS):
            words = ["worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "640m"]
            words += ["--webui-port", str(_free_port()), "--work-dir", str(folder / f"worker-{number}"), address]
            started.append(_start(words, folder, log.fileno()))
        yield address
    finally:
        for process in reversed(started):
            _end(process)
        log.close()


def _start(words: list[str], folder: Path, log: int) -> "subprocess.Popen[bytes]":
    jars = PACKAGES / "pyspark" / "jars" / "*"
    # A session of its own: the executors that a worker starts end with it.
    return subprocess.Popen(
        ["java", "-Xmx192m", "-cp", str(jars), f"{_DEPLOY}.{words[0]}", *words[1:]],
        cwd=folder,
        env={**spark_environment(), "SPARK_HOME": str(PACKAGES / "pyspark")},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The master ended with status {process.returncode}.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise TimeoutError("The master does not answer.")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
