"""What the network keeps of its own: questions of the kind "what if", and their answers. It writes to no other room."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class WhatIf(models.Model):
    """A question that was simulated, how far it got, and what came out."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    title = models.CharField(max_length=200)
    question = models.JSONField()  # as `simulation` reads it
    department_ids = ArrayField(models.BigIntegerField(), default=list)  # which the question changes: who sees it
    is_house_wide = models.BooleanField(default=False)  # it changes something for every department
    asked_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    is_cancel_wished = models.BooleanField(default=False)
    progress = models.FloatField(default=0)  # 0 to 1
    # The fitted house, then the runs already done ({"key", "run"}): a lost worker's successor goes on from here.
    partial = models.JSONField(default=list)
    result = models.JSONField(null=True)
    error = models.CharField(max_length=500, blank=True)  # a code and its figures, for the page to put into words
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="what_if_progress_is_a_share", condition=Q(progress__gte=0, progress__lte=1)),
            models.CheckConstraint(
                name="what_if_done_has_a_result", condition=~Q(state="done") | Q(result__isnull=False)
            ),
            models.CheckConstraint(name="what_if_failed_says_why", condition=~Q(state="failed") | ~Q(error="")),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="what_ifs_newest")]
