import django.db.models.deletion
import stadttor.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0014_invitation'),
        ('tenancy', '0006_agreement'),
    ]

    operations = [
        migrations.CreateModel(
            name='Helper',
            fields=[
                ('id', models.UUIDField(default=stadttor.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='identity.staffaccount')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.agreement')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agreement', 'account'), name='identity_helper_once')],
            },
        ),
    ]
