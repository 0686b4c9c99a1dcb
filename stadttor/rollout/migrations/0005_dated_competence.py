import datetime

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rollout', '0004_fill_by_land'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='competence',
            name='rollout_competence_once',
        ),
        migrations.AddField(
            model_name='competence',
            name='since',
            field=models.DateField(default=datetime.date(1900, 1, 1)),
        ),
        migrations.AddField(
            model_name='competence',
            name='themselves',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddConstraint(
            model_name='competence',
            constraint=models.UniqueConstraint(fields=('package', 'land', 'since'), name='rollout_competence_once'),
        ),
    ]
