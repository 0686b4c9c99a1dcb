from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('studio', '0002_publication'),
    ]

    operations = [
        migrations.AddField(
            model_name='publication',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='publication',
            name='tried_at',
            field=models.DateTimeField(null=True),
        ),
    ]
