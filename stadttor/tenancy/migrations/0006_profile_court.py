from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0005_member_contact'),
    ]

    operations = [
        migrations.AddField(
            model_name='profile',
            name='court',
            field=models.TextField(blank=True, default=''),
        ),
    ]
