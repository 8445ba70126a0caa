"""A database for the length of one command, whether or not the servers are running."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from clientela.kernel.environment import read_environment
from clientela.kernel.postgres import Cluster


@contextmanager
def database_at_hand() -> Iterator[None]:
    """Leave the address of a running database in DATABASE_URL, for this process and those it starts.

    When DATABASE_URL is set already, that server is used and nothing is started. Otherwise the embedded one is shared
    with whoever uses it, or started and stopped again. Raises WrongSettingError and ClusterError.
    """
    environment = read_environment()
    if environment.database_url:
        yield
        return
    with Cluster(environment.home).borrowed() as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"]
