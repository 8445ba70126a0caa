"""A review site is an outside organisation, to whom an answer is owed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0004_heard"), ("directory", "0003_intake")]

    operations = [
        migrations.AddField(
            model_name="reviewsource",
            name="party",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.organisation",
            ),
        ),
    ]
