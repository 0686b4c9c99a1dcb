from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0009_retrieval_level_retrieval_way'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='written_in',
            field=models.JSONField(default=dict),
        ),
    ]
