from django.db import migrations

# Of texts from before 0009 the id was the number in the cookie of whoever wrote. Both tables in one statement: what one
# refers to in the other is checked at its end.
NEW_IDS = """
WITH renamed AS MATERIALIZED (
 SELECT id AS old, gen_random_uuid() AS new FROM insights_feedback WHERE authority_id = %(authority)s
), texts AS (
 UPDATE insights_feedback f SET id = new FROM renamed WHERE f.authority_id = %(authority)s AND f.id = old
)
UPDATE insights_triage t SET feedback_id = new FROM renamed WHERE t.authority_id = %(authority)s AND t.feedback_id = old
"""
# The old rows lie in the file until it is written anew, after what changed them has ended.
ANEW = [
    "CLUSTER insights_feedback USING insights_feedback_pkey",
    "ALTER TABLE insights_feedback SET WITHOUT CLUSTER",
    "CLUSTER insights_triage USING insights_triage_pkey",
    "ALTER TABLE insights_triage SET WITHOUT CLUSTER",
]


def renumber(apps, schema_editor):
    """Authority by authority, the wall holds for the owner too."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ground_authority")
        for (authority_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.authority', %s, true)", [str(authority_id)])
            cursor.execute(NEW_IDS, {"authority": authority_id})


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('insights', '0011_not_asked'),
    ]

    operations = [
        migrations.RunPython(renumber, migrations.RunPython.noop, atomic=True),
        migrations.RunSQL(ANEW, migrations.RunSQL.noop),
    ]
