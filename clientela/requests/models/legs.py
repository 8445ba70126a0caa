"""Where the time went, what history says of it, and what will likely be late: caches, made anew from the journal."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from clientela.requests.models.request import Request


class TimeSpan(Func):
    """A range of moments from two columns, half-open as the database makes it; no end: for ever."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Leg(models.Model):
    """One stay of a request at a department: a cache of what the journal tells, rebuilt by `actions.rebuild_legs`.

    All seconds are working seconds of that department's calendar; together they are the working time of the stay.
    """

    class Outcome(models.TextChoices):
        OPEN = "open"  # it is still there
        RESOLVED = "resolved"
        CANCELLED = "cancelled"
        HANDED_OVER = "handed_over"

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField()  # 0 is the first stay
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=11, choices=Outcome)
    queue_seconds = models.PositiveIntegerField(default=0)  # until somebody took it, and whenever nobody had it
    work_seconds = models.PositiveIntegerField(default=0)  # somebody had it and it waited for nothing
    customer_seconds = models.PositiveIntegerField(default=0)  # it waited for the customer
    department_seconds = models.PositiveIntegerField(default=0)  # it waited for another department
    date_seconds = models.PositiveIntegerField(default=0)  # it waited for an agreed date

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="leg_once"),
            models.CheckConstraint(
                name="leg_ends_after_start", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at"))
            ),
            models.CheckConstraint(
                name="open_leg_has_no_end",
                condition=Q(outcome="open", ended_at__isnull=True) | ~Q(outcome="open") & Q(ended_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["request"], condition=Q(ended_at__isnull=True), name="one_open_leg"),
            ExclusionConstraint(
                name="legs_never_overlap",
                expressions=[
                    ("request", RangeOperators.EQUAL),
                    (TimeSpan("started_at", "ended_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["ended_at", "provider"], name="legs_by_end", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["provider", "started_at"], name="legs_of_provider"),
        ]


class Learned(models.Model):
    """What the history of legs says of a service at a department; without a service, of the department; of all.

    A cache that `jobs` makes anew every night from the legs that had ended before `made_at`.
    """

    provider = models.ForeignKey("directory.Department", on_delete=models.CASCADE, null=True, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.CASCADE, null=True, related_name="+")
    cases = models.PositiveIntegerField()  # how many legs it was learned from, before shrinking
    work_seconds = models.FloatField()  # expected hands-on working seconds of a leg, shrunk
    # Quantiles of a stay but for its waiting for other departments, in working seconds: [[share, seconds], …], rising.
    stay_seconds = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "service"], name="learned_once", nulls_distinct=False),
            models.CheckConstraint(name="work_takes_time", condition=Q(work_seconds__gt=0)),
        ]


class ForeseenLateness(models.Model):
    """That a promise will likely be late, as it was foreseen before it was: once for each promise and due moment.

    The row stays when things look better again, so that nobody is told twice; `is_likely` says how it looks now.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="+")
    clock = models.ForeignKey("promises.Clock", on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    likely_at = models.DateTimeField()  # half of such cases end by then
    late_seconds = models.PositiveIntegerField()  # working seconds from the due moment to the likely one
    because = models.ForeignKey(Request, on_delete=models.SET_NULL, null=True, related_name="+")  # what it waits on
    because_due_at = models.DateTimeField(null=True)  # by when that is promised
    is_likely = models.BooleanField()
    noticed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "due_at"], name="lateness_foreseen_once")]
        indexes = [
            models.Index(fields=["request"], name="likely_late_requests", condition=Q(is_likely=True)),
        ]
