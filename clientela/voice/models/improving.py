"""From voice to improvement: following up with the person, and changing what they spoke of."""

from django.db import models
from django.db.models import F, Q


class FollowUp(models.Model):
    """Somebody goes back to the person who said it: by a request of its own, with the promises of its service."""

    class Reason(models.TextChoices):
        LOW_RATING = "low_rating"
        COMPLAINT = "complaint"
        CHOSEN = "chosen"  # a colleague thought it right

    voice = models.OneToOneField("voice.Voice", on_delete=models.CASCADE, related_name="follow_up")
    reason = models.CharField(max_length=10, choices=Reason)
    request = models.ForeignKey("requests.Request", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()


class Improvement(models.Model):
    """Something that a department changes because of what people said: what, why, who, by when; and did it help."""

    class State(models.TextChoices):
        PROPOSED = "proposed"  # by the house, as a subject grew, or by a person
        AGREED = "agreed"
        DONE = "done"
        DROPPED = "dropped"

    class Measure(models.TextChoices):
        SUBJECT = "subject"  # how often the subject is spoken of, of 100 voices
        SATISFIED = "satisfied"  # the share of 4 and 5 of 5

    state = models.CharField(max_length=8, choices=State)
    title = models.CharField(max_length=160)
    what = models.TextField(blank=True)  # what is done about it
    department = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey("voice.Subject", on_delete=models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=8, blank=True)  # whose voices it is measured on; blank: both
    measure = models.CharField(max_length=10, choices=Measure)
    expected = models.CharField(max_length=300, blank=True)  # the expected effect, in words
    expected_points = models.FloatField(null=True)  # and in points of 100, if somebody dared
    proposed_because = models.JSONField(default=dict)  # the figures on which the house proposed it
    due_on = models.DateField(null=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)
    dropped_because = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True)  # those who said it were told what was done
    told_words = models.JSONField(default=dict)  # {"en": …}: what they were told
    is_public = models.BooleanField(default=False)  # on the page "what we heard"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_agreed_improvement_has_owner_and_date",
                condition=~Q(state__in=["agreed", "done"]) | Q(owner__isnull=False, due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_done_improvement_has_its_day",
                condition=Q(state="done", done_on__isnull=False) | ~Q(state="done"),
            ),
            models.CheckConstraint(
                name="measured_on_a_subject", condition=~Q(measure="subject") | Q(subject__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["department", "subject"],
                condition=Q(state__in=["proposed", "agreed"], subject__isnull=False),
                name="one_open_improvement_a_subject",
            ),
        ]
        indexes = [models.Index(F("department"), F("proposed_at").desc(), name="improvements_of_department")]


class Evidence(models.Model):
    """A voice that speaks for an improvement."""

    improvement = models.ForeignKey(Improvement, on_delete=models.CASCADE, related_name="evidence")
    voice = models.ForeignKey("voice.Voice", on_delete=models.CASCADE, related_name="+")
    told_letter = models.ForeignKey("kernel.Letter", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["improvement", "voice"], name="evidence_once")]


class ReviewMeeting(models.Model):
    """A department looks at what it was told: what changed since the last time, and what it decides."""

    department = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    notes = models.TextField(blank=True)
    next_on = models.DateField(null=True)
    written_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["department", "held_on"], name="one_meeting_a_day")]
