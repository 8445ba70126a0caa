"""The database of the tests: a server of their own, started by the first test that needs it, stopped after the last.

Tests of pure rules never start it. With xdist every worker has a server of its own: a follower of the journal waits for
the oldest transaction of the whole server, so another worker's open test would hold it up. When DATABASE_URL is set,
that server is used and nothing is started.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connections

from clientela.kernel.environment import DEFAULT_HOME
from clientela.kernel.postgres import Cluster
from clientela.project.settings import _database

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TESTS_HOME = Path(os.environ.get("CLIENTELA_HOME", "") or DEFAULT_HOME) / "test" / WORKER

# How long an example takes says how busy the machine is: no test fails by that.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _files_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Attachments of tests never land among those of the installation, nor its analytics in the store."""
    settings.FILES_FOLDER = tmp_path_factory.mktemp("files")
    settings.ANALYTICS_FOLDER = tmp_path_factory.mktemp("analytics")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Point Django at the tests' server, before pytest-django makes the databases in it."""
    if settings.DATABASES["default"]["HOST"]:
        yield
        return
    TESTS_HOME.mkdir(mode=0o711, parents=True, exist_ok=True)
    # The server may lose everything when the machine stops, so it is fast; a damaged one is made anew.
    with Cluster(TESTS_HOME, disposable=True).borrowed() as url:
        where = connections["default"].settings_dict
        where.update({key: value for key, value in _database(url).items() if key != "OPTIONS"})
        yield
