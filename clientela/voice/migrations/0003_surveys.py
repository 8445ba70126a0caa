from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [("voice", "0002_listening")]

    operations = [
        migrations.AddField(
            model_name="surveyversion",
            name="made_by",
            field=models.ForeignKey(null=True, on_delete=deletion.PROTECT, related_name="+", to="directory.person"),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_anonymous", False), ("is_open_to_all", False), _connector="OR"),
                name="an_anonymous_survey_asks_by_invitation",
            ),
        ),
        migrations.AddField(model_name="ratinginvitation", name="is_asked", field=models.BooleanField(default=True)),
        migrations.AddIndex(
            model_name="ratinginvitation",
            index=models.Index(fields=["person", "asked_at"], name="rating_asks_of_person"),
        ),
        migrations.AddIndex(
            model_name="surveyanswer",
            index=models.Index(
                fields=["round"], name="survey_answers_begun", condition=models.Q(("is_complete", False))
            ),
        ),
    ]
