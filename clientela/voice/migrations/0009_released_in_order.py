"""Rows of an anonymous round in the order of their ids: each step of counting them reads its own, and no other round's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0008_sites_inside")]

    operations = [
        migrations.AddIndex(
            model_name="surveyanswer",
            index=models.Index(
                fields=["round", "id"], name="survey_answers_released", condition=models.Q(("saved_at__isnull", True))
            ),
        ),
    ]
