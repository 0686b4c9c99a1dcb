import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('tenancy', '0002_profile_holidays'),
    ]

    operations = [
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('ars', models.TextField(db_collation='C')),
                ('lines', models.JSONField(default=list)),
                ('crest', models.TextField(blank=True, default='')),
                ('remedy', models.TextField(blank=True, default='')),
                ('places', models.JSONField(default=list)),
                ('authority', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ground.authority')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('authority', 'ars'), name='tenancy_member_once')],
            },
        ),
    ]
