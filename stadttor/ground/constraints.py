"""Foreign keys that cannot cross authorities: `(authority_id, x_id)` references `(authority_id, id)`.

Declared in a model's Meta.constraints, written to the database by `stadttor.ground.wall.apply` after all migrations,
so that neither the order of tables nor the order of modules matters.
"""

from typing import Any

from django.apps import apps
from django.db import models


class SameAuthority(models.BaseConstraint):
    """A composite foreign key; Django's own ForeignKey cannot express it.

    `fields` names the one UUID column of this table, `to` the target model as `app.Model`,
    `on_delete` RESTRICT or CASCADE. Whether the target exists is checked by the database alone.
    """

    def __init__(self, *, fields: list[str], to: str, name: str, on_delete: str = "RESTRICT"):
        super().__init__(name=name)
        self.fields, self.to, self.on_delete = tuple(fields), to, on_delete

    def sql(self, model: type[models.Model]) -> str:
        """The clause after ADD CONSTRAINT name."""
        column = next(field.column for field in model._meta.fields if field.name == self.fields[0])
        target = apps.get_model(self.to)._meta.db_table
        return f'FOREIGN KEY (authority_id, "{column}") REFERENCES "{target}" (authority_id, id) ON DELETE {self.on_delete}'

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing inside CREATE TABLE."""

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing in a migration; see the module's docstring."""

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing in a migration."""

    def validate(self, *_: object, **__: object) -> None:
        """The database checks."""

    def deconstruct(self) -> Any:
        path, _, kwargs = super().deconstruct()
        kwargs |= {"fields": list(self.fields), "to": self.to, "on_delete": self.on_delete}
        return path, (), kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameAuthority) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__
