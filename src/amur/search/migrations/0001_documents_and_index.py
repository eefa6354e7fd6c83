from django.db import migrations, models

from amur.search import dialect


def create_index(apps, schema_editor):
    dialect.create(schema_editor.connection)


def drop_index(apps, schema_editor):
    dialect.drop(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Residue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('removed', models.BooleanField(default=False)),
                ('replaced_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='IndexedDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=255)),
                ('ref', models.CharField(max_length=255)),
                ('place', models.BigIntegerField()),
                ('readers', models.CharField(blank=True, max_length=255)),
                ('key_form', models.TextField(blank=True)),
                ('title_form', models.TextField(blank=True)),
                ('open_form', models.TextField(blank=True)),
                ('full_form', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'ref'), name='indexed_document_once')],
            },
        ),
        migrations.RunPython(create_index, drop_index),
    ]
