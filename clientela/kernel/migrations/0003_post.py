"""Priorities, bounces, suppressed addresses, and how fast each domain takes letters."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

# What waits at this moment was written before a letter said how urgent it is and where it goes.
WAITING_LETTERS = """
UPDATE kernel_letter SET
    to_domain = left(lower(substring(to_address from '@([^@]*)$')), 255),
    priority = CASE kind WHEN 'access' THEN 0 WHEN 'reply' THEN 1 ELSE 2 END
WHERE due_at IS NOT NULL AND to_address LIKE '%@%'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0002_journal_by_month"),
    ]

    operations = [
        migrations.CreateModel(
            name="DomainPace",
            fields=[
                ("domain", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("put_off_count", models.PositiveIntegerField(default=0)),
                ("paused_until", models.DateTimeField(null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("minute_began_at", models.DateTimeField()),
                ("minute_count", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SuppressedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=320)),
                ("since", models.DateTimeField()),
                ("status", models.CharField(blank=True, max_length=20)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("by_party_id", models.BigIntegerField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by_party_id", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="letter",
            name="letter_due",
        ),
        migrations.AddField(
            model_name="letter",
            name="bounce_is_hard",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="letter",
            name="bounce_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="letter",
            name="bounce_status",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="letter",
            name="bounce_words",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="letter",
            name="bounced_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="by_party_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="is_held_by_address",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="letter",
            name="priority",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "Access"), (1, "Reply"), (2, "Automatic"), (3, "Many")], db_default=2, default=2
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="quiet_hours",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="letter",
            name="reply_to",
            field=models.CharField(blank=True, db_default="", default="", max_length=320),
        ),
        migrations.AddField(
            model_name="letter",
            name="to_domain",
            field=models.CharField(blank=True, db_default="", default="", max_length=255),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["priority", "due_at", "id"], name="letter_due"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                django.db.models.functions.text.Lower("to_address"),
                models.OrderBy(models.F("written_at"), descending=True),
                name="letter_by_address",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("bounced_at__isnull", False)),
                fields=["-bounced_at", "-id"],
                name="letter_bounced_newest",
            ),
        ),
        migrations.AddField(
            model_name="suppressedaddress",
            name="letter",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="kernel.letter"
            ),
        ),
        migrations.AddIndex(
            model_name="suppressedaddress",
            index=models.Index(fields=["-since", "-id"], name="suppressed_newest"),
        ),
        migrations.AddConstraint(
            model_name="suppressedaddress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)), fields=("address",), name="address_suppressed_once"
            ),
        ),
        migrations.RunSQL(WAITING_LETTERS, migrations.RunSQL.noop),
    ]
