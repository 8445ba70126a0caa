"""What was meant: subjects, the vectors of texts, groups of people who said the same, and what the house has taught."""

from django.db import models
from django.db.models import F, Q

FEELINGS = ("negative", "mixed", "neutral", "positive")


class Subject(models.Model):
    """Something that people talk about, one list for all languages. Texts are compared with its sentences and words."""

    class State(models.TextChoices):
        PROPOSED = "proposed"  # found by the machine in what nothing explained; a person accepts or drops it
        USED = "used"
        DROPPED = "dropped"

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField()  # {"en": …, "ro": …, "pl": …, "es": …}
    sentences = models.JSONField(default=dict)  # {"en": ["They came three days late."], …}
    words = models.JSONField(default=dict)  # {"en": ["late", "delay"], …}
    state = models.CharField(max_length=8, choices=State, default=State.USED)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class VoiceSubject(models.Model):
    """A voice is about a subject, by the machine or by a person; a person's No is kept, so the machine learns it."""

    voice = models.ForeignKey("voice.Voice", on_delete=models.CASCADE, related_name="subjects")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    is_about = models.BooleanField(default=True)
    probability = models.FloatField(null=True)
    by = models.CharField(max_length=8)  # model, words or person
    said_at = models.DateTimeField()  # the voice's, for keyset pages of a subject
    provider = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, null=True, related_name="+"
    )  # the voice's

    class Meta:
        constraints = [models.UniqueConstraint(fields=["voice", "subject"], name="one_word_on_a_subject")]
        indexes = [
            models.Index(
                F("subject"),
                F("said_at").desc(),
                F("voice").desc(),
                name="voices_of_subject",
                condition=Q(is_about=True),
            ),
            models.Index(
                F("provider"),
                F("subject"),
                F("said_at").desc(),
                name="subjects_of_provider",
                condition=Q(is_about=True),
            ),
        ]


class SubjectTally(models.Model):
    """How often a subject was spoken of in a week, by feeling; changed in the transaction that reads or corrects it."""

    week_on = models.DateField()
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=8)
    feeling = models.CharField(max_length=10, blank=True)
    n = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject", "side", "week_on", "feeling"],
                name="one_subject_tally_a_cell",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="subject_tally_is_a_count", condition=Q(n__gte=0)),
        ]
        indexes = [models.Index(fields=["week_on", "subject"], name="subject_tallies_of_week")]


class TextVector(models.Model):
    """The vector of a text by one encoder, kept by the text's content so that nothing is read twice."""

    text_key = models.BinaryField(max_length=32, primary_key=True)
    encoder = models.CharField(max_length=40)
    vector = models.BinaryField(null=True)  # 384 float16, little endian; null: this text cannot be read
    made_at = models.DateTimeField()


class VoiceGroup(models.Model):
    """Voices that say the same, in whatever language, with the sentence that says it best."""

    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    best_voice = models.ForeignKey("voice.Voice", on_delete=models.SET_NULL, null=True, related_name="+")
    sentence = models.TextField()
    language = models.CharField(max_length=8)
    n = models.PositiveIntegerField()
    first_said_at = models.DateTimeField()
    last_said_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider", "last_said_at"], name="groups_of_provider")]


class ScoredText(models.Model):
    """What a person of the house said of a text: the machine learns from it. A correction on a page writes one too."""

    text_key = models.BinaryField(max_length=32, unique=True)
    text = models.TextField()
    language = models.CharField(max_length=8)
    feeling = models.CharField(max_length=10, blank=True)  # blank: only its subjects were said
    subjects = models.JSONField(null=True)  # keys; null: nothing was said of them
    said_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="scored_text_feeling", condition=Q(feeling="") | Q(feeling__in=FEELINGS)),
            models.CheckConstraint(
                name="scored_text_says_something", condition=~Q(feeling="") | Q(subjects__isnull=False)
            ),
        ]


class LearnedModel(models.Model):
    """What the machine made of the house's own scored texts, with how well it does for each language."""

    class Kind(models.TextChoices):
        FEELING = "feeling"
        SUBJECTS = "subjects"

    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=40)
    content = models.BinaryField()
    figures = models.JSONField()  # {"ro": {"right": 181, "n": 200, "low": .86, "high": .94}, …}
    is_used = models.BooleanField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(is_used=True), name="one_model_in_use"),
            models.UniqueConstraint(fields=["kind", "name"], name="learned_model_once"),
        ]
