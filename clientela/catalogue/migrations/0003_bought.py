from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_serviceversion_finishes_by_itself")]
    operations = [
        migrations.AddField(
            model_name="service",
            name="is_bought",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
