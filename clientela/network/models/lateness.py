"""What every ended case of a customer outside contributed to lateness and to who stands behind whom; added up by week.

Departments are numbers as `rules.travelling.groups_of` gives them: the top of a branch, or several small ones together.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class EndedCase(models.Model):
    """One case that has ended, as it was last counted. Counted again, it is replaced; all weeks are made from these.

    `parts`: [[department, seconds, of these past its own promise]…]; the seconds make `late_seconds` exactly.
    `passages`: [[department, role, [service…]]…], as `rules.travelling.Passage`. `hops`: [[customer or null,
    department, asked, requests, decided, late, {depth: times}, {bucket: requests}]…], as `rules.travelling.Hop`.
    """

    request = models.OneToOneField("requests.Request", on_delete=models.CASCADE, primary_key=True, related_name="+")
    week_on = models.DateField()  # the Monday of its end, in UTC
    ended_at = models.DateTimeField()
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, related_name="+", db_index=False)
    segment = models.CharField(max_length=24)  # "households", "businesses"
    is_decided = models.BooleanField()  # its promised end was kept or broken
    is_late = models.BooleanField()
    late_seconds = models.PositiveBigIntegerField()
    parts = models.JSONField(default=list)
    passages = models.JSONField(default=list)
    hops = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(name="ended_case_week_begins_on_monday", condition=Q(week_on__iso_week_day=1)),
            models.CheckConstraint(
                name="ended_case_is_late_when_decided", condition=Q(is_late=False) | Q(is_decided=True)
            ),
        ]
        indexes = [
            models.Index(fields=["week_on"], name="ended_cases_of_week"),
            models.Index(fields=["service", "-ended_at"], name="late_cases_of_service", condition=Q(is_late=True)),
        ]


class CaseWeek(models.Model):
    """How many cases of a service and a segment ended in a week, and how late they were.

    `late` promised ends were broken; `late_cases` of them by a second of working time or more, together
    `late_seconds`; `late_squares`: the squares of each case's, for intervals.
    """

    week_on = models.DateField()
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, related_name="+", db_index=False)
    segment = models.CharField(max_length=24)
    cases = models.PositiveIntegerField()
    decided = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    late_cases = models.PositiveIntegerField()
    late_seconds = models.PositiveBigIntegerField()
    late_squares = models.DecimalField(max_digits=38, decimal_places=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week_on", "service", "segment"], name="case_week_once"),
            models.CheckConstraint(
                name="case_week_counts_are_parts",
                condition=Q(decided__lte=F("cases"), late__lte=F("decided"), late_cases__lte=F("late")),
            ),
        ]


class LatenessWeek(models.Model):
    """A department's parts in the lateness of the cases that ended in a week.

    `squares`: of its part in each case; `products`: of its part with the whole lateness of the case. `largest_cases`:
    those in which it had its largest parts, the largest first, and how large.
    """

    week_on = models.DateField()
    department = models.BigIntegerField()
    cases = models.PositiveIntegerField()
    seconds = models.PositiveBigIntegerField()
    past_own_seconds = models.PositiveBigIntegerField()
    squares = models.DecimalField(max_digits=38, decimal_places=0)
    products = models.DecimalField(max_digits=38, decimal_places=0)
    largest_cases = ArrayField(models.BigIntegerField(), default=list)
    largest_seconds = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week_on", "department"], name="lateness_week_once"),
            models.CheckConstraint(name="lateness_past_own_is_a_part", condition=Q(past_own_seconds__lte=F("seconds"))),
        ]


class PassageWeek(models.Model):
    """In how many cases of a week a department did just these services, in one role: "last", "front" or "behind"."""

    week_on = models.DateField()
    department = models.BigIntegerField()
    role = models.CharField(max_length=6)
    services = ArrayField(models.BigIntegerField())  # rising
    cases = models.PositiveIntegerField()

    class Meta:
        # No key: a list of very many services would not fit into an index. The weeks are made by grouping.
        indexes = [models.Index(fields=["week_on"], name="passages_of_week")]


class HopWeek(models.Model):
    """What a department did for another, or for customers outside (null), behind the cases of a service in a week.

    `cases`: in how many; `requests`: a request for which two cases waited counts with each. Two histograms: how many
    hops from the customer, and in how many working seconds (by bucket of `rules.waits`).
    """

    week_on = models.DateField()
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.BigIntegerField(null=True)
    department = models.BigIntegerField()
    cases = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    requests = models.PositiveIntegerField()
    decided = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    depths = ArrayField(models.PositiveSmallIntegerField())
    depth_counts = ArrayField(models.PositiveIntegerField())
    wait_buckets = ArrayField(models.PositiveSmallIntegerField())
    wait_counts = ArrayField(models.PositiveIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "week_on", "customer", "department"], name="hop_week_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="hop_counts_are_parts", condition=Q(late__lte=F("decided"), decided__lte=F("requests"))
            ),
            models.CheckConstraint(
                name="hop_histograms_fit",
                condition=Q(depths__len=F("depth_counts__len"), wait_buckets__len=F("wait_counts__len")),
            ),
        ]
        indexes = [models.Index(fields=["week_on"], name="hops_of_week")]


class LatenessCount(models.Model):
    """How far the counting got; one row. It is written in the transactions that write what it tells of.

    `xid` and `fact_id`: up to which fact of the journal cases were counted again. What ended before `filled_to` (with
    the case at that place) is not yet counted, unless `is_filled`. `whole_from`: the weeks from here on are whole.
    """

    xid = models.BigIntegerField(default=0)
    fact_id = models.BigIntegerField(default=0)
    groups = models.JSONField(default=dict)  # department → with which it counts; another one begins the filling anew
    is_filled = models.BooleanField(default=False)
    filled_to = models.DateTimeField(null=True)
    filled_to_case = models.BigIntegerField(default=0)
    filled_cases = models.PositiveIntegerField(default=0)
    cases_to_fill = models.PositiveIntegerField(default=0)  # how many there were when the filling began
    whole_from = models.DateField(null=True)
    stale_weeks = ArrayField(models.DateField(), default=list)  # their cases changed since they were added up
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="lateness_count_is_one_row", condition=Q(id=1))]
