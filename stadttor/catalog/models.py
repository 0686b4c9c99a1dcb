"""Tables of the catalogue. All are global: what is offered where is public and holds nothing about a citizen."""

from django.db import models

from stadttor.ground.models import Authority, Common

READ_AND_ADD = "SELECT, INSERT"
STATES = ("test", "live", "withdrawn")
DATED_STATES = ("coming", "begun", "undone", "unfit", "corrected")


class PublisherKey(Common):
    """A key this installation trusts for packages below `namespace` (a reverse domain)."""

    why_common = "packages are the same for all authorities"
    app_rights = "SELECT, INSERT, UPDATE"

    kid = models.TextField(unique=True)
    public_jwk = models.JSONField()
    publisher = models.TextField()
    namespace = models.TextField()
    is_demo = models.BooleanField(default=False)
    trusted_since = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Package(Common):
    """A service package by its name for ever, e.g. `de.stadttor.bewohnerparkausweis`."""

    why_common = "packages are the same for all authorities"
    app_rights = READ_AND_ADD

    name = models.TextField(unique=True)
    slug = models.TextField()


class PackageVersion(Common):
    """One published version; its archive is stored once and never changes. `sha256` of the archive, hexadecimal."""

    why_common = "packages are the same for all authorities"
    app_rights = READ_AND_ADD

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="versions")
    version = models.TextField()
    major = models.IntegerField()
    minor = models.IntegerField()
    patch = models.IntegerField()
    sha256 = models.TextField(unique=True)
    archive = models.BinaryField()
    signed_by = models.ForeignKey(PublisherKey, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "version"], name="catalog_version_once")]

    @property
    def is_withdrawn(self) -> bool:
        """Whether its publisher took it back; read `withheld` with the row."""
        return hasattr(self, "withheld") and self.withheld.kind == "withdrawn"


class Withheld(Common):
    """A version that is not to be had like others. `private`: no catalogue for others names it. `withdrawn`: its publisher
    took it back, `reason` says why; nobody adopts it from then on.
    """

    why_common = "packages are the same for all authorities"
    app_rights = "SELECT, INSERT, DELETE"

    version = models.OneToOneField(PackageVersion, on_delete=models.PROTECT, related_name="withheld")
    kind = models.TextField()
    reason = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=("private", "withdrawn")), name="catalog_withheld_kind")
        ]


class IssuedIndex(Common):
    """The catalogue as other installations get it, signed: `content` is the file, `contents_sha256` of what is in it."""

    why_common = "public: what this installation publishes"
    app_rights = READ_AND_ADD

    number = models.BigIntegerField(unique=True)
    content = models.TextField()
    contents_sha256 = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Subscription(Common):
    """Another installation's catalogue that is followed here.

    `kid` is the thumbprint of the key that was agreed, `public_jwk` that key once it was seen. `index` is the last file that was
    believed, `newest` of each package the highest version it offers. `problem` is why the last try was refused.
    """

    why_common = "what others publish is the same for all authorities"
    app_rights = "SELECT, INSERT, UPDATE"

    name = models.TextField(unique=True)
    address = models.TextField(unique=True)
    kid = models.TextField()
    public_jwk = models.JSONField()
    title = models.TextField()
    number = models.BigIntegerField()
    index = models.TextField()
    newest = models.JSONField()
    expires_at = models.DateTimeField()
    good_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    problem = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)


class Imported(Common):
    """Where a version came from: the catalogue it was taken from, and the number of the index that named it."""

    why_common = "packages are the same for all authorities"
    app_rights = READ_AND_ADD

    version = models.OneToOneField(PackageVersion, on_delete=models.PROTECT, related_name="imported")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    at = models.DateTimeField()


class Preset(Common):
    """Values that many adoptions share, kept once: what a roll-out sets for a Land. `sha256` of them as sorted JSON."""

    why_common = "parameters are public; these belong to no single authority"
    app_rights = READ_AND_ADD

    sha256 = models.TextField()
    given = models.JSONField()

    class Meta:
        # Not `unique=True`: Django would add a second index, for searching by beginnings, which nobody does.
        constraints = [models.UniqueConstraint(fields=["sha256"], name="catalog_preset_once")]


class Adoption(Common):
    """A service an authority offers: one version with its parameters, in one state.

    `parameters` go over those of the present revision's preset; what neither names follows the package. One of a package:
    its slug is the package's, so the key on the slug says that too. Small: a country has 4,400 of each package; columns lie
    in the order that needs no padding (migration 0003).
    """

    why_common = "who offers what is public; parameters (fees, zones, contact) are too"
    app_rights = "SELECT, INSERT, UPDATE"

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, db_index=False, related_name="+")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="adoptions")
    slug = models.TextField()
    version = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, db_index=False, related_name="+")
    parameters = models.JSONField(default=dict)
    state = models.TextField()
    since = models.DateTimeField()
    revision = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "slug"], name="catalog_slug_once"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="catalog_adoption_state"),
        ]


class AdoptionRevision(Common):
    """What an adoption was after its n-th change; cases and drafts refer to the revision they were opened with."""

    why_common = "the history of a public adoption; staff appear by id only"
    app_rights = READ_AND_ADD

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, db_index=False, related_name="revisions")
    number = models.IntegerField()
    act = models.TextField()
    version = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, db_index=False, related_name="+")
    preset = models.ForeignKey(Preset, on_delete=models.PROTECT, db_index=False, null=True, related_name="+")
    parameters = models.JSONField(default=dict)
    state = models.TextField()
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["adoption", "number"], name="catalog_revision_once")]


class MemberValues(Common):
    """What a member municipality of the authority (`ars`) sets otherwise, from the adoption's n-th change on.

    They go over the values of the adoption until the next row of the same member; without any it follows the authority again.
    """

    why_common = "parameters are public; these are of one municipality"
    app_rights = READ_AND_ADD

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, db_index=False, related_name="+")
    ars = models.TextField()
    number = models.IntegerField()
    given = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["adoption", "ars", "number"], name="catalog_member_values_once")]


class DatedValues(Common):
    """Settings that count from a day on (`since`), with the statute that says so (`source`).

    `given` are those that differ, `before` what counted until then, known once they have begun with the adoption's
    n-th change (`number`). `unfit`: on its day it did not fit the version any more. `corrected`: another row with the same
    day `corrects` it by its id, and says why (`reason`); this one stays as it stood.
    """

    why_common = "parameters are public, also those that come; staff appear by id only"
    app_rights = "SELECT, INSERT, UPDATE"

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, db_index=False, related_name="+")
    since = models.DateField()
    given = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    source = models.TextField(default="")
    state = models.TextField(default="coming")
    number = models.IntegerField(default=0)
    corrects = models.UUIDField(null=True)
    reason = models.TextField(default="")
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=DATED_STATES), name="catalog_dated_state"),
        ]
        indexes = [
            models.Index(fields=["adoption", "since"], name="catalog_dated_since"),
            models.Index(fields=["since"], condition=models.Q(state="coming"), name="catalog_dated_coming"),
        ]
