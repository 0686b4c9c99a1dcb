from django.db import migrations

# The sums of each Land from the counters of its Kreise, as `services.counting` keeps them; without them all stood at 0.
FILL = """
UPDATE rollout_counted c SET by_land = n.by_land FROM (
 SELECT package_id, jsonb_object_agg(land, counts) AS by_land FROM (
  SELECT package_id, land, jsonb_agg(total ORDER BY place) AS counts FROM (
   SELECT package_id, left(kreis, 2) AS land, place, sum(number) AS total
   FROM rollout_standing, unnest(counts) WITH ORDINALITY AS u(number, place) GROUP BY 1, 2, 3
  ) sums GROUP BY 1, 2
 ) lands GROUP BY 1
) n WHERE n.package_id = c.package_id AND c.by_land = '{}'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('rollout', '0003_counted_by_land'),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
