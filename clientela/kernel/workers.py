"""Whether anybody works in the background."""

from datetime import datetime

from procrastinate.contrib.django.models import ProcrastinateWorker


def worker_last_seen_at() -> datetime | None:
    """When a worker last showed itself; None if there was none. One statement."""
    newest = ProcrastinateWorker.objects.order_by("-last_heartbeat")
    return newest.values_list("last_heartbeat", flat=True).first()
