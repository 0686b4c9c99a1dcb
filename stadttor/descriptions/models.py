"""What towns say of services in place of the product's descriptions, and beside them. Nothing here is about a person."""

from django.db import models

from stadttor.ground.models import Walled

ONE_ADDRESS, ONE_ID = "descriptions_own_slug", "descriptions_own_external"


class Own(Walled):
    """A description that a town changed, hid or added. `content`: see `rules.own.kept`, empty where only `hidden` was said;
    `based_on` is the day of review of the product's text it was made from; `external_id` names it in files, for a text of
    the product its address; `version` counts changes from 1."""

    slug = models.TextField()
    external_id = models.TextField()
    hidden = models.BooleanField(default=False)
    content = models.JSONField(default=dict)
    based_on = models.DateField(null=True)
    version = models.IntegerField(default=1)
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "slug"], name=ONE_ADDRESS),
            models.UniqueConstraint(fields=["authority", "external_id"], name=ONE_ID),
        ]
