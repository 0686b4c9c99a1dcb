from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rollout", "0011_broken_page")]

    operations = [
        migrations.AddField(model_name="rollout", name="gone_on_at", field=models.DateTimeField(null=True)),
    ]
