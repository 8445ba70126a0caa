"""Asking people who depends on whom. What is kept, and for how long, stands in decision 15.

While a round is open, each person's answers lie on a sheet that only they see and may change. When it ends, the sheets
are counted by department and destroyed; of fewer than five people nothing is kept at all.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

LEAST = 5  # people; what fewer said is destroyed uncounted


class DependenceRound(models.Model):
    """One time that people are asked."""

    department_ids = ArrayField(
        models.BigIntegerField()
    )  # whose people, with those of the teams below; none: everybody
    words = models.CharField(max_length=500, blank=True)  # why, in the words of who began it
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    started_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    is_open = models.BooleanField(default=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_open"], condition=Q(is_open=True), name="one_open_dependence_round"),
            models.CheckConstraint(
                name="a_counted_round_is_over",
                condition=Q(is_open=True, counted_at__isnull=True) | Q(is_open=False, counted_at__isnull=False),
            ),
            models.CheckConstraint(name="dependence_round_takes_time", condition=Q(closes_at__gt=F("opens_at"))),
        ]
        indexes = [models.Index(fields=["-counted_at"], name="dependence_rounds_newest")]


class DependenceInvitation(models.Model):
    """Somebody is asked in a round. Of an answer only the day is kept, and not what it was."""

    round = models.ForeignKey(DependenceRound, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")  # a whole branch
    asked_at = models.DateTimeField(null=True)  # by letter; null: not yet, for they were asked something else lately
    reminded_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    declined_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="asked_of_dependence_once"),
            models.CheckConstraint(
                name="who_answered_has_not_declined",
                condition=Q(answered_on__isnull=True) | Q(declined_on__isnull=True),
            ),
        ]


class DependenceSheet(models.Model):
    """What one person has answered so far; nobody else ever sees it, and it is destroyed when the round ends.

    needs: [{"department": id, "services": [id…], "what": "…", "matters": 0–4 or null, "quality": 1–5 or null}]; serves:
    [{"department": id, "matters", "quality"}], both in the order in which they are asked. See `rules.sheets`.
    """

    invitation = models.OneToOneField(DependenceInvitation, on_delete=models.CASCADE, related_name="sheet")
    job = models.CharField(max_length=120, blank=True)
    needs = models.JSONField(default=list)
    serves = models.JSONField(default=list)


class AskedPair(models.Model):
    """What the people of one department said of another in a round, counted. Never of fewer than five people.

    `side` says as what they spoke: as its customer, or as its supplier. `matters_counts` holds how often 0 to 4 was
    said, `quality_counts` how often 1 to 5; both are all zero if fewer than five people said anything of it.
    """

    class Side(models.TextChoices):
        CUSTOMER = "customer"
        SUPPLIER = "supplier"

    round = models.ForeignKey(DependenceRound, on_delete=models.CASCADE, related_name="pairs")
    rater = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side)
    people = models.PositiveIntegerField()  # who named it
    matters_counts = ArrayField(models.PositiveIntegerField(), size=5)
    quality_counts = ArrayField(models.PositiveIntegerField(), size=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "rater", "other", "side"], name="asked_pair_once"),
            models.CheckConstraint(name="asked_pair_is_of_enough_people", condition=Q(people__gte=LEAST)),
            models.CheckConstraint(name="asked_pair_is_of_another", condition=~Q(rater=F("other"))),
        ]


class AskedWord(models.Model):
    """For what five people or more of a department need another: a service, or the same words; or what their job is."""

    round = models.ForeignKey(DependenceRound, on_delete=models.CASCADE, related_name="said")
    rater = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, null=True, related_name="+"
    )  # null: job
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=200, blank=True)
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="asked_word_is_of_enough_people", condition=Q(people__gte=LEAST)),
            models.CheckConstraint(
                name="asked_word_is_a_service_or_words",
                condition=Q(service__isnull=True) & ~Q(words="") | Q(service__isnull=False, words=""),
            ),
        ]
