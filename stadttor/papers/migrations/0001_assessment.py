import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ground', '0002_audit_waiting'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('status', models.TextField(default='')),
                ('assessed', models.DateField(null=True)),
                ('gaps', models.TextField(default='')),
                ('changed', models.DateTimeField()),
                ('authority', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground.authority')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('authority', 'id'), name='papers_assessment_key'), models.UniqueConstraint(fields=('authority',), name='papers_assessment_once'), models.CheckConstraint(condition=models.Q(('status__in', ['', 'full', 'partly', 'not'])), name='papers_status')],
            },
        ),
    ]
