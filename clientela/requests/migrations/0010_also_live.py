"""What a customer wrote to other departments about as well and is not done is found by an index, for My day."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0009_who_goes_on"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="request",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(
                    models.Q(("also_department_ids", []), _negated=True),
                    ("state__in", ["open", "waiting_customer", "waiting_department", "waiting_date"]),
                ),
                fields=["also_department_ids"],
                name="also_live_of_department",
            ),
        ),
    ]
