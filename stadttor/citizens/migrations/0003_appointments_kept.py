from django.db import migrations, models


class Migration(migrations.Migration):
    """Appointments lie in accounts, too."""

    dependencies = [
        ('citizens', '0002_citizenaccount_delivery_since'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='keptthing',
            name='kept_thing_kind',
        ),
        migrations.AddConstraint(
            model_name='keptthing',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('draft', 'application', 'appointment'))), name='kept_thing_kind'),
        ),
    ]
