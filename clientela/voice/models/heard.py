"""Everything that was said about being served, one row each, whatever way it came; and its counts by week."""

from django.db import models
from django.db.models import F, Q


class Voice(models.Model):
    """One thing that somebody said. Written by `actions.hear` and nothing else, with its counts in the tallies.

    What it means (feeling, subjects, group) is read by a job, and again by a newer model, unless a person said it.
    """

    class Kind(models.TextChoices):
        RATING = "rating"  # the score after a request, and its words
        SURVEY = "survey"
        TALK = "talk"
        COMPLAINT = "complaint"
        REVIEW = "review"  # on a public site

    class Feeling(models.TextChoices):
        NEGATIVE = "negative"
        MIXED = "mixed"
        NEUTRAL = "neutral"
        POSITIVE = "positive"
        CANT_TELL = "cant_tell"

    class By(models.TextChoices):
        MODEL = "model"  # the encoder
        WORDS = "words"  # word lists, where there is no encoder
        PERSON = "person"

    kind = models.CharField(max_length=10, choices=Kind)
    source = models.CharField(
        max_length=80, unique=True
    )  # "rating:12", "request:5", "review:7", "answer:<uuid>:<question>"
    side = models.CharField(max_length=8)  # inside or outside
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=60, blank=True)  # "request:12"
    speaker = models.ForeignKey("directory.Party", on_delete=models.SET_NULL, null=True, related_name="+")
    rater = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, null=True, related_name="+"
    )  # inside: theirs
    is_anonymous = models.BooleanField(default=False)
    measure = models.CharField(
        max_length=24, blank=True
    )  # "csat", "stars", "nps", "ces", "isq:reliability"; blank: no score
    score = models.SmallIntegerField(null=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8)  # of its words, else of the way it came
    said_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    masked_at = models.DateTimeField(null=True)  # personal data in its words was blotted out
    text_key = models.BinaryField(max_length=32, null=True)  # SHA-256 of its folded words; null: no words
    feeling = models.CharField(max_length=10, choices=Feeling, blank=True)  # blank: not read yet
    feeling_probability = models.FloatField(null=True)
    feeling_by = models.CharField(max_length=8, choices=By, blank=True)
    read_by = models.CharField(max_length=40, blank=True)  # the model's name and version; blank: waits to be read
    group = models.ForeignKey("voice.VoiceGroup", on_delete=models.SET_NULL, null=True, related_name="voices")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="voice_is_anonymous_or_not", condition=Q(is_anonymous=False) | Q(speaker__isnull=True)
            ),
            models.CheckConstraint(
                name="voice_score_has_a_measure",
                condition=Q(score__isnull=True) | ~Q(measure=""),
            ),
        ]
        indexes = [
            models.Index(F("said_at").desc(), F("id").desc(), name="voices_newest"),
            models.Index(F("provider"), F("said_at").desc(), F("id").desc(), name="voices_of_provider"),
            models.Index(F("side"), F("said_at").desc(), F("id").desc(), name="voices_of_side"),
            models.Index(F("feeling"), F("said_at").desc(), F("id").desc(), name="voices_of_feeling"),
            models.Index(
                F("provider"), F("feeling"), F("said_at").desc(), F("id").desc(), name="voices_of_provider_feeling"
            ),
            models.Index(
                F("rater"),
                F("said_at").desc(),
                F("id").desc(),
                name="voices_of_rater",
                condition=Q(rater__isnull=False),
            ),
            models.Index(
                F("speaker"), F("said_at").desc(), name="voices_of_speaker", condition=Q(speaker__isnull=False)
            ),
            models.Index(fields=["about"], name="voices_about", condition=~Q(about="")),
            models.Index(fields=["id"], name="voices_to_read", condition=Q(read_by="") & ~Q(text="")),
            models.Index(fields=["group"], name="voices_of_group", condition=Q(group__isnull=False)),
            models.Index(fields=["text_key"], name="voices_by_text", condition=Q(text_key__isnull=False)),
        ]


class Tally(models.Model):
    """How often a score was given in a week. Counted up in the transaction that hears the voice, so always exact.

    `measure` "said" counts every voice (value 0). `cut` is "" (all), "rater:<id>" or "service:<id>". Anonymous answers
    are never counted here: a difference of two figures could reveal a few; their rounds have results of their own.
    """

    week_on = models.DateField()  # the Monday, in UTC
    measure = models.CharField(max_length=24)
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=8)
    cut = models.CharField(max_length=30, blank=True)
    value = models.SmallIntegerField()
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "measure", "cut", "side", "week_on", "value"],
                name="one_tally_a_cell",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["measure", "cut", "week_on"], name="tallies_of_measure")]
