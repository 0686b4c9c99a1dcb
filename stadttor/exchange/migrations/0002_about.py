from django.db import migrations, models


def say_what_closings_are(apps, schema_editor):
    """Hand-overs of closed days; authority by authority, the wall holds for the owner too."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ground_authority")
        for (authority_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.authority', %s, true)", [str(authority_id)])
            cursor.execute(
                "UPDATE exchange_handover SET about = 'closing' WHERE authority_id = %s AND key LIKE 'closing:%%'",
                [authority_id],
            )


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('exchange', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='handover',
            name='about',
            field=models.TextField(default='case'),
        ),
        migrations.RunPython(say_what_closings_are, migrations.RunPython.noop),
    ]
