"""Talks on a schedule, with customers outside and with the departments served; and what public sites say."""

from django.db import models
from django.db.models import F, Q


class TalkPlan(models.Model):
    """Somebody talks with a customer every so many weeks. `guide` is the short list of what to ask, one a line."""

    customer = models.ForeignKey("directory.Party", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    talker = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    every_weeks = models.PositiveSmallIntegerField()
    guide = models.TextField()
    next_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "provider"], condition=Q(ended_at__isnull=True), name="one_talk_plan_each"
            ),
            models.CheckConstraint(name="talks_come_back", condition=Q(every_weeks__gte=1, every_weeks__lte=104)),
        ]
        indexes = [
            models.Index(fields=["talker", "next_on"], name="talks_of_talker", condition=Q(ended_at__isnull=True))
        ]


class Talk(models.Model):
    """A talk that was held: what they said, what matters most to them, what was promised."""

    plan = models.ForeignKey(TalkPlan, on_delete=models.PROTECT, null=True, related_name="talks")
    customer = models.ForeignKey("directory.Party", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    talker = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    with_person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    notes = models.TextField(blank=True)
    matters_most = models.JSONField(default=list)  # [{"text": …, "kind": "need" | "expectation" | "preference"}…]
    clock_ids = models.JSONField(default=list)  # the promises made in it
    language = models.CharField(max_length=8)
    held_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(F("customer"), F("held_at").desc(), name="talks_with_customer"),
            models.Index(F("provider"), F("held_at").desc(), name="talks_of_provider"),
        ]


class ReviewSource(models.Model):
    """A public site: a feed that is read every hour, or files given by hand."""

    class Kind(models.TextChoices):
        FILE = "csv"
        FEED = "feed"  # RSS or Atom
        JSON = "json"

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=4, choices=Kind)
    address = models.URLField(max_length=500, blank=True)
    is_inside = models.BooleanField(default=False)  # in our own network; else nothing there is read for it
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    terms = models.ForeignKey(
        "promises.Terms", on_delete=models.PROTECT, null=True, related_name="+"
    )  # answered within
    # The site as an outside organisation: whom an answer is owed to while nobody knows who wrote a review.
    party = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    fields = models.JSONField(default=dict)  # where score, text, author … stand, when it is not the usual place
    highest = models.PositiveSmallIntegerField(default=5)
    language = models.CharField(max_length=8)
    etag = models.CharField(max_length=200, blank=True)
    modified = models.CharField(max_length=60, blank=True)
    next_read_at = models.DateTimeField(null=True)
    failure_count = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_feed_has_an_address", condition=Q(kind="csv") | ~Q(address="")),
            models.CheckConstraint(name="a_review_scale", condition=Q(highest__gte=2, highest__lte=100)),
        ]
        indexes = [
            models.Index(fields=["next_read_at"], name="reviews_to_read", condition=Q(next_read_at__isnull=False))
        ]


class Review(models.Model):
    """What somebody wrote on a public site. Who they are is known only if they told us, in writing, that it is them."""

    source = models.ForeignKey(ReviewSource, on_delete=models.PROTECT, related_name="reviews")
    external_id = models.CharField(max_length=200)
    author = models.CharField(max_length=200, blank=True)
    address = models.URLField(max_length=500, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    posted_at = models.DateTimeField()
    party = models.ForeignKey("directory.Party", on_delete=models.SET_NULL, null=True, related_name="+")
    consent = models.CharField(max_length=300, blank=True)  # how we know that they agreed: "said so in R-7KX2-4"
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="review_once"),
            models.CheckConstraint(name="matched_only_with_consent", condition=Q(party__isnull=True) | ~Q(consent="")),
        ]
        indexes = [
            models.Index(
                fields=["source", "posted_at"], name="reviews_unanswered", condition=Q(answered_at__isnull=True)
            )
        ]
