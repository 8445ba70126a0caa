"""Mailboxes that we read by IMAP."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_addresses"), ("directory", "0002_department_tree")]

    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=320, unique=True)),
                ("server", models.CharField(max_length=255)),
                ("port", models.PositiveIntegerField()),
                (
                    "security",
                    models.CharField(
                        choices=[("tls", "Tls"), ("starttls", "Starttls"), ("none", "None")], max_length=8
                    ),
                ),
                ("certificate", models.TextField(blank=True)),
                ("user_name", models.CharField(max_length=320)),
                (
                    "log_in",
                    models.CharField(choices=[("password", "Password"), ("oauth2", "Oauth2")], max_length=8),
                ),
                ("password_locked", models.TextField(blank=True)),
                ("token_url", models.CharField(blank=True, max_length=500)),
                ("client_id", models.CharField(blank=True, max_length=500)),
                ("client_secret_locked", models.TextField(blank=True)),
                ("refresh_token_locked", models.TextField(blank=True)),
                ("scope", models.CharField(blank=True, max_length=500)),
                ("folder", models.CharField(max_length=255)),
                ("done_folder", models.CharField(max_length=255)),
                ("unreadable_folder", models.CharField(max_length=255)),
                ("created_at", models.DateTimeField()),
                ("since_at", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("settings_version", models.PositiveIntegerField(default=1)),
                ("uid_validity", models.BigIntegerField(null=True)),
                ("taken_uid", models.BigIntegerField(default=0)),
                ("taken_count", models.PositiveBigIntegerField(default=0)),
                ("unreadable_count", models.PositiveBigIntegerField(default=0)),
                ("stuck_uid", models.BigIntegerField(default=0)),
                ("stuck_count", models.PositiveSmallIntegerField(default=0)),
                ("looked_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("is_told_at_once", models.BooleanField(default=False)),
                ("trouble", models.CharField(blank=True, max_length=30)),
                ("trouble_detail", models.CharField(blank=True, max_length=500)),
                ("trouble_since_at", models.DateTimeField(null=True)),
                ("failed_count", models.PositiveIntegerField(default=0)),
                ("next_look_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MailToMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.BigIntegerField()),
                ("is_readable", models.BooleanField()),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="to_move", to="inbox.mailbox"
                    ),
                ),
                (
                    "raw",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="inbox.rawmessage",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("mailbox", "uid"), name="mail_to_move_once")],
            },
        ),
    ]
