"""Who writes to whom, by the mail server's own record: whether it may be read, and what was counted by department.

Nothing of a person is kept: the file goes as soon as it is counted, and of a week between two departments only what
five people or more took part in on either side. See decision 17.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

MAIL_FILES = "mail-traces"  # the room of their own files


class MailAllowance(models.Model):
    """That an owner or administrator allowed the reading, from a moment to a moment. None open: it is off."""

    allowed_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    allowed_at = models.DateTimeField()
    ended_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at__isnull=True), name="mail_is_allowed_once_at_a_time"
            ),
            models.CheckConstraint(
                name="mail_allowance_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("allowed_at")),
            ),
        ]


class MailTrace(models.Model):
    """A record that was brought in, and how far it got. Its file is there only until it has been counted."""

    class State(models.TextChoices):
        DRAFT = "draft"  # its columns wait to be confirmed
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    file_name = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField()
    brought_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    brought_at = models.DateTimeField()
    columns = models.JSONField(default=dict)  # role to column, as confirmed
    zone = models.CharField(max_length=64, blank=True)  # where working days are counted, and of clocks that tell none
    latest_on = models.DateField(null=True)  # the last day of a server's log, where it names no year; none: as it came
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    is_cancel_wished = models.BooleanField(default=False)
    progress = models.FloatField(default=0)  # 0 to 1
    rows_read = models.BigIntegerField(default=0)
    error = models.JSONField(null=True)  # {"code", "figures", "words"}: for the page to put into words
    found = models.JSONField(null=True)  # how many mails were what; nothing of anybody
    first_at = models.DateTimeField(null=True)  # of its mails, once counted
    last_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_trace_progress_is_a_share", condition=Q(progress__gte=0, progress__lte=1)
            ),
            models.CheckConstraint(
                name="mail_trace_done_has_a_result",
                condition=~Q(state="done") | Q(found__isnull=False, first_at__isnull=False, last_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_trace_failed_says_why", condition=~Q(state="failed") | Q(error__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["-brought_at", "-id"], name="mail_traces_newest")]


class MailWeek(models.Model):
    """How often the people of one department asked another by mail in a week, and how often in time it answered.

    Without a customer it is people outside: of a segment that the directory knows, or, without one, everybody else.
    `wait_buckets` and `wait_counts` are one histogram of working seconds, as in `EdgeWeek`; empty where fewer than five
    people answered.
    """

    trace = models.ForeignKey(MailTrace, on_delete=models.CASCADE, related_name="+", db_index=False)
    week_on = models.DateField()  # the Monday, in UTC
    provider = models.ForeignKey("directory.Department", on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey("directory.Department", on_delete=models.CASCADE, null=True, related_name="+")
    segment = models.CharField(max_length=24, blank=True)  # "households", "businesses"; blank with a department too
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    wait_buckets = ArrayField(models.PositiveSmallIntegerField(), default=list)
    wait_counts = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trace", "week_on", "provider", "customer", "segment"],
                name="mail_week_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="mail_week_of_a_department_or_a_segment", condition=Q(customer__isnull=True) | Q(segment="")
            ),
            models.CheckConstraint(name="mail_week_begins_on_monday", condition=Q(week_on__iso_week_day=1)),
            models.CheckConstraint(
                name="mail_week_leads_to_another", condition=Q(customer__isnull=True) | ~Q(customer=F("provider"))
            ),
            models.CheckConstraint(
                name="mail_week_counts_are_parts", condition=Q(asked__gt=0, answered__lte=F("asked"))
            ),
            models.CheckConstraint(
                name="mail_week_waits_are_one_histogram", condition=Q(wait_buckets__len=F("wait_counts__len"))
            ),
        ]
        indexes = [
            models.Index(fields=["week_on"], name="mail_weeks_by_week"),
            # The map steps through it from pair to pair.
            models.Index("provider", Coalesce("customer", 0), "segment", name="mail_weeks_by_pair"),
        ]
