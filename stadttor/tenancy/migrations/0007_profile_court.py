from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0006_agreement'),
    ]

    operations = [
        migrations.AddField(
            model_name='profile',
            name='court',
            field=models.TextField(blank=True, default=''),
        ),
    ]
