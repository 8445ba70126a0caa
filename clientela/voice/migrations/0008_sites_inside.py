"""Which review sites stand in the house's own network: of no other anything there is read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0007_anonymous_numbers")]

    operations = [
        migrations.AddField(
            model_name="reviewsource",
            name="is_inside",
            field=models.BooleanField(default=False),
        ),
    ]
