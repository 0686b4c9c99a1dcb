from django.db import migrations, models
from django.db.models import Q



class Migration(migrations.Migration):
    dependencies = [("cases", "0009_permit_holder")]

    operations = [
        migrations.AddField("decision", "tags", models.JSONField(default=list)),
        migrations.AddField("permit", "entry", models.IntegerField(default=0)),
        migrations.AddField("permit", "called", models.TextField(default="")),
        migrations.AddField("permit", "ended_by", models.UUIDField(null=True)),
        migrations.AlterField("permit", "valid_until", models.DateField(null=True)),
        migrations.RemoveConstraint("permit", "permit_of_case_once"),
        migrations.AddConstraint(
            "permit", models.UniqueConstraint(fields=["authority", "case_id", "entry"], name="permit_of_entry_once")
        ),
        migrations.AddConstraint(
            "permit",
            models.UniqueConstraint(
                fields=["authority", "ended_by"], condition=Q(ended_by__isnull=False), name="permit_ended_once"
            ),
        ),
    ]
