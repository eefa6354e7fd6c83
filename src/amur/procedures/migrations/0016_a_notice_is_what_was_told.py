"""What a notice itself said of its one channel is gone: its deliveries say it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0015_notices_over_several_channels'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='notice',
            name='address',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='channel',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='error',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='receipt',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='sent_at',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='state',
        ),
    ]
