"""Who served whom, a week at a time, as last computed from the analytics store; and who should, as people declared."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from clientela.kernel.days import Dated, DateSpan


class EdgeWeek(models.Model):
    """What one customer was served by one provider of what it asked in a week: a cache, replaced a week at a time.

    Teams stand by themselves; the map adds them up. A customer is a department, or a segment of customers outside.
    `wait_buckets` and `wait_counts` are one histogram (see `measures.buckets`): histograms of weeks and teams add up,
    medians do not.
    """

    week_on = models.DateField()  # the Monday, in UTC
    # Nobody looks for the weeks of one department alone: the unique key serves the map.
    provider = models.ForeignKey("directory.Department", on_delete=models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "directory.Department", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    segment = models.CharField(max_length=24, blank=True)  # "households", "businesses"; blank: a department
    asked = models.PositiveIntegerField(default=0)  # not cancelled
    decided = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    reworked = models.PositiveIntegerField(default=0)  # of the done: any of the three below
    handed_back = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    asked_again = models.PositiveIntegerField(default=0)
    handed_over = models.PositiveIntegerField(default=0)  # by the customer to the provider, in this week
    scored = models.PositiveIntegerField(default=0)  # scores that the customer gave the provider, in this week
    satisfied = models.PositiveIntegerField(default=0)
    wait_buckets = ArrayField(models.PositiveSmallIntegerField(), default=list)
    wait_counts = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week_on", "provider", "customer", "segment"], name="edge_once_a_week", nulls_distinct=False
            ),
            models.CheckConstraint(name="edge_week_begins_on_monday", condition=Q(week_on__iso_week_day=1)),
            models.CheckConstraint(
                name="edge_leads_to_a_department_or_a_segment",
                condition=Q(customer__isnull=False, segment="") | Q(customer__isnull=True) & ~Q(segment=""),
            ),
            models.CheckConstraint(
                name="edge_leads_to_another",
                condition=Q(customer__isnull=True) | ~Q(customer=F("provider")),
            ),
            models.CheckConstraint(
                name="edge_counts_are_parts",
                condition=Q(
                    decided__lte=F("asked"),
                    late__lte=F("decided"),
                    done__lte=F("asked"),
                    reworked__lte=F("done"),
                    satisfied__lte=F("scored"),
                ),
            ),
            models.CheckConstraint(
                name="edge_waits_are_one_histogram",
                condition=Q(wait_buckets__len=F("wait_counts__len")),
            ),
        ]


class MapDrawing(models.Model):
    """When the weeks of the map were last computed, and from which facts; one row."""

    drawn_at = models.DateTimeField()
    seen = models.JSONField(default=dict)  # what the store held then, as the store says it: unchanged, nothing is drawn

    class Meta:
        constraints = [models.CheckConstraint(name="map_drawing_is_one_row", condition=Q(id=1))]


class DeclaredLine(models.Model):
    """That one should serve the other, said by an owner or administrator; from a day to a day, both included."""

    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    segment = models.CharField(max_length=24, blank=True)
    what = models.CharField(max_length=200)  # "Laptops for new colleagues"
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    declared_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField()

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="declared_to_a_department_or_a_segment",
                condition=Q(customer__isnull=False, segment="") | Q(customer__isnull=True) & ~Q(segment=""),
            ),
            models.CheckConstraint(
                name="declared_to_another", condition=Q(customer__isnull=True) | ~Q(customer=F("provider"))
            ),
            models.CheckConstraint(
                name="declared_line_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(name="declared_line_says_what", condition=~Q(what="")),
            # Two lines between the same departments may hold at once, but not for the same thing.
            ExclusionConstraint(
                name="declared_once_at_a_time",
                expressions=[
                    ("provider", RangeOperators.EQUAL),
                    (models.functions.Coalesce("customer", 0), RangeOperators.EQUAL),
                    ("segment", RangeOperators.EQUAL),
                    (models.functions.Lower("what"), RangeOperators.EQUAL),
                    (
                        DateSpan("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
