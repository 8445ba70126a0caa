"""How both sides were served by week, as last computed from the analytics store: a cache, replaced a week at a time."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class ParityWeek(models.Model):
    """What one department was asked by one side in a week, and what became of it.

    `wait_buckets` and `wait_counts` are one histogram (`network.rules.waits`) of working seconds until it was done,
    without those in which it waited for the customer or for a date that was agreed.
    """

    week_on = models.DateField()  # the Monday in UTC of the week in which it was asked
    # Nobody looks for the weeks of one department alone: the unique key serves the page.
    provider = models.ForeignKey("directory.Department", on_delete=models.CASCADE, related_name="+", db_index=False)
    side = models.CharField(max_length=8)  # inside or outside
    asked = models.PositiveIntegerField(default=0)  # not cancelled
    replies_decided = models.PositiveIntegerField(default=0)  # first replies promised and given, or overdue
    replies_kept = models.PositiveIntegerField(default=0)
    promises_decided = models.PositiveIntegerField(default=0)  # requests with another promise kept or broken
    promises_kept = models.PositiveIntegerField(default=0)  # of those, with none broken
    wait_buckets = ArrayField(models.PositiveSmallIntegerField(), default=list)
    wait_counts = ArrayField(models.PositiveIntegerField(), default=list)
    # The few that were late longest, the latest first, and how many real seconds: from them examples are chosen.
    late_requests = ArrayField(models.BigIntegerField(), default=list)
    late_seconds = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week_on", "side", "provider"], name="parity_once_a_week"),
            models.CheckConstraint(name="parity_week_begins_on_monday", condition=Q(week_on__iso_week_day=1)),
            models.CheckConstraint(name="parity_has_two_sides", condition=Q(side__in=["inside", "outside"])),
            models.CheckConstraint(
                name="parity_counts_are_parts",
                condition=Q(
                    replies_decided__lte=F("asked"),
                    replies_kept__lte=F("replies_decided"),
                    promises_decided__lte=F("asked"),
                    promises_kept__lte=F("promises_decided"),
                ),
            ),
            models.CheckConstraint(
                name="parity_waits_are_one_histogram", condition=Q(wait_buckets__len=F("wait_counts__len"))
            ),
            models.CheckConstraint(
                name="parity_late_ones_have_their_seconds", condition=Q(late_requests__len=F("late_seconds__len"))
            ),
        ]


class ParityDrawing(models.Model):
    """When the weeks of both sides were last computed, and from which facts; one row."""

    drawn_at = models.DateTimeField()
    seen = models.JSONField(default=dict)  # what the store held then: unchanged, nothing is computed

    class Meta:
        constraints = [models.CheckConstraint(name="parity_drawing_is_one_row", condition=Q(id=1))]
