"""Tables of roll-outs: who is competent, what is planned, how far it is. Global, as what is offered where is public; only what
a steering body still prepares is its own."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from stadttor.ground.models import ALL, Authority, Common, Walled

ALWAYS = date(1900, 1, 1)
"""Since when a competence counts of which nobody said it."""
READ_AND_WRITE = "SELECT, INSERT, UPDATE"
READ_AND_ADD = "SELECT, INSERT"
_PUBLIC = "who offers what, and who shall, is public; no citizen is in it"


class Competence(Common):
    """Which level does a service in a Land from a day on, where that is not the level of the package. `source` names the law.

    Municipalities of the kinds in `themselves` (`grosse_kreisstadt`, see `tenancy.Area.kind`) do it themselves all the same.
    """

    why_common = _PUBLIC
    app_rights = ALL

    package = models.ForeignKey("catalog.Package", on_delete=models.PROTECT, related_name="+")
    land = models.TextField()
    level = models.TextField()
    source = models.TextField()
    since = models.DateField(default=ALWAYS)
    themselves = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "land", "since"], name="rollout_competence_once")]


class NotApplicable(Common):
    """That a service does not apply at an authority (no zones, no such tax), and why."""

    why_common = _PUBLIC
    app_rights = ALL

    package = models.ForeignKey("catalog.Package", on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "authority"], name="rollout_not_applicable_once")]


class Rollout(Common):
    """One version for a group of authorities. `number` is its name for people.

    `kind` adopt | upgrade; `state` see `rules.states`. Batches are done in their order: those up to `done` are done, those up
    to `put_back` are taken back. `given` maps beginnings of regional keys ("" for all) to values,
    `wave` is the one that runs, `followed` what the clock did last, or when it was stopped (`services.following`). `law`,
    `effective_on` and `notice_days` belong to an upgrade.
    """

    why_common = _PUBLIC
    app_rights = READ_AND_WRITE

    number = models.IntegerField(unique=True)
    version = models.ForeignKey("catalog.PackageVersion", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.TextField()
    state = models.TextField(default="planned")
    group = models.JSONField()
    given = models.JSONField(default=dict)
    keys = models.IntegerField()
    done = models.IntegerField(default=0)
    put_back = models.IntegerField(default=0)
    wave = models.IntegerField(default=1)
    waves = models.IntegerField()
    wave_ended = models.DateTimeField(null=True)
    law = models.TextField(default="")
    urgent = models.BooleanField(default=False)
    effective_on = models.DateField(null=True)
    notice_days = models.IntegerField(default=0)
    planned_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    gone_on_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why_stopped = models.TextField(default="")
    followed = models.TextField(default="")


class Batch(Common):
    """Authorities of a roll-out that are done together or not at all; `number` counts from 1."""

    why_common = _PUBLIC
    app_rights = READ_AND_WRITE

    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, db_index=False, related_name="batches")
    number = models.IntegerField()
    wave = models.IntegerField()
    authorities = ArrayField(models.UUIDField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rollout", "number"], name="rollout_batch_once")]


class Draft(Walled):
    """A roll-out that a steering body prepares in the browser, until it is planned or thrown away.

    `change` counts what was changed about it, from 1. `asked` is the change that shall be tried out, `tried` the one that was:
    then `found` says what it would do ({"reached", "keys", "apart", "nobody", "left": [[name, Kreis, code, faults]], "unset":
    [[name, Kreis, settings]]}, or {"refused": [text, values]}). Meanwhile `step` of `steps` batches are tried.
    """

    version = models.ForeignKey("catalog.PackageVersion", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.TextField()
    group = models.JSONField()
    given = models.JSONField(default=dict)
    first_percent = models.IntegerField(default=0)
    law = models.TextField(default="")
    urgent = models.BooleanField(default=False)
    effective_on = models.DateField(null=True)
    notice_days = models.IntegerField(default=0)
    saved_at = models.DateTimeField()
    change = models.IntegerField(default=1)
    asked = models.IntegerField(default=0)
    tried = models.IntegerField(default=0)
    step = models.IntegerField(default=0)
    steps = models.IntegerField(default=0)
    found = models.JSONField(default=dict)

    class Meta(Walled.Meta):
        pass


class LeftOut(Common):
    """An authority that a roll-out left as it was, and why; `faults` say which values do not fit."""

    why_common = _PUBLIC
    app_rights = ALL

    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, db_index=False, related_name="left_out")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    code = models.TextField()
    faults = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rollout", "authority"], name="rollout_left_out_once")]


class Objection(Common):
    """That an authority does not want an announced upgrade, or not before `until`. `reason` in its own words."""

    why_common = _PUBLIC
    app_rights = ALL

    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, db_index=False, related_name="objections")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(null=True)
    reason = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rollout", "authority"], name="rollout_objection_once")]


class Steering(Common):
    """That an authority is a steering body: it sees how far services are at the others, and serves no place itself.

    `keys` are beginnings of regional keys, Land or Kreis, within which it sees; none is the whole country. `acts`: it may
    pause roll-outs within them, let them go on and take them back. Only the operator's command makes one.
    """

    why_common = "which body steers is public; no citizen is in it"
    app_rights = READ_AND_WRITE

    authority = models.OneToOneField(Authority, on_delete=models.PROTECT, related_name="+")
    keys = ArrayField(models.TextField(), default=list)
    acts = models.BooleanField(default=False)


class Counted(Common):
    """A package as the cockpit counted it at a moment: `by_land` {two digits: counts}; the Kreise stand in `Standing`."""

    why_common = _PUBLIC
    app_rights = ALL

    package = models.OneToOneField("catalog.Package", on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    by_land = models.JSONField(default=dict)
    at = models.DateTimeField()


class Standing(Common):
    """How far a package is in a Kreis, counted for the cockpit: states of authorities, never a case or their number.

    `counts` has a number for each of `rules.stages.COUNTED`; `authorities` lists those of the Kreis as
    [address, name, stage, version, what blocks, what it said]. A Land's own authority stands below the two digits of the Land.
    """

    why_common = _PUBLIC
    app_rights = ALL

    package = models.ForeignKey("catalog.Package", on_delete=models.PROTECT, db_index=False, related_name="+")
    kreis = models.TextField(db_collation="C")
    counts = ArrayField(models.IntegerField())
    authorities = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "kreis"], name="rollout_standing_once")]
        indexes = [models.Index(fields=["kreis"], name="rollout_standing_kreis")]


class FirstUse(Common):
    """Since when the cockpit knows that an authority's service is used: when it first counted a real application there."""

    why_common = _PUBLIC
    app_rights = READ_AND_ADD

    package = models.ForeignKey("catalog.Package", on_delete=models.PROTECT, db_index=False, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "authority"], name="rollout_first_use_once")]


