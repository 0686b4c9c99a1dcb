"""The tables of which a country has 4,400 rows for each package, without padding and without an index nobody uses.

PostgreSQL keeps columns in the order in which they were made and pads each to its alignment. Both tables are laid down
anew: what has a fixed length first, the longest first. Constraints and indexes are those there were; the key of revisions, which are only ever added and whose ids
follow the time, fills its pages.
"""

from django.db import migrations, models

_ANEW = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE catalog_adoptionrevision RENAME TO catalog_adoptionrevision_before;
ALTER TABLE catalog_adoption RENAME TO catalog_adoption_before;
CREATE TABLE catalog_adoption (
 id uuid NOT NULL, authority_id uuid NOT NULL, package_id uuid NOT NULL, version_id uuid NOT NULL,
 since timestamptz NOT NULL, revision smallint NOT NULL, slug text NOT NULL, parameters jsonb NOT NULL, state text NOT NULL
);
CREATE TABLE catalog_adoptionrevision (
 id uuid NOT NULL, adoption_id uuid NOT NULL, version_id uuid NOT NULL, preset_id uuid, actor_id uuid,
 at timestamptz NOT NULL, number integer NOT NULL, act text NOT NULL, parameters jsonb NOT NULL, state text NOT NULL,
 actor_kind text NOT NULL
);
INSERT INTO catalog_adoption SELECT id, authority_id, package_id, version_id, since, revision, slug, parameters, state
 FROM catalog_adoption_before ORDER BY id;
INSERT INTO catalog_adoptionrevision SELECT id, adoption_id, version_id, preset_id, actor_id, at, number, act, parameters,
 state, actor_kind FROM catalog_adoptionrevision_before ORDER BY id;
DROP TABLE catalog_adoptionrevision_before;
DROP TABLE catalog_adoption_before;
ALTER TABLE catalog_adoption
 ADD CONSTRAINT catalog_adoption_pkey PRIMARY KEY (id),
 ADD CONSTRAINT catalog_slug_once UNIQUE (authority_id, slug),
 ADD CONSTRAINT catalog_adoption_state CHECK (state IN ('test', 'live', 'withdrawn')),
 ADD CONSTRAINT catalog_adoption_authority_id_671b9749_fk_ground_authority_id
  FOREIGN KEY (authority_id) REFERENCES ground_authority DEFERRABLE INITIALLY DEFERRED,
 ADD CONSTRAINT catalog_adoption_package_id_c67b0e99_fk_catalog_package_id
  FOREIGN KEY (package_id) REFERENCES catalog_package DEFERRABLE INITIALLY DEFERRED,
 ADD CONSTRAINT catalog_adoption_version_id_f36dddf6_fk_catalog_p
  FOREIGN KEY (version_id) REFERENCES catalog_packageversion DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX catalog_adoption_package_id_c67b0e99 ON catalog_adoption (package_id);
ALTER TABLE catalog_adoptionrevision
 ADD CONSTRAINT catalog_adoptionrevision_pkey PRIMARY KEY (id) WITH (fillfactor = 100),
 ADD CONSTRAINT catalog_revision_once UNIQUE (adoption_id, number),
 ADD CONSTRAINT catalog_adoptionrevi_adoption_id_1a4882d7_fk_catalog_a
  FOREIGN KEY (adoption_id) REFERENCES catalog_adoption DEFERRABLE INITIALLY DEFERRED,
 ADD CONSTRAINT catalog_adoptionrevi_version_id_4b3aa3b1_fk_catalog_p
  FOREIGN KEY (version_id) REFERENCES catalog_packageversion DEFERRABLE INITIALLY DEFERRED,
 ADD CONSTRAINT catalog_adoptionrevi_preset_id_8ec11787_fk_catalog_p
  FOREIGN KEY (preset_id) REFERENCES catalog_preset DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_presets'),
    ]

    operations = [
        migrations.RunSQL(
            _ANEW,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AlterField(
                    model_name='adoption',
                    name='revision',
                    field=models.SmallIntegerField(default=1),
                ),
            ],
        ),
        migrations.AlterField(
            model_name='preset',
            name='sha256',
            field=models.TextField(),
        ),
        migrations.AddConstraint(
            model_name='preset',
            constraint=models.UniqueConstraint(fields=('sha256',), name='catalog_preset_once'),
        ),
    ]
