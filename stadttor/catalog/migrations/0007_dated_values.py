import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0006_followed'),
    ]

    operations = [
        migrations.CreateModel(
            name='DatedValues',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('since', models.DateField()),
                ('given', models.JSONField(default=dict)),
                ('before', models.JSONField(default=dict)),
                ('source', models.TextField(default='')),
                ('state', models.TextField(default='coming')),
                ('number', models.IntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('actor_kind', models.TextField()),
                ('actor_id', models.UUIDField(null=True)),
                ('adoption', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.adoption')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('coming', 'begun', 'undone', 'unfit'))), name='catalog_dated_state')],
                'indexes': [models.Index(fields=['adoption', 'since'], name='catalog_dated_since'), models.Index(condition=models.Q(('state', 'coming')), fields=['since'], name='catalog_dated_coming')],
            },
        ),
    ]
