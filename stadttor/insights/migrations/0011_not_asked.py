import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0010_summed_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='figuresettings',
            name='not_asked',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
    ]
