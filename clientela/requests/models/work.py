"""The steps of a request's plan, and who looks at it right now."""

from django.db import models

from clientela.requests.models.request import Request


class Step(models.Model):
    """A step of the service's plan of tasks, in this request."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "key"], name="step_once")]


class Looking(models.Model):
    """Who has a request open on the screen right now, so that two do not answer at once."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="lookers")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="looking_once")]
