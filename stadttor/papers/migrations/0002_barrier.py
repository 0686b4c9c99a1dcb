import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('papers', '0001_assessment'),
    ]

    operations = [
        migrations.CreateModel(
            name='Barrier',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField()),
                ('text', models.TextField()),
                ('place', models.TextField(default='')),
                ('email', models.TextField(default='')),
                ('language', models.TextField()),
                ('reported', models.DateTimeField()),
                ('answer', models.TextField(default='')),
                ('answered', models.DateTimeField(null=True)),
                ('answered_by_name', models.TextField(default='')),
                ('authority', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground.authority')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['authority', 'reported'], name='papers_barrier_reported')],
                'constraints': [models.UniqueConstraint(fields=('authority', 'id'), name='papers_barrier_key'), models.UniqueConstraint(fields=('authority', 'key'), name='papers_barrier_once')],
            },
        ),
    ]
