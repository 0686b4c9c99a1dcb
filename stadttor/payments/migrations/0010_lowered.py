import django.db.models.deletion
import stadttor.core.ids
import stadttor.ground.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('payments', '0009_mandate'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lowered',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('claim_id', models.UUIDField()),
                ('case_id', models.UUIDField()),
                ('place', models.IntegerField()),
                ('until', models.DateField()),
                ('told', models.DateField()),
                ('day', models.DateField()),
                ('listed', models.IntegerField()),
                ('by_case_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('authority', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground.authority')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['authority', 'by_case_id'], name='lowered_by_case')],
                'constraints': [models.UniqueConstraint(fields=('authority', 'id'), name='payments_lowered_key'), models.UniqueConstraint(fields=('authority', 'case_id', 'place'), name='lowered_once'), stadttor.ground.constraints.SameAuthority(fields=['claim_id'], name='same_lowered_claim', on_delete='RESTRICT', to='payments.Claim')],
            },
        ),
    ]
