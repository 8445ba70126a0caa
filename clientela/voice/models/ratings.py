"""The question after a resolved request, and its answer."""

from django.db import models
from django.db.models import Q


class RatingInvitation(models.Model):
    """One question to one person about one resolved request: how did it go? Spent by the first answer."""

    subject = models.CharField(max_length=60)  # "request:12"
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8)  # inside or outside
    language = models.CharField(max_length=8)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    is_asked = models.BooleanField(default=True)  # False: told that it is done, and not asked

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "person"], name="asked_once")]
        indexes = [models.Index(fields=["person", "asked_at"], name="rating_asks_of_person")]


class Rating(models.Model):
    """A customer's answer: 1 (badly) to 5 (very well), and a comment if they wish."""

    invitation = models.OneToOneField(RatingInvitation, on_delete=models.PROTECT, related_name="rating")
    subject = models.CharField(max_length=60)
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="ratings")
    side = models.CharField(max_length=8)
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    rated_at = models.DateTimeField()
    commented_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="score_from_1_to_5", condition=Q(score__gte=1, score__lte=5))]
        indexes = [
            models.Index(fields=["subject"], name="ratings_of_subject"),
            models.Index(fields=["provider", "rated_at"], name="ratings_of_provider"),
        ]