class BrokenPage(Walled):
    """How often a page or form of a service broke (HTTP 500) in an hour, as it was set since a revision of the adoption, which
    names the version. Nothing about who was there, or where."""

    adoption_id = models.UUIDField()
    revision_id = models.UUIDField()
    hour = models.DateTimeField()
    count = models.IntegerField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(
                fields=["authority", "adoption_id", "revision_id", "hour"], name="rollout_broken_page_once"
            ),
        ]


class Promise(Common):
    """That a body (`by`) promised a package at a stage (`rules.promises.GOALS`): for an authority, or for all that are
    responsible within `key`, a Land or Kreis. By when stands in its lines.
    """

    why_common = _PUBLIC
    app_rights = READ_AND_ADD

    package = models.ForeignKey("catalog.Package", on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.TextField(default="", db_collation="C")
    goal = models.TextField()
    by = models.ForeignKey(Authority, on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(authority=None) ^ models.Q(key=""), name="rollout_promise_for_one_or_all"
            ),
            models.UniqueConstraint(
                fields=["package", "goal", "authority", "key"], nulls_distinct=False, name="rollout_promise_once"
            ),
        ]


class PromiseLine(Common):
    """By when, as of a moment; `number` counts from 1. Nothing is overwritten: a shift is a new line with its reason.

    Without `due` nobody promises it any more. `entered_by` is the authority at whose desk the line was written.
    """

    why_common = _PUBLIC
    app_rights = READ_AND_ADD

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, db_index=False, related_name="lines")
    number = models.IntegerField()
    due = models.DateField(null=True)
    reason = models.TextField(default="")
    entered_by = models.ForeignKey(Authority, on_delete=models.PROTECT, db_index=False, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["promise", "number"], name="rollout_promise_line_once")]


class CommonCost(Common):
    """What a service costs its partners together in a year, as a steering body (`by`) states it, and the `key` by which it is
    shared (`rules.costs.KEYS`). `shares` maps the id of an authority to [its weight, its cents]; it is empty until they are
    reckoned (`shared_at`), and stays as it was reckoned then.
    """

    why_common = "what a service costs public bodies together, and who bears which part; no citizen is in it"
    app_rights = ALL

    package = models.ForeignKey("catalog.Package", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Authority, on_delete=models.PROTECT, db_index=False, related_name="+")
    year = models.IntegerField()
    cents = models.BigIntegerField()
    key = models.TextField()
    source = models.TextField()
    stated_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)
    shares = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="rollout_cost_above_nothing"),
            models.UniqueConstraint(fields=["by", "package", "year"], name="rollout_cost_once"),
        ]
