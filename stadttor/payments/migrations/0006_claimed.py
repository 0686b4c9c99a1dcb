from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('payments', '0005_books'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='due',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due__isnull', False), ('method', 'claimed')), models.Q(models.Q(('method', 'claimed'), _negated=True), ('due__isnull', True)), _connector='OR'), name='booking_due_if_claimed'),
        ),
    ]
