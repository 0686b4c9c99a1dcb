"""`python -m stadttor COMMAND`: everything an operator, a publisher or the launcher calls."""

import os
import sys
from collections.abc import Callable, Sequence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")


def _django() -> None:
    import django

    django.setup()


def _demo(arguments: Sequence[str]) -> int:
    from stadttor.ground.launcher.demo import run_demo

    return run_demo(list(arguments))


def _migrate(arguments: Sequence[str]) -> int:
    os.environ["STADTTOR_ROLE"] = "owner"
    _django()
    from django.core.management import call_command

    from stadttor.ground import wall

    call_command("migrate", interactive=False, verbosity=0)
    wall.apply()
    return 0


def _makemigrations(arguments: Sequence[str]) -> int:
    os.environ["STADTTOR_ROLE"] = "owner"
    _django()
    from django.core.management import call_command

    call_command("makemigrations", *arguments, skip_checks=True)
    return 0


def _worker(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.site.worker import run

    return run()


def _live(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.site.live import run

    return run()


def _demo_data(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.site.demo import load

    return load()


def _mail_catcher(arguments: Sequence[str]) -> int:
    from adapters.smtp.catcher import main

    return main()


def _assets(arguments: Sequence[str]) -> int:
    from stadttor.ground.web.assets import main

    return main()


def _texts(arguments: Sequence[str]) -> int:
    from stadttor.ground.web.texts import main

    return main(list(arguments))


def _package(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.catalog.cli import main

    return main(list(arguments))


def _areas(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.tenancy.cli import main

    return main(list(arguments))


def _authority(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.site.operator_cli import main

    return main(arguments)


def _audit(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.ground.audit_cli import main

    return main(list(arguments))


def _backup(arguments: Sequence[str]) -> int:
    from stadttor.ground.backup.cli import backup
    from stadttor.site.bucket import use_bucket

    use_bucket(os.environ)
    return backup(arguments)


def _restore(arguments: Sequence[str]) -> int:
    from stadttor.ground.backup.cli import restore
    from stadttor.site.bucket import use_bucket

    use_bucket(os.environ)
    return restore(arguments)


def _privacy(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.privacy.cli import main

    return main(arguments)


def _rollout(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.rollout.cli import main

    return main(arguments)


def _catalogue(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.site.catalogue_cli import main
    from stadttor.site.wiring import connect

    connect()

    return main(arguments)


def _publisher(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.studio.cli import main

    return main(arguments)


def _figures(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.site.figures_cli import main

    return main(arguments)


def _wallet(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.identity.cli import main
    from stadttor.site.wiring import connect

    connect()
    return main(arguments)


def _watch(arguments: Sequence[str]) -> int:
    _django()
    from stadttor.site.watcher import main

    return main(arguments)


COMMANDS: dict[str, tuple[str, Callable[[Sequence[str]], int]]] = {
    "demo": ("run the product with demo data", _demo),
    "migrate": ("bring the database to this version (as owner)", _migrate),
    "makemigrations": ("write migrations for changed tables", _makemigrations),
    "demo-data": ("load the demo's towns, packages and people", _demo_data),
    "worker": ("run the jobs", _worker),
    "live": ("serve live updates", _live),
    "mail-catcher": ("catch the demo's e-mails", _mail_catcher),
    "assets": ("build style sheets, scripts and fonts", _assets),
    "texts": ("extract, compile or count the product's texts", _texts),
    "package": ("new, check, build, verify or publish a service package", _package),
    "catalogue": ("share packages with other installations, follow theirs", _catalogue),
    "authority": ("create an authority and its first organiser; export, erase, bring back one", _authority),
    "rollout": ("plan, run, pause or take back one version of a package for many authorities", _rollout),
    "publisher": ("let a steering body edit and publish packages below a name", _publisher),
    "areas": ("import the official register of municipalities", _areas),
    "watch": ("count what is overdue, acknowledge jobs that gave up", _watch),
    "backup": ("make, follow, verify and forget backups of this cell", _backup),
    "restore": ("bring a cell back from a backup, to any second", _restore),
    "privacy": ("delete again what a restored backup brought back", _privacy),
    "figures": ("count the key figures from scratch", _figures),
    "wallet": ("let an authority ask wallets, show what ends soon", _wallet),
    "audit": ("verify the audit chains, resume one after a restore", _audit),
}


WITHOUT_WORDS = {"demo", "migrate", "makemigrations", "worker", "live", "demo-data", "mail-catcher", "assets"}
"""Commands whose help is their line above; the others answer `--help` themselves."""


def main() -> int:
    """Run one command; without a known one, list them. Exit codes: 0 done, 1 refused or something is wrong, 2 wrong use,
    3 it could not look: what it needs, the database above all, is away.
    """
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        print("Usage: python -m stadttor COMMAND\n")  # noqa: T201  # a command line speaks on its standard output
        for command, (line, _) in COMMANDS.items():
            print(f"  {command:16} {line}")  # noqa: T201
        return 0 if name in ("", "help", "--help", "-h") else 2
    line, act = COMMANDS[name]
    if name in WITHOUT_WORDS and not {"-h", "--help"}.isdisjoint(sys.argv[2:]):
        print(f"Usage: python -m stadttor {name}\n\n{line}")  # noqa: T201
        return 0
    return _told(act, sys.argv[2:])


def _told(act: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """What is away is said in words; an error of ours keeps its traceback."""
    try:
        return act(arguments)
    except Exception as error:
        from stadttor.ground.commands import AWAY, in_words

        words = in_words(error)
        if words is None:
            raise
        print(words, file=sys.stderr)  # noqa: T201
        return AWAY


if __name__ == "__main__":
    sys.exit(main())
