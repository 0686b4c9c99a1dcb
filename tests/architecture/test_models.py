"""Every table is behind the wall or says why not; every key stays inside its authority and points downwards."""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from stadttor.core.classify import RETENTIONS, DataClass
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Common, Walled
from stadttor.ground.wall import POLICY
from stadttor.ground.work import common

ROOT = Path(__file__).resolve().parents[2]

# Texts of walled tables that hold nothing about a person: codes, keys, hashes, addresses inside the product, names of
# colleagues in their office. Reviewed one by one; a new text is classified or joins this list with a reason.
INTERNAL = {
    "appointments.Pool": "name place hours closed services",
    "appointments.Booking": "number service title state channel language",
    "cases.Case": "number service title language channel trust land assignee_name state period outcome retention secrecy",
    "cases.Event": "act actor_kind details",
    "cases.Question": "asked_by_name",
    "cases.Note": "author_name",
    "cases.Decision": "outcome decided_by_name confirmed_by_name channel",
    "cases.Permit": "number service state",
    "cases.Presence": "staff_name",
    "cases.Protection": "origin by_name lifted_by_name",
    "cases.ProtectedLook": "staff_name",
    "cases.Deputy": "staff_name deputy_name",
    "cases.SavedFilter": "name query",
    "cases.ServiceOfCases": "slug title",
    "citizens.KeptThing": "kind",
    "exchange.Target": "service way place username host_key looked_problem",
    "exchange.HandOver": "about key service target state name media_type sha256 problem ended_by_name",
    "exchange.Tick": "line value_hash by_name",
    "forms.Entry": "staff_name channel desk_language",
    "forms.Draft": "service language",
    "forms.Amendment": "key by",
    "forms.Retrieval": "path way level evidence register keeper claims outcome media_type sha256",
    "forms.Attachment": "path media_type sha256 state",
    "forms.Reused": "path number",
    "forms.Submission": "key number service language channel trust fees",
    "ground.AuditEntry": "act actor_kind subject_kind details",
    "ground.Blob": "media_type",
    "identity.AccountServiceRow": "source entity_id sign_in_url certificates signed algorithms online_service",
    "identity.CitizenSignIn": "question state purpose",
    "identity.OpenIdSettings": "label issuer client_id groups_claim roles",
    "identity.OpenIdIdentity": "issuer",
    "identity.OpenIdUsed": "digest",
    "identity.WalletAccess": "chain registrations prefix across",
    "identity.WalletSignIn": "status problem proof",
    "descriptions.Own": "slug external_id content",
    "identity.CredentialOffer": "kind status",
    "identity.CredentialSigner": "chain earlier",
    "identity.IssuedCredential": "kind why",
    "identity.Unit": "name services",
    "identity.Membership": "roles",
    "identity.Invitation": "roles unit_ids",
    "identity.ApiToken": "name scopes",
    "insights.Answer": "service said done by_name",
    "insights.Counter": "service measure",
    "insights.Feedback": "service",
    "insights.FigureSettings": "open_licence not_asked",
    "insights.Triage": "state tags checked",
    "insights.ServiceCost": "service source",
    "inventory.Maturity": "answers",
    "inventory.Process": "name service systems law steps",
    "inventory.Drawing": "file_name",
    "inventory.Plan": "horizon goal before after lesson verdict",
    "inventory.Rating": "marks",
    "inventory.Weighting": "weights",
    "papers.Assessment": "status gaps",
    "papers.Barrier": "language answered_by_name",
    "notices.LegalDelivery": "channel why state area calendar documents rule",
    "notices.PrintRun": "made_by_name posted_by_name printed_by_name",
    "notices.Mail": "key kind language state reply",
    "notices.Message": "key subject_kind language documents",
    "payments.Payment": "reference items state service taken",
    "payments.FinanceRules": "prefix check_digits receipt_prefix accounts holder iban bic members",
    "payments.Counter": "kind",
    "payments.Claim": "number",
    "payments.Listed": "told_by service account entries due settings",
    "payments.Closing": "by_name sums",
    "payments.Receipt": "key number method by_name mistake",
    "payments.Booking": "method service share account by_name",
    "payments.Attempt": "provider provider_key state",
    "payments.SimulatedOrder": "key reference return_to state",
    "privacy.Deletion": "service cause archive counts files digest number_hash",
    "privacy.Hold": "by_name",
    "privacy.Retention": "service state archive",
    "processes.Instance": "definition_hash open",
    "processes.Step": "kind task outcome flags",
    "records.File": "number plan_key",
    "records.Document": "kind origin sha256 media_type source_key",
    "rollout.Draft": "kind group given law found",
    "studio.WorkingCopy": "package title based_on changed_by_name",
    "studio.Revision": "act by_name",
    "studio.FileChange": "path",
    "studio.Publication": "version state asked_by_name confirmed_by_name problem",
    "site.Replay": "key digest",
}


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("stadttor.")]


def walled() -> list[type[models.Model]]:
    return [model for model in ours() if issubclass(model, Walled)]


