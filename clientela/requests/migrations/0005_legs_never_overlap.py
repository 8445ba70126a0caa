"""What only the database can keep: a request is in one department at a time."""

import django.contrib.postgres.constraints
from django.db import migrations

import clientela.requests.models


class Migration(migrations.Migration):
    dependencies = [("requests", "0004_no_circles")]

    operations = [
        migrations.AddConstraint(
            model_name="leg",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                name="legs_never_overlap",
                expressions=[
                    ("request", "="),
                    (clientela.requests.models.TimeSpan("started_at", "ended_at"), "&&"),
                ],
            ),
        ),
    ]
