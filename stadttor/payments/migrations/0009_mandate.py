from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0008_member_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='claim',
            name='mandate',
            field=models.DateField(null=True),
        ),
    ]
