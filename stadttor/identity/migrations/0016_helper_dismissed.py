from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0015_helper'),
    ]

    operations = [
        migrations.AddField(model_name='helper', name='dismissed', field=models.BooleanField(default=False)),
    ]
