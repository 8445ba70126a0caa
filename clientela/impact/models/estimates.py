"""What was estimated of the effect of inside on outside, and when."""

from django.db import models
from django.db.models import Q

FEWEST_DAYS, MOST_DAYS = 7, 730  # after a case, in which a customer comes back


class Estimation(models.Model):
    """One working out of everything Impact says. Each stays, so that it can be seen how an answer came to be."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    asked_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")  # null: us
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    is_cancel_wished = models.BooleanField(default=False)
    progress = models.FloatField(default=0)  # 0 to 1
    # Who bought again so many days after a case came back; a regular customer who bought nothing for so many left.
    back_days = models.PositiveSmallIntegerField(default=90, db_default=90)
    left_days = models.PositiveSmallIntegerField(default=180, db_default=180)
    # {"since", "until", "of": {"said" | "clocks": {"estimate" or "no_answer", "checks", "verdict", "suppliers", …}},
    # "outcomes": {"came_back" | "left": {the same, "source", "since", "until", "days", "bought", …}}}; outcomes are
    # empty where no service is said to be bought, and not there in what was worked out before there were any.
    result = models.JSONField(null=True)
    error = models.CharField(max_length=500, blank=True)  # a code, for the page to put into words
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="estimation_progress_is_a_share", condition=Q(progress__gte=0, progress__lte=1)
            ),
            models.CheckConstraint(
                name="estimation_days_are_a_span",
                condition=Q(back_days__gte=FEWEST_DAYS, back_days__lte=MOST_DAYS)
                & Q(left_days__gte=FEWEST_DAYS, left_days__lte=MOST_DAYS),
            ),
            models.CheckConstraint(
                name="estimation_done_has_a_result", condition=~Q(state="done") | Q(result__isnull=False)
            ),
            models.CheckConstraint(name="estimation_failed_says_why", condition=~Q(state="failed") | ~Q(error="")),
            # Two at once would say the same twice: who asks while one is under way is shown that one.
            models.UniqueConstraint(
                models.Value(1), name="one_estimation_at_a_time", condition=Q(state__in=["waiting", "running"])
            ),
        ]
        indexes = [models.Index(fields=["-finished_at", "-id"], name="estimations_newest", condition=Q(state="done"))]
