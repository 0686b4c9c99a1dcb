"""The database and its roles: who owns, who works, who backs up. Safe to repeat.

- `stadttor_owner` migrates: owns database and schema, without superuser and without BYPASSRLS.
- `stadttor_app` is the product: owns nothing, so row level security always binds it.
- `stadttor_backup` alone passes the wall, and only to read; it streams the log for base backups.
- `stadttor_search` owns the narrow search functions and cannot log in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from .dsn import changed
from .problems import LaunchProblem

DATABASE = "stadttor"
OWNER, APP, BACKUP, SEARCH = "stadttor_owner", "stadttor_app", "stadttor_backup", "stadttor_search"
LOGIN_ROLES = (OWNER, APP, BACKUP)

_WALL = "NOSUPERUSER NOCREATEDB NOCREATEROLE"
_ATTRIBUTES = {
    OWNER: f"LOGIN NOBYPASSRLS {_WALL} NOREPLICATION",
    APP: f"LOGIN NOBYPASSRLS {_WALL} NOREPLICATION",
    BACKUP: f"LOGIN BYPASSRLS {_WALL} REPLICATION",
    SEARCH: f"NOLOGIN NOBYPASSRLS {_WALL} NOREPLICATION",
}


@dataclass(frozen=True)
class Dsns:
    """Addresses of one database, a role each."""

    app: str
    owner: str
    backup: str

    def environment(self) -> dict[str, str]:
        """As the product's processes read them."""
        return {
            "STADTTOR_DATABASE_URL": self.app,
            "STADTTOR_OWNER_URL": self.owner,
            "STADTTOR_BACKUP_URL": self.backup,
        }


def bootstrap(admin_url: str, *, passwords: Mapping[str, str] | None = None, database: str = DATABASE) -> Dsns:
    """Make roles and database with the rights of `admin_url`; returns the addresses for the three login roles.

    `passwords` by role name are set when the server asks for them; a private cluster needs none.
    Raises LaunchProblem when `admin_url` cannot be reached or may not do it.
    """
    passwords = passwords or {}
    with _connect(admin_url) as admin:
        _check_rights(admin)
        _make_roles(admin, passwords)
        _make_database(admin, database)
    with _connect(changed(admin_url, dbname=database)) as admin:
        _divide_rights(admin, database)
    app, owner, backup = (
        changed(admin_url, dbname=database, user=role, password=passwords.get(role, ""))
        for role in (APP, OWNER, BACKUP)
    )
    return Dsns(app=app, owner=owner, backup=backup)


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.Error as error:
        raise LaunchProblem(f"The database server cannot be reached: {error}", "check DATABASE_URL") from error


def _check_rights(admin: psycopg.Connection[tuple[object, ...]]) -> None:
    # From PostgreSQL 16 on a role may give away attributes it has itself; before, BYPASSRLS needs a superuser.
    row = admin.execute(
        "SELECT rolsuper OR (rolcreaterole AND rolcreatedb AND rolbypassrls"
        " AND current_setting('server_version_num')::int >= 160000) FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is None or not row[0]:
        raise LaunchProblem(
            "The role in DATABASE_URL may not make the database and its roles.",
            "name a superuser in DATABASE_URL, or (PostgreSQL 16 and newer) a role with"
            " CREATEROLE, CREATEDB and BYPASSRLS",
        )


def _make_roles(admin: psycopg.Connection[tuple[object, ...]], passwords: Mapping[str, str]) -> None:
    for role, attributes in _ATTRIBUTES.items():
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = "ALTER ROLE" if known else "CREATE ROLE"
        admin.execute(sql.SQL(f"{verb} {{}} {_settable(admin, attributes)}").format(sql.Identifier(role)))
        if role in passwords:
            set_password = sql.SQL("ALTER ROLE {} PASSWORD {}")
            admin.execute(set_password.format(sql.Identifier(role), sql.Literal(passwords[role])))
    admin.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(BACKUP)))
    # To hand a function over to the search role, the owner must be a member of it.
    admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(SEARCH), sql.Identifier(OWNER)))


def _settable(admin: psycopg.Connection[tuple[object, ...]], attributes: str) -> str:
    """Without the attributes that only a superuser may give or even deny; without REPLICATION the backup is a dump."""
    if admin.info.parameter_status("is_superuser") == "on":
        return attributes
    return attributes.replace("NOSUPERUSER", "").replace("NOREPLICATION", "").replace("REPLICATION", "")


def _make_database(admin: psycopg.Connection[tuple[object, ...]], database: str) -> None:
    names = {"db": sql.Identifier(database), "owner": sql.Identifier(OWNER)}
    if admin.info.parameter_status("is_superuser") != "on":
        # Giving an object away asks for membership in the new owner.
        admin.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(**names))
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        admin.execute(sql.SQL("ALTER DATABASE {db} OWNER TO {owner}").format(**names))
    else:
        admin.execute(sql.SQL("CREATE DATABASE {db} OWNER {owner} ENCODING 'UTF8' TEMPLATE template0").format(**names))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {db} FROM PUBLIC").format(**names))
    logins = sql.SQL(", ").join(sql.Identifier(role) for role in LOGIN_ROLES)
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {db} TO {logins}").format(logins=logins, **names))


def _divide_rights(admin: psycopg.Connection[tuple[object, ...]], database: str) -> None:
    admin.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
    admin.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    everyone = sql.SQL(", ").join(sql.Identifier(role) for role in (APP, BACKUP, SEARCH))
    admin.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(everyone))
    names = {"owner": sql.Identifier(OWNER), "backup": sql.Identifier(BACKUP)}
    for kind in ("TABLES", "SEQUENCES"):
        # What is there, and what the owner will make.
        admin.execute(sql.SQL(f"GRANT SELECT ON ALL {kind} IN SCHEMA public TO {{backup}}").format(**names))
        future = f"ALTER DEFAULT PRIVILEGES FOR ROLE {{owner}} IN SCHEMA public GRANT SELECT ON {kind} TO {{backup}}"
        admin.execute(sql.SQL(future).format(**names))
