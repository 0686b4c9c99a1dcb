import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('tenancy', '0005_member_contact'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('service', models.TextField()),
                ('title', models.TextField()),
                ('unit_id', models.UUIDField()),
                ('legal_basis', models.TextField()),
                ('starts', models.DateField()),
                ('ends', models.DateField(null=True)),
                ('offered', models.DateTimeField()),
                ('accepted', models.DateTimeField(null=True)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ground.authority')),
                ('helper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ground.authority')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends', None)), fields=('authority', 'service'), name='tenancy_agreement_once'), models.CheckConstraint(condition=models.Q(('authority', models.F('helper')), _negated=True), name='tenancy_agreement_other')],
            },
        ),
    ]
