import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_member_values'),
    ]

    operations = [
        migrations.CreateModel(
            name='IssuedIndex',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(unique=True)),
                ('content', models.TextField()),
                ('contents_sha256', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Withheld',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('reason', models.TextField(default='')),
                ('at', models.DateTimeField()),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withheld', to='catalog.packageversion')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('private', 'withdrawn'))), name='catalog_withheld_kind')],
            },
        ),
    ]
