from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_dated_values'),
    ]

    operations = [
        migrations.AddField(
            model_name='datedvalues',
            name='corrects',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='datedvalues',
            name='reason',
            field=models.TextField(default=''),
        ),
        migrations.RemoveConstraint(
            model_name='datedvalues',
            name='catalog_dated_state',
        ),
        migrations.AddConstraint(
            model_name='datedvalues',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('coming', 'begun', 'undone', 'unfit', 'corrected'))), name='catalog_dated_state'),
        ),
    ]
