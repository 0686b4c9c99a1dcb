from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_secrecy")]

    operations = [
        migrations.AddField(model_name="decision", name="fee_cents", field=models.IntegerField(null=True)),
        migrations.AddField(model_name="decision", name="fee_reason", field=models.TextField(default="")),
    ]
