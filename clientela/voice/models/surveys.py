"""Surveys: what is asked, of whom, and what they answered. What an anonymous round keeps stands in decision 13."""

import uuid

from django.db import models
from django.db.models import F, Q


class Survey(models.Model):
    """A set of questions under one name, asked again and again. Its questions are in its versions."""

    class Kind(models.TextChoices):
        CSAT = "csat"
        CES = "ces"
        NPS = "nps"
        SERVICE_QUALITY = "isq"  # one department rates another on five dimensions: perceptions
        SERVICE_QUALITY_GAP = "isq_gap"  # expectations and perceptions
        POLL = "poll"
        FREE = "free"

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"

    class Trigger(models.TextChoices):
        NONE = "none"  # only by link, or asked by hand
        REQUEST_CLOSED = "request_closed"
        ORDER_DELIVERED = "order_delivered"  # a request of one of the services that deliver was resolved
        ROUND_DONE = "round_done"  # a planned talk was held
        SCHEDULE = "schedule"

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    owner = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    is_anonymous = models.BooleanField()
    trigger = models.CharField(max_length=16, choices=Trigger, default=Trigger.NONE)
    # What it needs: {"side", "service_ids", "provider_ids", "every_weeks", "open_days", "rates": [[rater, supplier]…]}.
    trigger_data = models.JSONField(default=dict)
    share_percent = models.PositiveSmallIntegerField(default=100)  # of those who could be asked, at random
    # By what its results are cut, in this order, said before the first answer: "supplier", "rater", "language", "side",
    # "service".
    cuts = models.JSONField(default=list)
    link_key = models.CharField(max_length=40, unique=True)  # stands in the open link and its QR code
    is_open_to_all = models.BooleanField(default=False)  # whoever has the link may answer
    made_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="survey_share_is_a_share", condition=Q(share_percent__gte=1, share_percent__lte=100)
            ),
            # By an open link one person could fill a box alone, and read off what the few others said.
            models.CheckConstraint(
                name="an_anonymous_survey_asks_by_invitation", condition=Q(is_anonymous=False) | Q(is_open_to_all=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key


class SurveyVersion(models.Model):
    """The questions as they stood from a moment on, in every language, for `rules.surveys`; a draft until published."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once")]


class SurveyRound(models.Model):
    """One time that a survey is asked. Survey answers belong to a round; an anonymous one shows them when it ends."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="rounds")
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)  # null: until the survey is closed
    released_at = models.DateTimeField(null=True)  # anonymous: its boxes were opened, shuffled and thrown away

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_round_once"),
            models.UniqueConstraint(fields=["survey"], condition=Q(released_at__isnull=True), name="one_open_round"),
            models.CheckConstraint(
                name="a_round_closes_after_it_opens",
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["closes_at"], name="rounds_to_release", condition=Q(released_at__isnull=True)),
        ]


class SurveyInvitation(models.Model):
    """A person is asked in a round, once about each thing. Of an anonymous round only the day it was spent is kept."""

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=60, blank=True)  # "request:12", "talk:3", or nothing
    supplier = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    rater = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=8)  # inside or outside
    language = models.CharField(max_length=8)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    spent_on = models.DateField(null=True)  # the day, never the moment: see decision 13
    declined_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person", "about", "supplier"], name="asked_once_about_a_thing", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["person", "asked_at"], name="survey_asks_of_person"),
            models.Index(
                fields=["asked_at"],
                name="survey_asks_to_remind",
                condition=Q(reminded_at__isnull=True, spent_on__isnull=True, declined_on__isnull=True),
            ),
        ]


class SurveyAnswer(models.Model):
    """What somebody answered. Of an anonymous round these rows are written at its end, all at once, in random order.

    There, what was written to one question is a row by itself, apart from the scores of who wrote it: not complete,
    without a moment, and counted nowhere as an answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="answers")
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    # Null of an anonymous round, and of an open link.
    invitation = models.OneToOneField(SurveyInvitation, on_delete=models.CASCADE, null=True, related_name="answer")
    person = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    about = models.CharField(max_length=60, blank=True)
    supplier = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    rater = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    values = models.JSONField(default=dict)  # by question name, as `rules.surveys.checked_answers` returns them
    is_complete = models.BooleanField()
    saved_at = models.DateTimeField(null=True)  # null of an anonymous round
    answered_at = models.DateTimeField(null=True)  # null of an anonymous round, and until complete

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_answer_without_a_moment_has_no_person",
                condition=Q(saved_at__isnull=False) | Q(person__isnull=True, invitation__isnull=True, about=""),
            ),
        ]
        indexes = [
            # How many there are is read from this index alone, and counting goes on in its order.
            models.Index(
                fields=["round", "answered_at", "id"], name="survey_answers_counted", condition=Q(is_complete=True)
            ),
            models.Index(fields=["supplier", "answered_at"], name="survey_answers_on_supplier"),
            models.Index(fields=["round"], name="survey_answers_begun", condition=Q(is_complete=False)),
            # Rows of anonymous rounds, which have no moment: counted, and their words read, in the order of their ids.
            models.Index(fields=["round", "id"], name="survey_answers_released", condition=Q(saved_at__isnull=True)),
        ]


class SealedBox(models.Model):
    """Answers of an anonymous round that nobody can read yet: encrypted whole again with every answer that joins.

    `rules.sealed_boxes` says why neither rows, sizes, moments nor older backups tell who answered what.
    """

    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="boxes")
    shard = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "shard"], name="one_box_a_shard")]


class SurveyTally(models.Model):
    """What was counted of a round's answers, with a version's questions and by the parts of a cut, as far as it got.

    It says nothing that the rows of answers do not say, and goes when one of them is changed. Of an anonymous round
    there are rows only once it has ended, and nothing is shown before all of them are counted.
    """

    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="tallies")
    version = models.ForeignKey(SurveyVersion, on_delete=models.CASCADE, related_name="+")
    cut = models.CharField(max_length=8, blank=True)  # "", "supplier", …; "class": the attributes of anonymous rows
    content = models.JSONField(default=dict)  # by side and value of the cut, as `rules.tallying` keeps it
    answer_count = models.PositiveIntegerField(default=0)
    # The last one counted, in the order of moments; of an anonymous round, in that of random ids.
    last_at = models.DateTimeField(null=True)
    last_id = models.UUIDField(null=True)
    counted_at = models.DateTimeField()
    caught_up_at = models.DateTimeField(null=True)  # the first time that none was left

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "version", "cut"], name="survey_tally_once")]


class ListeningPolicy(models.Model):
    """The house's rules of listening; one row."""

    asks_a_quarter = models.PositiveSmallIntegerField(default=4)  # at most, to one person, over all surveys
    days_between_asks = models.PositiveSmallIntegerField(default=14)
    remind_after_days = models.PositiveSmallIntegerField(default=5)  # once; 0: never
    follow_up_at_or_below = models.PositiveSmallIntegerField(default=2)  # of 5; a low rating asks for a follow-up
    follow_up_service = models.ForeignKey("catalogue.Service", on_delete=models.SET_NULL, null=True, related_name="+")
    publishes_what_we_heard = models.BooleanField(default=False)  # the public page
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="listening_policy_is_one_row", condition=Q(id=1)),
            models.CheckConstraint(name="listening_policy_follows_up_low", condition=Q(follow_up_at_or_below__lte=4)),
        ]
