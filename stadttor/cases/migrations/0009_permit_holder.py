from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_decision_fee")]

    operations = [
        migrations.AddIndex(
            model_name="permit",
            index=models.Index(fields=["authority", "holder_key"], condition=Q(state="valid"), name="permit_holder"),
        ),
    ]
