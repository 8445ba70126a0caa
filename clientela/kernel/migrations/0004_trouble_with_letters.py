"""Letters that did not arrive, and whether somebody has seen to that."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_post")]

    operations = [
        migrations.AddField(model_name="letter", name="trouble_settled_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                fields=["by_party_id", "-written_at"],
                name="letter_in_trouble",
                condition=Q(trouble_settled_at__isnull=True)
                & (Q(failed_at__isnull=False) | Q(bounced_at__isnull=False) | Q(perhaps_sent_at__isnull=False)),
            ),
        ),
    ]
