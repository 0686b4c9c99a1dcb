import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_smaller'),
    ]

    operations = [
        migrations.CreateModel(
            name='MemberValues',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('ars', models.TextField()),
                ('number', models.IntegerField()),
                ('given', models.JSONField(default=dict)),
                ('adoption', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.adoption')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('adoption', 'ars', 'number'), name='catalog_member_values_once')],
            },
        ),
    ]
