"""What cases were before they were brought to another edition, and corrections: what was voided, and why."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0023_forms_for_others_and_co_signatures"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="editions",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="CaseMigration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("map_hash", models.CharField(db_index=True, max_length=64)),
                ("declaration_before", models.CharField(max_length=64)),
                ("declaration_after", models.CharField(max_length=64)),
                ("before", models.JSONField(default=dict)),
                ("data", models.JSONField(default=dict)),
                ("migrated_at", models.DateTimeField()),
                ("undone_version", models.PositiveIntegerField(null=True)),
                ("entry_hash", models.CharField(max_length=64, unique=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="migrations", to="procedures.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "version"), name="case_migration_one_a_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_version", models.PositiveIntegerField()),
                ("voided_version", models.PositiveIntegerField(null=True)),
                ("event", models.CharField(blank=True, max_length=120)),
                ("reason", models.TextField()),
                ("said", models.TextField(blank=True)),
                ("extra", models.JSONField(default=dict)),
                ("basis", models.CharField(blank=True, max_length=300)),
                ("proposed_by", models.CharField(max_length=200)),
                ("proposed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(null=True)),
                ("new_version", models.PositiveIntegerField(null=True)),
                ("corrected_by", models.CharField(blank=True, max_length=200)),
                ("role", models.CharField(blank=True, max_length=120)),
                ("corrected_at", models.DateTimeField(null=True)),
                ("entry_hash", models.CharField(blank=True, max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="procedures.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "version"), name="correction_one_a_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("version__isnull", False), ("voided_version__isnull", False)),
                        fields=("case", "voided_version"),
                        name="correction_voids_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("version", None), ("withdrawn_at", None)),
                        fields=("case",),
                        name="correction_one_open_proposal",
                    ),
                ],
            },
        ),
    ]
