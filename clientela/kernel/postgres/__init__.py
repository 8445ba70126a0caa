"""The embedded PostgreSQL: `Cluster(home).borrowed()` gives the address of a running server, whoever started it.

Pure Python without Django, so the process that watches over the others stays small.
"""

from clientela.kernel.postgres.cluster import Cluster, RunningServer
from clientela.kernel.postgres.errors import ClusterError

__all__ = ["Cluster", "ClusterError", "RunningServer"]
