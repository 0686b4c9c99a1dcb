from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0003_member'),
    ]

    operations = [
        migrations.AddField(
            model_name='profile',
            name='officer',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='profile',
            name='parts_off',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='profile',
            name='setup_aside',
            field=models.BooleanField(default=False),
        ),
    ]
