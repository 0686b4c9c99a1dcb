from django.db import migrations

import stadttor.ground.constraints


class Migration(migrations.Migration):
    """A run is deleted with its steps; keys are written after the migrations, an old one has to go here."""

    dependencies = [
        ('processes', '0002_overdue'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='step',
            name='same_step_instance',
        ),
        migrations.RunSQL('ALTER TABLE processes_step DROP CONSTRAINT IF EXISTS same_step_instance'),
        migrations.AddConstraint(
            model_name='step',
            constraint=stadttor.ground.constraints.SameAuthority(fields=['instance_id'], name='step_goes_with_instance', on_delete='CASCADE', to='processes.Instance'),
        ),
    ]
