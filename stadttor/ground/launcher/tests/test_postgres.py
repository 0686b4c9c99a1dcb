"""The private server, with the programs this machine has."""

import os
import pwd
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from stadttor.ground.launcher import postgres, roles
from stadttor.ground.launcher.dsn import as_url, changed, place_of
from stadttor.ground.launcher.postgres import Cluster, existing_major, find_binaries
from stadttor.ground.launcher.problems import LaunchProblem
from stadttor.ground.launcher.stamps import DatabaseStamps
from stadttor.ground.launcher.testing import FAST_AND_SMALL, migrated_cluster, test_cluster


@pytest.fixture(scope="module")
def dsns() -> Iterator[roles.Dsns]:
    with test_cluster() as dsns:
        yield dsns


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder only its owner may enter."""
    tmp_path.chmod(0o700)
    return tmp_path


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_the_server_keeps_its_data_from_start_to_start(closed: Path) -> None:
    cluster = Cluster(closed / "pg", find_binaries(), settings=FAST_AND_SMALL)
    with cluster.running(log=closed / "log"):
        roles.bootstrap(cluster.url())
        dsns = roles.bootstrap(cluster.url())
        with psycopg.connect(dsns.owner) as connection:
            connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    assert not cluster.is_ready()
    with cluster.running(log=closed / "log"):
        assert one(dsns.owner, "SELECT n FROM kept") == 7
    assert existing_major(closed / "pg") == cluster.binaries.major


def test_the_last_words_say_why_the_server_ended_not_who_knocked() -> None:
    log = """LOG:  starting PostgreSQL
FATAL:  recovery ended before configured recovery target was reached
FATAL:  the database system is not accepting connections
LOG:  startup process (PID 7) exited with exit code 1
FATAL:  the database system is starting up
LOG:  shutting down due to startup process failure
LOG:  database system is shut down"""
    words = postgres._last_words(log)
    assert "before configured recovery target" in words[1]
    assert not any("not accepting" in word or "starting up" in word for word in words)
    assert words[-1].endswith("is shut down")


def test_the_log_holds_no_word_of_a_failed_statement_or_its_row(closed: Path) -> None:
    """Report: an answer stood in the server's log when the statement that carried it failed."""
    cluster = Cluster(closed / "pg", find_binaries(), settings=FAST_AND_SMALL)
    with cluster.running(log=closed / "log"), psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name text PRIMARY KEY, age int CHECK (age > 0))")
        connection.execute("INSERT INTO people VALUES ('Amira', 38)")
        for values in ("('Amira', 38)", "('Amira Weber', -1)", "('Amira', 1 / 0)"):
            with pytest.raises(psycopg.Error):
                connection.execute(f"INSERT INTO people VALUES {values}")  # noqa: S608  # the words of this test
    said = (closed / "log").read_text()
    assert "division by zero" in said
    assert "Amira" not in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server over to somebody")
@pytest.mark.parametrize("way", [postgres._in_namespace, postgres._as_user])
def test_root_hands_the_server_over_even_below_a_closed_folder(
    closed: Path, way: Callable[[pwd.struct_passwd], postgres.Account]
) -> None:
    account = way(pwd.getpwnam("nobody"))
    cluster = Cluster(closed / "pg", find_binaries(), account=account, settings=FAST_AND_SMALL)
    with cluster.running(log=closed / "log"):
        assert one(cluster.url(), "SELECT 1") == 1


def test_a_long_path_still_gets_a_socket(closed: Path) -> None:
    cluster = Cluster(closed / ("long" * 30), find_binaries())
    cluster._make_socket_folder()
    assert len(os.fsencode(cluster.socket_folder)) < 90
    assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
    cluster.socket_folder.rmdir()


def test_a_server_that_cannot_start_shows_its_last_words(closed: Path) -> None:
    cluster = Cluster(closed / "pg", find_binaries(), settings={**FAST_AND_SMALL, "shared_buffers": "nonsense"})
    with pytest.raises(LaunchProblem, match="nonsense"), cluster.running(log=closed / "log"):
        pass


def test_a_cluster_of_another_version_is_named_with_the_way_out() -> None:
    with pytest.raises(LaunchProblem, match="demo-reset"):
        find_binaries(major=9)


def test_the_wheel_can_be_forced() -> None:
    assert find_binaries(wanted="wheel").origin == "wheel"


def test_an_unknown_origin_is_refused() -> None:
    with pytest.raises(LaunchProblem, match="STADTTOR_POSTGRES=system"):
        find_binaries(wanted="docker")


