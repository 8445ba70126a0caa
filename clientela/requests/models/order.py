"""Whose need goes first: what ranking needs, the written policy, and who chose otherwise."""

from django.db import models
from django.db.models import F, Q

from clientela.requests.models.request import Request


class QueueMeasure(models.Model):
    """What the last full ranking found of a department's queue; a change of one request is ranked by it."""

    provider = models.OneToOneField("directory.Department", on_delete=models.CASCADE, primary_key=True)
    waiting_count = models.PositiveIntegerField()  # how many requests stood there, so that means of means are right
    mean_work_seconds = models.FloatField()
    ranked_at = models.DateTimeField()


class StakePolicyVersion(models.Model):
    """The written policy of whose need goes first, as `rules.order` reads it. Each change is a new version."""

    number = models.PositiveIntegerField(unique=True)
    definition = models.JSONField()
    note = models.CharField(max_length=500, blank=True)  # why it was changed, in the words of who changed it
    made_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()


class OwnChoice(models.Model):
    """That somebody took another request first than the order said, and why: a question to the policy."""

    class Why(models.TextChoices):
        CUSTOMER_IS_HERE = "customer_is_here"  # on the phone, at the counter
        QUICK = "quick"  # done in a minute
        KNOWS_MORE = "knows_more"  # something the order does not know
        CANNOT_NOW = "cannot_now"  # the first one cannot be worked on now: a part, a tool, a person is missing
        OTHER = "other"

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="own_choices")
    instead_of = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="+")
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=16, choices=Why)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField()  # so long it stands first in that person's day

    class Meta:
        constraints = [
            models.CheckConstraint(name="other_reasons_are_told", condition=~Q(why="other") | ~Q(words="")),
            models.CheckConstraint(name="choice_ends_after_start", condition=Q(until__gt=F("at"))),
        ]
        indexes = [
            models.Index(fields=["person", "until"], name="choices_of_person"),
            models.Index(fields=["-at", "-id"], name="choices_newest"),
        ]
