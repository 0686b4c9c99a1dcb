from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rollout", "0007_commoncost")]

    operations = [
        migrations.AddField(model_name="rollout", name="followed", field=models.TextField(default="")),
    ]
