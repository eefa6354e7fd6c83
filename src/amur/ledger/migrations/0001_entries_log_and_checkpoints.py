import django.db.models.deletion
from django.db import migrations, models

from amur.ledger import dialect


def protect(apps, schema_editor):
    dialect.protect(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('size', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('root', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('suite', models.CharField(max_length=40)),
                ('key_id', models.CharField(max_length=64)),
                ('body', models.TextField()),
                ('signature', models.CharField(max_length=128)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=200)),
                ('sequence', models.PositiveIntegerField()),
                ('previous', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=80)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('leaf', models.CharField(max_length=64, unique=True)),
                ('header', models.TextField()),
            ],
            options={
                'verbose_name_plural': 'entries',
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('index', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('level', models.PositiveSmallIntegerField()),
                ('position', models.PositiveBigIntegerField()),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('suite', models.CharField(max_length=40)),
                ('key_id', models.CharField(max_length=64, unique=True)),
                ('public', models.CharField(max_length=128)),
                ('introduced_by', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Stamp',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('authority', models.CharField(max_length=300)),
                ('token', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('algorithm', models.CharField(max_length=20)),
                ('batch_index', models.PositiveIntegerField()),
                ('batch_size', models.PositiveIntegerField()),
                ('batch_path', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='EntryContent',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='content', serialize=False, to='ledger.entry')),
                ('act_salt', models.CharField(max_length=64, null=True)),
                ('act', models.TextField(null=True)),
                ('body_salt', models.CharField(max_length=64, null=True)),
                ('body', models.TextField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='ledger.entry')),
            ],
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('subject', 'sequence'), name='ledger_entry_one_place_in_chain'),
        ),
        migrations.AddField(
            model_name='leaf',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sealed', to='ledger.entry'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.UniqueConstraint(fields=('level', 'position'), name='ledger_node_one_place'),
        ),
        migrations.AddField(
            model_name='stamp',
            name='checkpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stamps', to='ledger.checkpoint'),
        ),
        migrations.AddField(
            model_name='stamp',
            name='renews',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='ledger.stamp'),
        ),
        migrations.RunPython(protect, migrations.RunPython.noop),
    ]
