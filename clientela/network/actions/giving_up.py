"""Ending the questions whose simulation nobody works on any more."""

from datetime import datetime, timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.network.actions.asking import RUN_JOB
from clientela.network.models import WhatIf

OPEN_STATES = (WhatIf.State.WAITING, WhatIf.State.RUNNING)
FRESH = timedelta(minutes=1)
LOST = "lost"


def give_up_what_ifs(*, at: datetime) -> int:
    """Fail every open question without a job that waits or works: its worker died again and again. Return how many."""
    open_ids = list(WhatIf.objects.filter(state__in=OPEN_STATES, asked_at__lt=at - FRESH).values_list("pk", flat=True))
    if not open_ids:
        return 0
    at_work = ProcrastinateJob.objects.filter(
        task_name=RUN_JOB, status__in=["todo", "doing"], args__what_if_id__in=open_ids
    ).values_list("args__what_if_id", flat=True)
    lost = set(open_ids) - set(at_work)
    return WhatIf.objects.filter(pk__in=lost, state__in=OPEN_STATES).update(
        state=WhatIf.State.FAILED, error=LOST, finished_at=at
    )
