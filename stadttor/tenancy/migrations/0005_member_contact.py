from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0004_profile_setup'),
    ]

    operations = [
        migrations.AddField(model_name='member', name=name, field=models.TextField(blank=True, default=''))
        for name in ('phone', 'email', 'website')
    ]
