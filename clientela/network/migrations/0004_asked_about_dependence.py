import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_initial"),
        ("directory", "0003_intake"),
        ("network", "0003_edges"),
    ]

    operations = [
        migrations.CreateModel(
            name="DependenceRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "department_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("is_open", models.BooleanField(default=True)),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DependenceInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("answered_on", models.DateField(null=True)),
                ("declined_on", models.DateField(null=True)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="network.dependenceround",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AskedWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(blank=True, max_length=200)),
                ("people", models.PositiveIntegerField()),
                (
                    "other",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                    ),
                ),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.service"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="said", to="network.dependenceround"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AskedPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("customer", "Customer"), ("supplier", "Supplier")], max_length=8)),
                ("people", models.PositiveIntegerField()),
                (
                    "matters_counts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=5),
                ),
                (
                    "quality_counts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=5),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pairs", to="network.dependenceround"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DependenceSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.CharField(blank=True, max_length=120)),
                ("needs", models.JSONField(default=list)),
                ("serves", models.JSONField(default=list)),
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheet",
                        to="network.dependenceinvitation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="dependenceround",
            index=models.Index(fields=["-counted_at"], name="dependence_rounds_newest"),
        ),
        migrations.AddConstraint(
            model_name="dependenceround",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)), fields=("is_open",), name="one_open_dependence_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="dependenceround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counted_at__isnull", True), ("is_open", True)),
                    models.Q(("counted_at__isnull", False), ("is_open", False)),
                    _connector="OR",
                ),
                name="a_counted_round_is_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="dependenceround",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="dependence_round_takes_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="dependenceinvitation",
            constraint=models.UniqueConstraint(fields=("round", "person"), name="asked_of_dependence_once"),
        ),
        migrations.AddConstraint(
            model_name="dependenceinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered_on__isnull", True), ("declined_on__isnull", True), _connector="OR"),
                name="who_answered_has_not_declined",
            ),
        ),
        migrations.AddConstraint(
            model_name="askedword",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__gte", 5)), name="asked_word_is_of_enough_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="askedword",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("service__isnull", True), models.Q(("words", ""), _negated=True)),
                    models.Q(("service__isnull", False), ("words", "")),
                    _connector="OR",
                ),
                name="asked_word_is_a_service_or_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="askedpair",
            constraint=models.UniqueConstraint(fields=("round", "rater", "other", "side"), name="asked_pair_once"),
        ),
        migrations.AddConstraint(
            model_name="askedpair",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__gte", 5)), name="asked_pair_is_of_enough_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="askedpair",
            constraint=models.CheckConstraint(
                condition=models.Q(("rater", models.F("other")), _negated=True), name="asked_pair_is_of_another"
            ),
        ),
    ]
