from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('payments', '0006_claimed'),
    ]

    operations = [
        migrations.AddField(
            model_name='financerules',
            name='close_days',
            field=models.IntegerField(default=3),
        ),
    ]
