"""The ways by which something is handed over, as the operator allows them; each is loaded where it is first needed."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from stadttor.exchange.ports import API, FOLDER, SFTP, Way, use_ways

DEMO_FOLDER = "hand-over"


def allow_ways(environment: Mapping[str, str], demo: Path | None) -> None:
    """By STADTTOR_HAND_OVER_FOLDER and STADTTOR_HAND_OVER_HOSTS; the `demo` has a folder of its own below this one."""
    hosts = frozenset(environment.get("STADTTOR_HAND_OVER_HOSTS", "").split())
    folder = environment.get("STADTTOR_HAND_OVER_FOLDER") or (str(demo / DEMO_FOLDER) if demo else "")
    found: dict[str, Callable[[], Way]] = {}
    if folder:
        found[FOLDER] = partial(_folder, Path(folder))
    if hosts:
        found |= {SFTP: partial(_sftp, hosts), API: partial(_api, hosts)}
    use_ways(found)


def _folder(root: Path) -> Way:
    from adapters.drop_folder import DropFolder

    return DropFolder(root)


def _sftp(hosts: frozenset[str]) -> Way:
    from adapters.sftp import Sftp

    return Sftp(hosts)


def _api(hosts: frozenset[str]) -> Way:
    from adapters.http_api import HttpApi

    return HttpApi(hosts)
