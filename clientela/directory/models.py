"""Who we are: parties (persons, departments, organisations), who belongs where, who acts for whom, what they wish."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower

from clientela.kernel.days import Dated, DateSpan


class Party(models.Model):
    """A person, a department or an outside organisation: anybody who can serve or be served."""

    class Kind(models.TextChoices):
        PERSON = "person"
        DEPARTMENT = "department"
        ORGANISATION = "organisation"

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)  # the name folded for sorting and finding; see rules.name_key
    language = models.CharField(max_length=8)  # BCP 47; what they read, perhaps none of our four
    zone = models.CharField(max_length=60)  # IANA
    place = models.CharField(max_length=120, blank=True)  # a town, for people to tell each other apart
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="party_has_a_name", condition=~Q(name=""))]
        indexes = [
            models.Index(fields=["kind", "name_key", "id"], name="party_by_name"),
            GinIndex(fields=["name_key"], name="party_name_part", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A human being. Employee by a membership, customer by a request, often both."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="person")
    short_name = models.CharField(max_length=100)  # how colleagues call them
    # Null means "none": only real numbers are unique.
    employee_number = models.CharField(max_length=40, null=True)  # noqa: DJ001 - see above
    link_sent_at = models.DateTimeField(null=True)  # the last link that lets them in: not two in a row

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee_number"], name="employee_number_once"),
            models.CheckConstraint(name="employee_number_says_something", condition=~Q(employee_number="")),
        ]


class Department(models.Model):
    """A part of the organisation that serves. Departments stand in a tree."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="department")
    key = models.SlugField(max_length=60, db_index=False)  # the local part of its address, and its name in files
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    names = models.JSONField(default=dict)  # {"ro": …}: its name in other languages than party.language
    serves_outside = models.BooleanField(default=False)  # its people see the cards of outside customers

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="department_key_once"),
            models.CheckConstraint(name="department_is_not_its_own_parent", condition=~Q(parent=F("party"))),
        ]


class Organisation(models.Model):
    """A company or body outside."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="organisation")
    registration_number = models.CharField(max_length=60, blank=True)


class Membership(models.Model):
    """A person works in a department, in a role, from a day to a day (both included)."""

    class Role(models.TextChoices):
        MEMBER = "member"
        HEAD = "head"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_start", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("department", RangeOperators.EQUAL),
                    (
                        DateSpan("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["department", "person"], name="membership_of_department")]


class Representation(models.Model):
    """A person may act for an organisation, from a day to a day (both included)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="representations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="representations")
    title = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="representation_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            ExclusionConstraint(
                name="representation_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (
                        DateSpan("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["organisation", "person"], name="representatives_of")]


class ContactPoint(models.Model):
    """An e-mail address or a phone number of a party. An e-mail address leads to one party only."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=320)  # an address as it is written; a phone number as it is dialled
    is_main = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("kind", Lower("value"), condition=Q(kind="email"), name="email_leads_to_one_party"),
            models.UniqueConstraint(fields=["party", "kind", "value"], name="contact_point_once"),
            models.UniqueConstraint(
                fields=["party", "kind"], condition=Q(is_main=True), name="one_main_contact_a_kind"
            ),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="contact_by_value")]


class Group(models.Model):
    """A named group of parties, for services that only some may ask for."""

    name = models.CharField(max_length=120)
    parties = models.ManyToManyField(Party, related_name="groups")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="group_name_once")]


class CustomerNote(models.Model):
    """What a customer needs, prefers or expects, with the day and the source. Ended, never overwritten."""

    class Kind(models.TextChoices):
        NEED = "need"
        PREFERENCE = "preference"
        EXPECTATION = "expectation"
        GOOD_TO_KNOW = "good_to_know"

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=16, choices=Kind)
    text = models.CharField(max_length=500)
    language = models.CharField(max_length=8)
    source = models.CharField(max_length=200)
    noted_on = models.DateField()
    noted_by_id = models.BigIntegerField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["party", "-noted_on"], name="notes_of_party")]


class Boundary(models.Model):
    """What a customer does not want. The post obeys it.

    `rule` by kind: channel {"channel": "email"|"phone"|"post"}; quiet_hours {"from": "18:00", "to": "08:00"} in the
    party's zone; subject {"subject": "offers"|"surveys"|"news"}; do_not_contact {}.
    """

    class Kind(models.TextChoices):
        CHANNEL = "channel"
        QUIET_HOURS = "quiet_hours"
        SUBJECT = "subject"
        DO_NOT_CONTACT = "do_not_contact"

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="boundaries")
    kind = models.CharField(max_length=16, choices=Kind)
    rule = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    lifted_at = models.DateTimeField(null=True)  # no longer wished from this moment on

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="boundary_rule_fits_its_kind",
                condition=Q(kind="channel", rule__channel__in=["email", "phone", "post"])
                | Q(kind="quiet_hours", rule__has_keys=["from", "to"])
                | Q(kind="subject", rule__subject__in=["offers", "surveys", "news"])
                | Q(kind="do_not_contact"),
            ),
            models.CheckConstraint(
                name="boundary_ends_after_start", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
        ]
        indexes = [models.Index(fields=["party"], name="boundaries_of_party")]


class Accounts(models.QuerySet["Account"]):
    """Logins, found by address whatever its capitals."""

    def get_by_natural_key(self, email: str | None) -> "Account":
        """The account of this address, as Django's login asks for it. Raises Account.DoesNotExist."""
        return self.get(email=(email or "").strip().lower())


class Account(AbstractBaseUser):
    """The login of an employee. Outside customers need none: a link in a letter lets them in."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="account")
    email = models.EmailField(max_length=320)
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    is_owner = models.BooleanField(default=False)  # sees the whole of the organisation's service, changes no settings

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = Accounts.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="one_account_an_address"),
            models.CheckConstraint(name="account_address_is_lower_case", condition=Q(email=Lower("email"))),
        ]

    def __str__(self) -> str:
        return self.email


class PeopleImport(models.Model):
    """A file of people and departments as it was given, byte for byte, and whether it has been applied."""

    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    given_by_id = models.BigIntegerField(null=True)  # null: at the terminal
    encoding = models.CharField(max_length=20, blank=True)  # as the giver said; blank: found by reading
    default_language = models.CharField(max_length=8)  # where neither the file nor a department says one
    default_zone = models.CharField(max_length=60, blank=True)  # the same; blank: then it is an error of the row
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="import_has_content", condition=~Q(sha256=Value("")))]
        indexes = [models.Index(fields=["-given_at", "-id"], name="imports_newest")]