def test_every_table_is_walled_or_says_why_it_is_global():
    neither = [model for model in ours() if issubclass(model, Walled) == issubclass(model, Common)]
    silent = [model for model in ours() if issubclass(model, Common) and len(model.why_common) < 10]
    assert neither == []
    assert silent == []


def layers() -> list[set[str]]:
    """The layers of the import contract, lowest first."""
    contract = ConfigParser()
    contract.read(ROOT / ".importlinter")
    lines = contract["importlinter:contract:layers"]["layers"].split("\n")
    return [set(re.findall(r"[a-z]+", line)) for line in lines if line.strip()][::-1]


def height(label: str) -> int:
    return next(place for place, names in enumerate(layers()) if label in names)


def keys() -> list[tuple[str, str, str]]:
    """(model, field, target model) of every foreign key, Django's and ours."""
    found = [
        (model._meta.label, field.name, field.related_model._meta.label)
        for model in ours()
        for field in model._meta.fields
        if field.is_relation
    ]
    composite = [(model._meta.label, one.fields[0], one.to) for model in ours() for one in same_authority(model)]
    return found + composite


def same_authority(model: type[models.Model]) -> list[SameAuthority]:
    return [one for one in model._meta.constraints if isinstance(one, SameAuthority)]


def test_every_key_points_downwards_or_inside():
    upwards = [
        (source, field, target)
        for source, field, target in keys()
        if (a := source.split(".")[0]) != (b := target.split(".")[0]) and height(a) <= height(b)
    ]
    assert upwards == []


def test_no_plain_key_crosses_from_a_walled_table_to_a_walled_table():
    """Only the composite key keeps two rows in one authority."""
    plain = [
        f"{model._meta.label}.{field.name}"
        for model in walled()
        for field in model._meta.fields
        if field.is_relation and issubclass(field.related_model, Walled)
    ]
    assert plain == []


def test_every_walled_table_starts_its_key_with_the_authority():
    missing = []
    for model in walled():
        unique = [one.fields for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
        if ("authority", "id") not in unique:
            missing.append(model._meta.label)
    assert missing == []


def test_every_text_about_a_person_has_a_class_and_a_retention():
    texts = (models.TextField, models.CharField, models.JSONField, ArrayField, models.EmailField)
    unmarked = [
        f"{model._meta.label}.{field.name}"
        for model in walled()
        for field in model._meta.fields
        if isinstance(field, texts)
        and not hasattr(field, "data_class")
        and field.name not in INTERNAL.get(model._meta.label, "").split()
    ]
    assert unmarked == []


def test_the_list_of_internal_texts_names_no_field_that_is_gone():
    known = {model._meta.label: {field.name for field in model._meta.fields} for model in walled()}
    gone = [f"{label}.{name}" for label, names in INTERNAL.items() if label in known
            for name in names.split() if name not in known[label]]  # fmt: skip
    assert gone == []


def test_marks_are_classes_and_retentions_of_the_product():
    marked = [field for model in ours() for field in model._meta.fields if hasattr(field, "data_class")]
    assert all(isinstance(field.data_class, DataClass) and field.keep in RETENTIONS for field in marked)
    assert len(marked) > 20


def test_no_migration_is_missing():
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)
    assert {app: [str(one) for one in migrations] for app, migrations in changes.items()} == {}


def rows(sql: str) -> list[tuple]:
    with common(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.db
def test_every_walled_table_is_forced_behind_its_policy():
    forced = dict(rows("SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relkind = 'r'"))
    policies = {
        (table, name): (using, check)
        for table, name, using, check in rows("SELECT tablename, policyname, qual, with_check FROM pg_policies")
    }
    squeezed = re.sub(r"[()\s]|::text", "", POLICY)
    for model in walled():
        table = model._meta.db_table
        assert forced[table], f"{table} does not force row-level security"
        assert (table, "wall") in policies, f"{table} has no policy"
        for expression in policies[table, "wall"]:
            assert re.sub(r"[()\s]|::text", "", expression) == squeezed
        assert [name for owner, name in policies if owner == table] == ["wall"], f"{table} has a second door"


@pytest.mark.db
def test_every_composite_key_stands_in_the_database():
    written = {
        name: (table, definition)
        for name, table, definition in rows(
            "SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
        )
    }
    for model in ours():
        for key in same_authority(model):
            table, definition = written[key.name]
            target = apps.get_model(key.to)._meta.db_table
            assert table == model._meta.db_table
            assert re.search(rf"\(authority_id, {key.fields[0]}\) REFERENCES {target}\(authority_id, id\)", definition)


@pytest.mark.db
def test_the_product_owns_nothing_and_passes_no_wall():
    role = rows("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user")
    assert role == [(False, False, False, False)]
    assert rows("SELECT tablename FROM pg_tables WHERE tableowner = current_user") == []


@pytest.mark.db
def test_the_product_has_the_rights_its_models_declare_and_no_more():
    granted: dict[str, set[str]] = {}
    for table, right in rows(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = 'stadttor_app'"
    ):
        granted.setdefault(table, set()).add(right)
    for model in ours():
        assert granted.pop(model._meta.db_table) == set(model.app_rights.split(", "))
    assert all(table.startswith("procrastinate_") for table in granted)
