import threading
from collections.abc import Callable
from datetime import datetime

import pytest

from stadttor.ground.models import Authority
from stadttor.ground.work import common
from stadttor.tenancy import demo, queries, services
from stadttor.tenancy.cli import main
from stadttor.tenancy.models import Area, Coverage, ImportRun
from stadttor.tenancy.rules.register import BadRegister
from stadttor.tenancy.tests.conftest import KEYS_CSV, KEYS_JSON, OFFICIAL_2021
from stadttor.tenancy.tests.test_gv100ad import ELLINGEN, file, line, municipality

pytestmark = pytest.mark.db

SOLNHOFEN = municipality("09577168", "0168", "Solnhofen")


def count(**filters: object) -> int:
    with common():
        return Area.objects.filter(**filters).count()


def imported(data: bytes, now: datetime) -> services.ImportReport:
    return services.import_register(data, file_name="test.asc", now=now)


def test_an_import_says_what_it_did_and_is_noted(now: datetime) -> None:
    report = imported(file(line("10", "09", "Bayern"), ELLINGEN, SOLNHOFEN), now)
    assert (report.municipalities, report.added, report.changed, report.dissolved) == (2, 3, 0, 0)
    with common():
        run = ImportRun.objects.get()
    assert (run.file_name, run.added, run.at) == ("test.asc", 3, now)


def test_importing_again_writes_nothing(now: datetime) -> None:
    imported(file(ELLINGEN, SOLNHOFEN), now)
    again = imported(file(ELLINGEN, SOLNHOFEN), now)
    assert (again.added, again.changed, again.dissolved) == (0, 0, 0)
    assert count() == 2


def test_a_broken_file_changes_nothing(now: datetime) -> None:
    with pytest.raises(BadRegister, match="line 2"):
        imported(file(ELLINGEN, "60 broken"), now)
    assert count() == 0


def test_the_progress_reaches_the_end(now: datetime) -> None:
    seen: list[tuple[int, int]] = []
    services.import_register(
        file(ELLINGEN, SOLNHOFEN), file_name="x", now=now, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(2, 2)]


def test_two_imports_at_once_leave_one_result(now: datetime) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        from django.db import connection

        try:
            imported(file(ELLINGEN, SOLNHOFEN), now)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert count() == 2


def test_the_official_files_in_the_order_of_their_days(official: Callable[[str], bytes], now: datetime) -> None:
    first = imported(official(OFFICIAL_2021), now)
    assert (first.municipalities, first.unincorporated, first.dissolved) == (10_787, 210, 0)
    second = imported(official(KEYS_JSON), now)
    assert (second.municipalities, second.unincorporated) == (10_747, 196)
    living = count(level="gemeinde", valid_until=None)
    unincorporated = count(level="gemeinde", valid_until=None, kind__startswith="gemeindefrei")
    assert (living - unincorporated, unincorporated) == (10_747, 196)
    assert count(level="verband", valid_until=None) == 1_202
    assert count(level="gemeinde", valid_until__isnull=False) == 364
    assert imported(official(KEYS_JSON), now).changed == 0


def test_the_official_files_the_other_way_round_give_the_same_places(
    official: Callable[[str], bytes], now: datetime
) -> None:
    for name in (KEYS_JSON, KEYS_CSV, OFFICIAL_2021):
        imported(official(name), now)
    assert count(level="gemeinde", valid_until=None) == 10_943
    assert count(level="gemeinde", valid_until=None, population__isnull=False) == 10_937
    assert count(level="verband", valid_until=None) == 1_202
    with common():
        hanau = Area.objects.get(code="06435014")
    assert (hanau.successor, hanau.valid_until.year) == ("06415000", 2024)  # type: ignore[union-attr]


def test_all_administrations_of_the_register(official: Callable[[str], bytes], now: datetime) -> None:
    imported(official(KEYS_JSON), now)
    assert services.create_authorities_from_register() == 4_388
    assert services.create_authorities_from_register() == 0
    with common():
        assert Coverage.objects.count() == Authority.objects.count() == 4_388
    assert queries.responsible("Ettenstatt", now=now).authority.name == "Verwaltungsgemeinschaft Ellingen"  # type: ignore[union-attr]


def test_three_keys_of_the_register_belong_to_no_kreis_and_nobody_is_competent_there(
    official: Callable[[str], bytes], now: datetime
) -> None:
    """Report: a package adopted everywhere covers 10,940 of 10,943 keys. Water, and land without a municipality in no Kreis."""
    imported(official(KEYS_JSON), now)
    services.create_authorities_from_register(kreise=True)
    for level in ("gemeinde", "verband"):
        found = queries.competences(lambda _place, level=level: level)  # type: ignore[misc]  # bound at once
        assert sum(len(one.places) for one in found.authorities) == 10_940
        assert sorted((place.ars, place.name) for place in found.nobody) == [
            ("070009999999", "Gemeinsames deutsch-luxemburgisches Hoheitsgebiet"),
            ("130009999998", "gemeindefreies Gebiet M-V"),
            ("130009999999", "Küstengewässer einschl. Anteil am Festlandsockel"),
        ]


def test_the_official_list_beside_the_demo_keeps_its_authorities(
    official: Callable[[str], bytes], now: datetime
) -> None:
    ids = demo.load(now=now)
    assert imported(official(KEYS_JSON), now).dissolved < 364
    assert demo.load(now=now) == ids
    assert services.create_authorities_from_register() == 4_388 - 5
    assert queries.responsible("Weißenburg", now=now).authority.id == ids["weissenburg"]  # type: ignore[union-attr]


def test_the_command_reports_and_repeats(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "register.asc"
    path.write_bytes(file(ELLINGEN, SOLNHOFEN))
    assert main(["import", str(path)]) == 0
    assert "2 added, 0 changed, 0 dissolved" in capsys.readouterr().out
    assert main(["import", str(path)]) == 0
    assert "0 added, 0 changed, 0 dissolved" in capsys.readouterr().out


def test_the_command_refuses_a_bad_file_with_its_lines(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "register.asc"
    path.write_bytes(file(ELLINGEN, "60 broken"))
    assert main(["import", str(path)]) == 1
    assert "line 2" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "none.asc")]) == 1
