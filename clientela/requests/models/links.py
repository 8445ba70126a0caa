"""What waits on what, and what was asked of several departments together."""

from django.db import models
from django.db.models import F, Q

from clientela.requests.models.request import Request


class AskedTogether(models.Model):
    """Several departments asked on behalf of one request: side by side or in order, all of them or enough of them."""

    class Manner(models.TextChoices):
        SIDE_BY_SIDE = "side_by_side"
        IN_ORDER = "in_order"  # the next is asked when the one before is done

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="asked_together")
    manner = models.CharField(max_length=12, choices=Manner)
    enough = models.PositiveSmallIntegerField()  # so many done are enough; the others are then no longer needed
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="enough_is_at_least_one", condition=Q(enough__gte=1))]


class Dependency(models.Model):
    """`waiting` waits on `needed`: a department asked another on behalf of a customer, or found it asked already.

    Never a circle: a trigger looks for one under a lock (migration 0004), also when several write at once.
    """

    waiting = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="needs")
    needed = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="needed_by")
    is_blocking = models.BooleanField(default=True)  # the waiting request cannot be resolved before the needed one
    # False: it was there already, for others, and only linked; then it is never cancelled because this one is.
    was_opened_for_it = models.BooleanField(default=True, db_default=True)
    together = models.ForeignKey(AskedTogether, on_delete=models.PROTECT, null=True, related_name="dependencies")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["waiting", "needed"], name="dependency_once"),
            models.CheckConstraint(name="nothing_waits_on_itself", condition=~Q(waiting=F("needed"))),
        ]
        indexes = [models.Index(fields=["needed"], name="who_waits_on_it")]


class PlannedAsk(models.Model):
    """One part of what is asked together: asked at once, or when its turn comes; dropped when it is not needed."""

    together = models.ForeignKey(AskedTogether, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    service_version = models.ForeignKey("catalogue.ServiceVersion", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField()
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    asker = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    asked = models.OneToOneField(Request, on_delete=models.PROTECT, null=True, related_name="planned_as")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["together", "position"], name="planned_position_once"),
            models.CheckConstraint(
                name="what_was_asked_is_not_dropped", condition=Q(asked__isnull=True) | Q(dropped_at__isnull=True)
            ),
        ]
