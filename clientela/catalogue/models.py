"""What can be asked for."""

from django.db import models
from django.db.models import Q


class Service(models.Model):
    """What a department offers, to whom. Its words, form, plan and terms are in its versions."""

    class Audience(models.TextChoices):
        INSIDE = "inside"
        OUTSIDE = "outside"
        BOTH = "both"
        GROUPS = "groups"  # only the named groups

    key = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="services")
    audience = models.CharField(max_length=8, choices=Audience)
    groups = models.ManyToManyField("directory.Group", related_name="+")
    takes_mail = models.BooleanField(default=False)  # mail to the owner's address opens a request of this service
    # Customers outside pay for what they ask here. Of the service, not of a version: it says what the service is, and
    # saying it late, or correcting it, counts for what was asked before too.
    is_bought = models.BooleanField(default=False, db_default=False)
    next_review_on = models.DateField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(takes_mail=True, retired_at__isnull=True),
                name="one_mail_service_an_owner",
            ),
        ]
        indexes = [models.Index(fields=["owner"], name="services_of_owner")]

    def __str__(self) -> str:
        return self.key


class ServiceVersion(models.Model):
    """The service as it was offered from a moment on: an old request keeps the form it was asked with.

    texts: {"en": {"title", "summary", "what_happens"}, "ro": …}. fields: [{"key", "kind", "labels": {"en": …},
    "help": {…}, "is_required", "choices": [{"key", "labels"}], "lowest", "highest", "longest"}].
    plan: [{"key", "titles": {"en": …}, "shown_to_customer": true, "needs": key of another department's service}].
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    texts = models.JSONField()
    fields = models.JSONField(default=list)
    plan = models.JSONField(default=list)
    terms = models.ForeignKey("promises.Terms", on_delete=models.PROTECT, related_name="+")
    # When all that such a request waited on is done, it is resolved without a hand; else somebody goes on with it.
    finishes_by_itself = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="service_version_once")]
