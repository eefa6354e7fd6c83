"""Notices go over several channels, with a row for each attempt; what was sent so far is carried over."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

_AT_ONCE = 500


def _carry_over(apps, schema_editor):
    """Make a delivery of each notice that left the house; its address stays sealed, since the key is the case's."""
    notices, deliveries = apps.get_model("procedures", "Notice"), apps.get_model("procedures", "Delivery")
    found = notices.objects.exclude(channel="portal").order_by("id")
    names = ("case_id", "channel", "address", "state", "receipt", "error", "created_at", "sent_at")
    made = []
    for values in found.values("id", *names).iterator(_AT_ONCE):
        made.append(deliveries(notice_id=values.pop("id"), **values))
        if len(made) == _AT_ONCE:
            deliveries.objects.bulk_create(made)
            made = []
    deliveries.objects.bulk_create(made)


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0014_who_steps_back_from_a_case'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='read_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='short',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='notice',
            name='template',
            field=models.CharField(blank=True, default='', max_length=260),
        ),
        migrations.AddField(
            model_name='notice',
            name='template_version',
            field=models.CharField(blank=True, default='', max_length=16),
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(max_length=20)),
                ('address', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='queued', max_length=9)),
                ('receipt', models.CharField(blank=True, db_index=True, max_length=255)),
                ('error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('ordered_by', models.CharField(blank=True, max_length=200)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.case')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='procedures.notice')),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('accepted', 'Accepted'), ('refused', 'Refused'), ('deferred', 'Deferred'), ('arrived', 'Arrived'), ('lost', 'Lost')], max_length=8)),
                ('receipt', models.CharField(blank=True, max_length=255)),
                ('error', models.TextField(blank=True)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='procedures.delivery')),
            ],
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sequence', models.PositiveIntegerField()),
                ('event', models.CharField(max_length=120)),
                ('target', models.CharField(max_length=120)),
                ('happened_at', models.DateTimeField()),
                ('entry_hash', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('dead', 'Dead')], default='queued', max_length=6)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.case')),
            ],
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(max_length=8)),
                ('status', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('dispatch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='procedures.dispatch')),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('owner_kind', models.CharField(choices=[('enterprise', 'Enterprise'), ('body', 'Body')], max_length=10)),
                ('owner_id', models.CharField(max_length=120)),
                ('endpoint', models.TextField()),
                ('secret', models.TextField()),
                ('former_secret', models.TextField(blank=True, default='')),
                ('former_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('ordered_by', models.CharField(max_length=200)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['owner_kind', 'owner_id'], name='subscription_of_owner')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('ordered_by', 'key'), name='subscription_ordered_once_a_key')],
            },
        ),
        migrations.AddField(
            model_name='dispatch',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='procedures.subscription'),
        ),
        migrations.CreateModel(
            name='ChannelChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20)),
                ('wanted', models.BooleanField()),
                ('address', models.TextField(blank=True)),
                ('chosen_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='channel_choices', to='procedures.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'channel'), name='channel_chosen_once_a_case')],
            },
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('error', ''), _negated=True), fields=['-created_at', 'id'], name='delivery_in_trouble'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('notice', 'key'), name='delivery_ordered_once_a_key'),
        ),
        migrations.AddIndex(
            model_name='dispatch',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['subscription', 'case', 'sequence'], name='dispatch_in_turn'),
        ),
        migrations.AddConstraint(
            model_name='dispatch',
            constraint=models.UniqueConstraint(fields=('subscription', 'entry_hash'), name='dispatch_once_an_event'),
        ),
        migrations.RunPython(_carry_over, migrations.RunPython.noop),
    ]
