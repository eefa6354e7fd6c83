"""Records get declared states, the version that stands for them today, filters; imports are kept while they run."""

import uuid

from django.db import migrations, models
from django.db.models import F, Q


def keep_what_is_known(apps, schema_editor):
    """Say of each record which version stands for it, and of each that has an end that an act ended it."""
    del schema_editor
    apps.get_model("registers", "Record").objects.update(present=F("latest"))
    apps.get_model("registers", "RecordVersion").objects.filter(valid_to__isnull=False).update(is_ended=True)


class Migration(migrations.Migration):
    dependencies = [("registers", "0002_closures")]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("register", models.CharField(max_length=120)),
                ("file_name", models.CharField(max_length=200)),
                ("file_hash", models.CharField(max_length=64)),
                ("options", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("faulty", "Faulty"),
                            ("checked", "Checked"),
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=7,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("offset", models.PositiveBigIntegerField(default=0)),
                ("faults", models.JSONField(default=list)),
                ("fault_count", models.PositiveIntegerField(default=0)),
                ("by", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["register", "-begun_at"], name="import_newest_first")]},
        ),
        migrations.AlterField("record", "state", models.CharField(default="current", max_length=120)),
        migrations.AddField("record", "present", models.PositiveIntegerField(default=0)),
        migrations.AddField("record", "turns_on", models.DateField(null=True)),
        migrations.AddField("record", "filters", models.JSONField(default=dict)),
        migrations.AddField("record", "filtering", models.CharField(blank=True, default="", max_length=12)),
        migrations.AddField("recordversion", "state", models.CharField(default="current", max_length=120)),
        migrations.AddField("recordversion", "state_until", models.DateField(null=True)),
        migrations.AddField("recordversion", "returns_to", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddField(
            "recordversion", "ends_as", models.CharField(blank=True, default="closed", max_length=120)
        ),
        migrations.AddField("recordversion", "is_ended", models.BooleanField(default=False)),
        migrations.AddField("recordversion", "event", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddField(
            "recordversion",
            "through",
            models.CharField(
                choices=[
                    ("decision", "Decision"),
                    ("filing", "Filing"),
                    ("office", "Office"),
                    ("takeover", "Takeover"),
                    ("itself", "Itself"),
                ],
                default="filing",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            "record", models.Index(fields=["register", "state", "-recorded_at", "key"], name="record_by_state")
        ),
        migrations.AddIndex(
            "record", models.Index(fields=["turns_on"], name="record_turns", condition=Q(turns_on__isnull=False))
        ),
        migrations.AddIndex("record", models.Index(fields=["register", "filtering"], name="record_filtering")),
        migrations.AddIndex(
            "recordversion",
            models.Index(fields=["record", "-valid_from", "-number"], name="record_version_of_a_day"),
        ),
        migrations.RunPython(keep_what_is_known, migrations.RunPython.noop),
    ]
