"""The areas of Germany, which authority covers which of them, what describes an authority, who helps whom. All public."""

from django.db import models

from stadttor.ground.models import ALL, Authority, Common

_PUBLIC = "public: places, authorities and their contact are found before an authority is chosen"


class Area(Common):
    """A municipality, Verband, Kreis, Bezirk or Land of the official register; kept when it is dissolved.

    `code` never changes: AGS (8 digits) of a municipality, ARS prefix (2, 3, 5, 9) of the rest. `ars` changes when a
    municipality joins another Verband. `postal_code` is the one of the administration's seat only.
    """

    why_common = _PUBLIC
    app_rights = ALL

    code = models.TextField(unique=True)
    ars = models.TextField()
    level = models.TextField()
    kind = models.TextField()
    name = models.TextField()
    sort_key = models.TextField(db_collation="C")
    search_key = models.TextField(db_collation="C")
    seat = models.TextField(blank=True, default="")
    population = models.IntegerField(null=True)
    population_date = models.DateField(null=True)
    area_ha = models.IntegerField(null=True)
    postal_code = models.TextField(blank=True, default="")
    several_postal_codes = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    successor = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["ars"], name="area_ars"),
            models.Index(fields=["level", "sort_key"], name="area_order"),
        ]


class ImportRun(Common):
    """One import of a register file; the newest one's id is the version by which processes refresh what they keep."""

    why_common = _PUBLIC
    app_rights = "SELECT, INSERT"

    source = models.TextField()
    file_name = models.TextField()
    sha256 = models.TextField()
    as_of = models.DateField()
    at = models.DateTimeField()
    added = models.IntegerField()
    changed = models.IntegerField()
    dissolved = models.IntegerField()


class Coverage(Common):
    """One authority serves all areas below this prefix: 12 digits a municipality, 9 a Verband, 5 a Kreis, 2 a Land."""

    why_common = _PUBLIC
    app_rights = ALL

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="coverage")
    ars_prefix = models.TextField(db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ars_prefix", "authority"], name="coverage_once"),
            models.CheckConstraint(
                condition=models.Q(ars_prefix__regex=r"^(\d{2}|\d{3}|\d{5}|\d{9}|\d{12})$"), name="coverage_prefix"
            ),
        ]


class Profile(Common):
    """What describes an authority: letterhead, contact, opening hours, holidays, look, legal remedy.

    `lines` is the postal address, line by line; `hours` a list of `{day: 0–6, from: "08:00", until: "12:00"}`;
    `holidays` names those of its place beyond the Land's (`services.HOLIDAYS`); `officer` is how the data protection officer
    is reached (Art. 13(1)(b) GDPR); `court` is the court with its address as an organiser
    confirmed it, where the table is not sure; `example` says that contact data are made up (demo). `parts_off` names the parts of the
    product that are switched off here, `setup_aside` that its organisers need no guided set-up.
    """

    why_common = _PUBLIC
    app_rights = ALL

    authority = models.OneToOneField(Authority, on_delete=models.CASCADE, related_name="profile")
    lines = models.JSONField(default=list)
    phone = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    imprint = models.TextField(blank=True, default="")
    accent = models.TextField(default="#0b4f8a")
    crest = models.TextField(blank=True, default="")
    hours = models.JSONField(default=list)
    holidays = models.JSONField(default=list)
    remedy = models.TextField(blank=True, default="")
    officer = models.TextField(blank=True, default="")
    parts_off = models.JSONField(default=list)
    court = models.TextField(blank=True, default="")
    setup_aside = models.BooleanField(default=False)
    example = models.BooleanField(default=False)


class Member(Common):
    """What a member municipality has of its own beside the authority that serves it; what is empty is the authority's.

    `ars` is its regional key, `lines` the postal address below its name, `places` names of parts of it that count as its name
    in an address (the register does not know them).
    """

    why_common = _PUBLIC
    app_rights = ALL

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, db_index=False, related_name="+")
    ars = models.TextField(db_collation="C")
    lines = models.JSONField(default=list)
    crest = models.TextField(blank=True, default="")
    remedy = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    places = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "ars"], name="tenancy_member_once")]


class Agreement(Common):
    """That one authority (`helper`) handles a service of another one in its name (mandate, decision 0043).

    `service` is the service's address, `title` its name when it was offered, `unit_id` the responsible authority's unit in
    which the cases lie. It counts from `starts` on, once `accepted`, and no longer on the day `ends`.
    """

    why_common = "public: an agreement between two authorities is published by law; it names no person"
    app_rights = ALL

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    helper = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    service = models.TextField()
    title = models.TextField()
    unit_id = models.UUIDField()
    legal_basis = models.TextField()
    starts = models.DateField()
    ends = models.DateField(null=True)
    offered = models.DateTimeField()
    accepted = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "service"], condition=models.Q(ends=None), name="tenancy_agreement_once"
            ),
            models.CheckConstraint(condition=~models.Q(authority=models.F("helper")), name="tenancy_agreement_other"),
        ]
