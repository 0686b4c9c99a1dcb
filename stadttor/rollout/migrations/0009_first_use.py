import django.db.models.deletion
from django.db import migrations, models

import stadttor.core.ids


class Migration(migrations.Migration):
    dependencies = [("ground", "0002_audit_waiting"), ("rollout", "0008_followed")]

    operations = [
        migrations.CreateModel(
            name="FirstUse",
            fields=[
                (
                    "id",
                    models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("since", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ground.authority"
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.package"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("package", "authority"), name="rollout_first_use_once")
                ]
            },
        ),
    ]
