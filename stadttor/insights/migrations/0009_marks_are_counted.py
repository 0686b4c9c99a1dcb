import uuid

import django.db.models.deletion
from django.db import migrations, models

# Months that are counted for good say what no answer says any more; those that may still change are counted from the answers.
FORGET = """
DELETE FROM insights_counter c WHERE c.authority_id = %(authority)s AND c.measure = 'score' AND c.month > coalesce(
 (SELECT final FROM insights_counting WHERE authority_id = %(authority)s), '-infinity'::date)
"""
COUNT = """
INSERT INTO insights_counter (id, authority_id, service, month, measure, value, count)
SELECT gen_random_uuid(), %(authority)s, service, date_trunc('month', day)::date, 'score', score, count(*)
FROM insights_feedback WHERE authority_id = %(authority)s GROUP BY 3, 4, 6
ON CONFLICT (authority_id, service, month, measure, value) DO NOTHING
"""
# Until now only who had just sent online was asked.
NAME = "UPDATE insights_counter SET measure = 'score:online_sent' WHERE authority_id = %(authority)s AND measure = 'score'"
MARKS_ALONE = "DELETE FROM insights_feedback WHERE authority_id = %(authority)s AND comment = ''"
TEXTS = """
UPDATE insights_feedback SET month = date_trunc('month', day)::date, is_pleased = score >= 4 WHERE authority_id = %(authority)s
"""
# A dropped column stays in the rows until they are written anew; by their random ids they no longer lie as they came.
ANEW = "CLUSTER insights_feedback USING insights_feedback_pkey; ALTER TABLE insights_feedback SET WITHOUT CLUSTER"


def count_marks(apps, schema_editor):
    """Marks into counters, texts without day and mark; authority by authority, the wall holds for the owner too."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ground_authority")
        for (authority_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.authority', %s, true)", [str(authority_id)])
            for statement in (FORGET, COUNT, NAME, MARKS_ALONE, TEXTS):
                cursor.execute(statement, {"authority": authority_id})
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0002_audit_waiting'),
        ('insights', '0008_open_licence'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsedRight',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('authority', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground.authority')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('authority', 'id'), name='insights_usedright_key')],
            },
        ),
        migrations.AddField(
            model_name='feedback',
            name='month',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='feedback',
            name='is_pleased',
            field=models.BooleanField(null=True),
        ),
        migrations.RunPython(count_marks, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='feedback',
            name='feedback_score',
        ),
        migrations.RemoveIndex(
            model_name='feedback',
            name='feedback_service',
        ),
        migrations.RemoveField(
            model_name='feedback',
            name='day',
        ),
        migrations.RemoveField(
            model_name='feedback',
            name='score',
        ),
        migrations.AlterField(
            model_name='feedback',
            name='month',
            field=models.DateField(),
        ),
        migrations.AlterField(
            model_name='feedback',
            name='is_pleased',
            field=models.BooleanField(),
        ),
        migrations.AlterField(
            model_name='feedback',
            name='comment',
            field=models.TextField(),
        ),
        migrations.AlterField(
            model_name='feedback',
            name='id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
        ),
        migrations.RunSQL(ANEW, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(fields=['authority', 'service', 'month'], name='feedback_service'),
        ),
    ]
