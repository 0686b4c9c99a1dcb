import django.db.models.deletion
import stadttor.core.ids
import stadttor.ground.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('payments', '0010_lowered'),
    ]

    operations = [
        migrations.CreateModel(
            name='Listed',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('claim_id', models.UUIDField()),
                ('case_id', models.UUIDField()),
                ('year', models.IntegerField()),
                ('told_by', models.TextField()),
                ('service', models.TextField()),
                ('account', models.TextField(default='')),
                ('entries', models.JSONField()),
                ('due', models.JSONField()),
                ('settings', models.JSONField()),
                ('at', models.DateTimeField()),
                ('authority', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground.authority')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['authority', 'year', 'case_id'], name='listed_year')],
                'constraints': [models.UniqueConstraint(fields=('authority', 'id'), name='payments_listed_key'), models.UniqueConstraint(fields=('authority', 'claim_id', 'year'), name='listed_once'), stadttor.ground.constraints.SameAuthority(fields=['claim_id'], name='same_listed_claim', on_delete='RESTRICT', to='payments.Claim')],
            },
        ),
    ]
