import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_shared'),
    ]

    operations = [
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.TextField(unique=True)),
                ('address', models.TextField(unique=True)),
                ('kid', models.TextField()),
                ('public_jwk', models.JSONField()),
                ('title', models.TextField()),
                ('number', models.BigIntegerField()),
                ('index', models.TextField()),
                ('newest', models.JSONField()),
                ('expires_at', models.DateTimeField()),
                ('good_at', models.DateTimeField()),
                ('tried_at', models.DateTimeField()),
                ('problem', models.TextField(default='')),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Imported',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='imported', to='catalog.packageversion')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.subscription')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
