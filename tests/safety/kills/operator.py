"""`python -m tests.safety.kills.operator`: rolls the service out to every competent authority and takes it back, again and again.

What is begun is gone on with first: whoever starts this anew after a death does what an operator does.
"""

import os

BATCH = 5


def main() -> None:
    """Until somebody ends it, which nothing announces."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    _prepare()
    while True:
        _go_on()


def _prepare() -> None:
    """Places with their administrations, beside the towns where people work. Repeatable."""
    from stadttor.ground.clock import now
    from stadttor.tenancy import demo, services

    demo.load(now=now())
    services.create_authorities_from_register(kreise=True)


def _go_on() -> None:
    """One batch of what is under way, else the next thing to do."""
    from stadttor.catalog.queries import release
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.rollout import queries, services
    from stadttor.rollout.rules.groups import Group
    from tests.safety.live.service import SLUG

    newest = next(iter(queries.rollouts()), None)
    if newest is None or newest.state == "taken_back":
        services.plan(services.Plan(release(f"de.stadttor.{SLUG}"), "adopt", Group(), {}, batch=BATCH), now=now())
    elif newest.state == "planned":
        services.begin(newest.number, now=now())
    elif newest.state == "running":
        services.run_batch(newest.number, actor=SYSTEM, now=now())
    elif newest.state == "done":
        services.start_taking_back(newest.number)
    else:
        services.take_back_batch(newest.number, actor=SYSTEM, now=now())


if __name__ == "__main__":
    main()
