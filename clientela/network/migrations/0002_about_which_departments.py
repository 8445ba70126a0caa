import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="whatif",
            name="department_ids",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list),
        ),
        migrations.AddField(
            model_name="whatif",
            name="is_house_wide",
            field=models.BooleanField(default=False),
        ),
    ]