def test_the_app_owns_nothing_and_may_not_create(dsns: roles.Dsns) -> None:
    owned = "SELECT count(*) FROM pg_class WHERE relowner = 'stadttor_app'::regrole"
    assert one(dsns.app, owned) == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one(dsns.app, "CREATE TABLE mine (n int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one(dsns.app, "CREATE TEMPORARY TABLE mine (n int)")


@pytest.mark.parametrize("role", [roles.OWNER, roles.APP, roles.SEARCH])
def test_only_the_backup_passes_the_wall(dsns: roles.Dsns, role: str) -> None:
    query = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = '{}'"
    assert one(dsns.app, query.format(role)) is False
    assert one(dsns.app, "SELECT rolbypassrls FROM pg_roles WHERE rolname = 'stadttor_backup'") is True


def test_only_the_backup_may_stream_the_log(dsns: roles.Dsns) -> None:
    query = "SELECT rolname FROM pg_roles WHERE rolreplication AND NOT rolsuper"
    assert one(dsns.app, query) == "stadttor_backup"


def test_the_backup_reads_past_the_wall_and_writes_nothing(dsns: roles.Dsns) -> None:
    with psycopg.connect(dsns.owner) as owner:
        owner.execute("CREATE TABLE walled (n int); INSERT INTO walled VALUES (1)")
        owner.execute("ALTER TABLE walled ENABLE ROW LEVEL SECURITY; ALTER TABLE walled FORCE ROW LEVEL SECURITY")
    assert one(dsns.owner, "SELECT count(*) FROM walled") == 0
    assert one(dsns.backup, "SELECT count(*) FROM walled") == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one(dsns.backup, "SET default_transaction_read_only = off; COMMIT; INSERT INTO walled VALUES (2)")


def test_the_owner_can_hand_a_function_to_the_search_role(dsns: roles.Dsns) -> None:
    with psycopg.connect(dsns.owner) as owner:
        owner.execute("CREATE FUNCTION seek() RETURNS int LANGUAGE sql RETURN 1")
        owner.execute("GRANT CREATE ON SCHEMA public TO stadttor_search")
        owner.execute("ALTER FUNCTION seek() OWNER TO stadttor_search")
        owner.execute("REVOKE CREATE ON SCHEMA public FROM stadttor_search")
    assert one(dsns.app, "SELECT seek()") == 1


def test_a_role_without_rights_is_told_which_ones_are_needed(dsns: roles.Dsns) -> None:
    with pytest.raises(LaunchProblem, match="superuser"):
        roles.bootstrap(dsns.owner)


def test_stamps_live_in_the_database(dsns: roles.Dsns) -> None:
    stamps = DatabaseStamps(dsns.owner)
    stamps.put("migrate", "abc")
    stamps.put("demo-data", "loaded")
    assert (stamps.get("migrate"), stamps.get("demo-data"), stamps.get("other")) == ("abc", "loaded", "")


def test_addresses_survive_special_characters() -> None:
    parts = {"user": "a b", "password": "p@ss/:", "host": "db.example.org", "port": "6432", "dbname": "stadttor"}
    assert psycopg.conninfo.conninfo_to_dict(as_url(parts)) == parts
    socket = as_url({"user": "a", "dbname": "b", "host": "/run/my sockets"})
    assert psycopg.conninfo.conninfo_to_dict(socket)["host"] == "/run/my sockets"


def test_a_place_shows_no_password() -> None:
    url = "postgresql://postgres:secret@db:5433/postgres"
    assert place_of(changed(url, dbname="stadttor")) == "db:5433/stadttor"


def test_tables_are_made_once_and_each_run_has_its_own(tmp_path: Path) -> None:
    made = []

    def migrate(dsns: roles.Dsns) -> None:
        made.append(dsns.owner)
        with psycopg.connect(dsns.owner) as connection:
            connection.execute("CREATE TABLE kept (n int); GRANT SELECT, INSERT ON kept TO stadttor_app")

    for mark in ("one", "one", "two", "one"):
        with migrated_cluster(tmp_path, mark, migrate) as dsns, psycopg.connect(dsns.app) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
            connection.execute("INSERT INTO kept VALUES (7)")
    assert len(made) == 3


def test_tables_that_could_not_be_made_are_not_kept(tmp_path: Path) -> None:
    def fail(dsns: roles.Dsns) -> None:
        raise LaunchProblem("no tables")

    for _time in range(2):
        with pytest.raises(LaunchProblem, match="no tables"), migrated_cluster(tmp_path, "one", fail):
            pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["lock"]
