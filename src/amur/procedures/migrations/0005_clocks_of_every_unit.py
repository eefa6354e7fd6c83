from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0004_cases_know_when_to_forget'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='clockrun',
            name='started_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='clockrun',
            name='extension',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='clockrun',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='clockrun',
            name='ended_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveField(
            model_name='clockrun',
            name='counted',
        ),
        migrations.RemoveField(
            model_name='clockrun',
            name='derivation',
        ),
    ]
