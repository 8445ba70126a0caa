"""An improvement rolled out to departments in random order: the plan, the draw, and what really happened."""

from django.db import models
from django.db.models import F, Q

ENDED = ("done", "stopped")
BEGUN = ("running", *ENDED)


class Rollout(models.Model):
    """What is tried, how it was planned before anybody knew the order, and what came of it."""

    class State(models.TextChoices):
        PLANNED = "planned"  # nothing is drawn yet
        RUNNING = "running"
        DONE = "done"  # nobody waits any more
        STOPPED = "stopped"
        DROPPED = "dropped"  # before it began

    class Measure(models.TextChoices):
        SATISFIED = "satisfied"  # the share of 4 and 5 of 5, both sides
        SATISFIED_OUTSIDE = "satisfied_outside"
        SATISFIED_INSIDE = "satisfied_inside"
        PROMISES_KEPT = "promises_kept"  # of those decided in a week
        WAITING = "waiting"  # working hours until somebody took a request, of those that left in a week

    title = models.CharField(max_length=160)
    what = models.TextField()  # what a department does differently once it has begun
    improvement = models.ForeignKey("voice.Improvement", on_delete=models.PROTECT, null=True, related_name="+")
    measure = models.CharField(max_length=20, choices=Measure)
    worth = models.FloatField()  # the smallest effect that would matter: a share (0.05 is 5 points), or hours
    steps = models.PositiveSmallIntegerField()
    step_weeks = models.PositiveSmallIntegerField()
    baseline_weeks = models.PositiveSmallIntegerField()
    plan = models.JSONField()  # as `rules.rollouts.plan_as_json` writes it
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    seed = models.CharField(max_length=32, blank=True)  # drawn by the machine when it begins, never before
    first_on = models.DateField(null=True)  # the Monday on which step 1 begins
    planned_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField()
    started_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True)  # as `rules.rollouts.result_as_json` writes it; null: still to be worked out
    analysed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="rollout_steps", condition=Q(steps__gte=2, steps__lte=12)),
            models.CheckConstraint(
                name="rollout_weeks",
                condition=Q(step_weeks__gte=1, step_weeks__lte=26, baseline_weeks__gte=1, baseline_weeks__lte=26),
            ),
            models.CheckConstraint(name="rollout_worth_something", condition=Q(worth__gt=0)),
            models.CheckConstraint(
                name="rollout_drawn_when_it_begins",
                condition=(
                    Q(state__in=BEGUN, first_on__isnull=False, started_at__isnull=False) & ~Q(seed="")
                    | ~Q(state__in=BEGUN) & Q(seed="", first_on__isnull=True, started_at__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="rollout_result_only_at_its_end", condition=Q(result__isnull=True) | Q(state__in=ENDED)
            ),
            models.CheckConstraint(
                name="rollout_stopped_says_why", condition=~Q(state="stopped") | ~Q(ended_because="")
            ),
            models.CheckConstraint(
                name="rollout_worked_out_at_a_moment",
                condition=Q(result__isnull=True, analysed_at__isnull=True)
                | Q(result__isnull=False, analysed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(F("planned_at").desc(), F("id").desc(), name="rollouts_newest")]


class RolloutPlace(models.Model):
    """One department's place in a roll-out: when it is due, and what really happened."""

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="places")
    department = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    is_running = models.BooleanField(default=False)  # the roll-out runs: no other may run here at the same time
    step = models.PositiveSmallIntegerField(null=True)  # 1 begins first; null until it is drawn
    starts_on = models.DateField(null=True)
    began_on = models.DateField(null=True)  # when it really worked in the new way
    began_noted_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    left_on = models.DateField(null=True)  # closed, merged, or out for another reason
    left_because = models.CharField(max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rollout", "department"], name="one_place_a_department"),
            models.UniqueConstraint(
                fields=["department"], condition=Q(is_running=True), name="one_running_rollout_a_department"
            ),
            models.CheckConstraint(
                name="rollout_place_is_drawn_or_not",
                condition=Q(step__isnull=True, starts_on__isnull=True, is_running=False)
                | Q(step__gte=1, starts_on__isnull=False),
            ),
            models.CheckConstraint(
                name="rollout_place_left_says_why",
                condition=Q(left_on__isnull=True, left_because="") | Q(left_on__isnull=False) & ~Q(left_because=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_on"],
                name="rollout_places_to_remind",
                condition=Q(is_running=True, reminded_at__isnull=True),
            ),
        ]
