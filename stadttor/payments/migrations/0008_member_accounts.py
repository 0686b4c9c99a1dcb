from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0007_close_days'),
    ]

    operations = [
        migrations.AddField(
            model_name='financerules',
            name='members',
            field=models.JSONField(default=dict),
        ),
    ]
