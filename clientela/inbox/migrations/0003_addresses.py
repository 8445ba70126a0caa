"""Addresses at which we take mail, and where each leads."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0002_ways_trust_and_details"),
        ("directory", "0002_department_tree"),
        ("catalogue", "0002_serviceversion_finishes_by_itself"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=320, unique=True)),
                ("defined_at", models.DateTimeField()),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.service"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department__isnull", False), ("service__isnull", True)),
                            models.Q(("department__isnull", True), ("service__isnull", False)),
                            _connector="OR",
                        ),
                        name="mail_address_leads_to_one_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address", django.db.models.functions.text.Lower("address"))),
                        name="mail_address_in_small_letters",
                    ),
                ],
            },
        ),
    ]
