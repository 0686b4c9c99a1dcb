from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_about"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="along",
            field=models.JSONField(default=list),
        ),
    ]
