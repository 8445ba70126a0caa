"""Mail as it came in, byte for byte, and what was understood of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class RawMessage(models.Model):
    """A message exactly as it arrived. Stored before it is acknowledged, understood later, kept for ever after."""

    class Outcome(models.TextChoices):
        OPENED = "opened"
        CONTINUED = "continued"
        AUTOMATIC = "automatic"
        BOUNCE = "bounce"
        DUPLICATE = "duplicate"
        QUARANTINED = "quarantined"

    class CameBy(models.TextChoices):
        SMTP = "smtp"
        FILE = "file"

    received_at = models.DateTimeField()
    came_by = models.CharField(max_length=8, choices=CameBy)
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = ArrayField(models.CharField(max_length=320), default=list)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    understood_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    mail_id = models.CharField(max_length=998, blank=True)  # its Message-ID, no brackets
    from_address = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    request = models.ForeignKey("requests.Request", on_delete=models.PROTECT, null=True, related_name="+")
    message = models.OneToOneField("requests.Message", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="understood_has_an_outcome",
                condition=Q(understood_at__isnull=True, outcome="") | Q(understood_at__isnull=False) & ~Q(outcome=""),
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="mail_to_understand", condition=Q(understood_at__isnull=True)),
            models.Index(fields=["sha256"], name="mail_by_hash"),
            models.Index(fields=["mail_id"], name="mail_by_mail_id", condition=~Q(mail_id="")),
            models.Index(fields=["-received_at", "-id"], name="mail_newest"),
            models.Index(fields=["-received_at", "-id"], name="mail_put_aside", condition=Q(outcome="quarantined")),
        ]
