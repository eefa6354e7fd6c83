from django.db import migrations, models

from amur.ledger import dialect


def protect(apps, schema_editor):
    dialect.protect(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_entries_log_and_checkpoints'),
    ]

    operations = [
        migrations.CreateModel(
            name='SubjectKey',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=200)),
                ('part', models.CharField(blank=True, max_length=80)),
                ('wrapped', models.CharField(max_length=100, null=True)),
                ('destroyed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'part'), name='ledger_subject_key_once')],
            },
        ),
        migrations.RunPython(protect, migrations.RunPython.noop),
    ]
