"""What was said, with what came along, and who may go on with it."""

from django.db import models
from django.db.models import Q

from clientela.requests.models.request import Request


class Message(models.Model):
    """What was said: by the customer, by an agent to the customer, or among colleagues (a note, only inside)."""

    class Kind(models.TextChoices):
        FROM_CUSTOMER = "from_customer"
        TO_CUSTOMER = "to_customer"
        NOTE = "note"
        AUTOMATIC = "automatic"  # an auto-reply or a bounce: shown, never counted as an answer

    # Found by the index "messages_of_request", which begins with it: one of its own would only cost at each write.
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="messages", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind)
    author = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Request.Channel)
    language = models.CharField(max_length=8)
    text = models.TextField()  # what was said this time, quotes cut
    quoted = models.TextField(blank=True)  # the history the mail carried along, folded on the page
    signature = models.TextField(blank=True, default="", db_default="")  # cut off below what was said, folded too
    html = models.TextField(blank=True)  # sanitised; shown only in a sandboxed frame
    message_id = models.CharField(max_length=998, blank=True)  # of the mail it came by or went out with, no brackets
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["request", "at", "id"], name="messages_of_request"),
            models.Index(fields=["message_id"], name="message_by_mail", condition=~Q(message_id="")),
        ]


class Participant(models.Model):
    """Somebody who is neither customer nor asker of a request and may go on with it by mail all the same.

    A person (whose own request was merged into it), or an address that a mail on it was copied to, or that answered a
    letter of ours with the mark in it. They are written to by nobody but by those who copied them in.
    """

    class Because(models.TextChoices):
        COPIED = "copied"  # in To or Cc of a mail by somebody who belongs to it
        ANSWERED = "answered"  # had a letter of ours in hand
        MERGED = "merged"  # asked a request that was merged into it

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, null=True, related_name="+")
    address = models.CharField(max_length=320, blank=True, default="")  # in small letters
    name = models.CharField(max_length=200, blank=True, default="")  # as the mail gave it
    because = models.CharField(max_length=8, choices=Because)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "address"], name="participant_address_once", condition=~Q(address="")
            ),
            models.UniqueConstraint(
                fields=["request", "person"], name="participant_person_once", condition=Q(person__isnull=False)
            ),
            models.CheckConstraint(
                name="participant_is_a_person_or_an_address",
                condition=Q(person__isnull=False, address="") | Q(person__isnull=True) & ~Q(address=""),
            ),
        ]


class Attachment(models.Model):
    """A file that came with a message. Its bytes lie in the file store under their SHA-256."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    # The name by which the mail's HTML shows it in place (`cid:…`), without brackets; empty for a file of its own.
    content_id = models.CharField(max_length=250, blank=True, default="", db_default="")
