"""What pages and workers load when they start: nothing of what only computes apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Half a second and 200 MB, for what a page never uses.
HEAVY = ("ibis", "duckdb", "pyarrow", "pandas", "sqlglot", "networkx", "pyspark")
WEB = "import clientela.project.wsgi, clientela.project.urls"
WORKER = "import os, django; django.setup(); import clientela.project.clockwork, clientela.command.run"
HELP = "import sys; sys.argv = ['clientela', '--help']; from clientela.command.main import main; main()"


@pytest.mark.parametrize("what", [WEB, WORKER, HELP], ids=["web", "worker", "help"])
def test_nothing_heavy_is_loaded_at_the_start(what: str) -> None:
    code = f"{what}\nimport sys\nprint('\\nloaded:', *sorted(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "clientela.project.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "loaded:"


def test_pandas_is_no_part_of_the_product() -> None:
    # Arrow and Ibis load it wherever it is installed: a second of every process apart, and nothing of ours uses it.
    locked = (Path(__file__).parents[2] / "requirements.lock").read_text(encoding="utf-8")
    assert "\npyarrow==" in locked
    assert "\npandas==" not in locked
