# noqa: INP001 - a command that the Makefile runs, not a part of the product
"""Make or renew `.venv`: see `tools/environment`, which finds the Python to run this with. Standard library only."""

import fcntl
import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": CHECKOUT / "requirements.lock", "dev": CHECKOUT / "requirements-dev.lock"}
UV_LOCK = CHECKOUT / "tools" / "uv.lock"
COMMAND = """#!/bin/sh
# The command `clientela`, written by tools/environment.py.
exec "$(dirname "$(readlink -f "$0")")/python" -P -m clientela.command.main "$@"
"""


def main() -> int:
    """Bring .venv to what the locks say, and the catalogues to what their texts say."""
    wanted = sys.argv[1]
    # Two `make` at once take turns. The lock is on this very file, so nothing is left lying about.
    with Path(__file__).open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        # Once a developer's environment, always one: else `make run` and `make test` would undo each other.
        kind = "dev" if wanted == "dev" or stamp("dev").exists() else "run"
        if not is_current(kind):
            make(kind)
        compile_catalogues()
    return 0


def stamp(kind: str) -> Path:
    """Return the file whose content says what the environment was made from."""
    return VENV / f"made-from-{kind}"


def what_it_is_made_from(kind: str) -> str:
    """Everything that makes an environment stale when it changes, also the folder: its paths are inside."""
    files = (LOCKS[kind], UV_LOCK, Path(__file__))
    marks = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return "\n".join([str(CHECKOUT), *marks])


def is_current(kind: str) -> bool:
    """Tell whether there is nothing to do."""
    try:
        return stamp(kind).read_text(encoding="utf-8") == what_it_is_made_from(kind) and os.access(PYTHON, os.X_OK)
    except OSError:
        return False


def make(kind: str) -> None:
    """Make the environment, or renew the one that is there when it was made here."""
    fits_here = any(
        stamp(any_kind).exists() and stamp(any_kind).read_text(encoding="utf-8").startswith(f"{CHECKOUT}\n")
        for any_kind in LOCKS
    )
    for any_kind in LOCKS:
        stamp(any_kind).unlink(missing_ok=True)
    if fits_here and os.access(PYTHON, os.X_OK):
        say("Renewing the environment in .venv.")
    else:
        say("Making the environment in .venv; the first time this downloads about 200 MB.")
        run([base_python(), "-m", "venv", "--clear", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    run([*pip, "install", "-q", "--require-hashes", "--no-deps", "-r", str(UV_LOCK)])
    install_packages(pip, str(LOCKS[kind]))
    install_product()
    stamp(kind).write_text(what_it_is_made_from(kind), encoding="utf-8")


def base_python() -> str:
    """Return a Python outside of .venv, which is about to be cleared."""
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")


def install_product() -> None:
    """Put the checkout on the environment's path, and the command in its folder. Nothing is built for that."""
    packages = sysconfig.get_path("purelib", vars={"base": str(VENV), "platbase": str(VENV)}, scheme="venv")
    Path(packages, "clientela.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")
    command = VENV / "bin" / "clientela"
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)


def compile_catalogues() -> None:
    """Compile the catalogues whose text is newer than what was compiled from it."""
    texts = CHECKOUT.glob("clientela/locale/*/LC_MESSAGES/*.po")
    pairs = [(text, text.with_suffix(".mo")) for text in texts]
    if any(not made.exists() or made.stat().st_mtime < text.stat().st_mtime for text, made in pairs):
        run([str(VENV / "bin" / "clientela"), "languages", "compile", "--quiet"])


def install_packages(pip: list[str], lock: str) -> None:
    """Install exactly what the lock file names.

    uv does it in seconds, but knows neither pip's configuration nor, unless asked, the certificates of the system. So
    it is given the index that pip uses, tried with either set of certificates, and pip itself is asked last.
    """
    environment = {**os.environ, "UV_LINK_MODE": "copy", "VIRTUAL_ENV": str(VENV)}
    index = subprocess.run([*pip, "config", "get", "global.index-url"], capture_output=True, text=True, check=False)
    if index.returncode == 0 and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(environment):
        environment["UV_DEFAULT_INDEX"] = index.stdout.strip()
    uv = [str(VENV / "bin" / "uv"), "pip", "sync", "-q", "--require-hashes", lock]
    for command in (uv, [*uv, "--system-certs"]):
        if not attempt(command, environment).returncode:
            return
    run([*pip, "install", "-q", "--require-hashes", "--no-deps", "-r", lock])


def attempt(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run one step and keep what it says."""
    return subprocess.run(
        command, env=environment, cwd=CHECKOUT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def run(command: list[str]) -> None:
    """Run one step, show what it said only when it fails, and end then."""
    done = attempt(command)
    if done.returncode:
        sys.stderr.write(done.stdout)
        say(f"That step failed: {' '.join(command)}")
        sys.exit(1)


def say(sentence: str) -> None:
    """Show a sentence."""
    sys.stderr.write(f"Clientela: {sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
