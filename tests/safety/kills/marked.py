"""`python -m tests.safety.kills.marked`: prints every marked step, and for a job what it is called with, as JSON."""

import inspect
import json
import os
from dataclasses import fields


def marked() -> dict[str, list[str]]:
    """Steps by name; the list holds the names of a job's arguments and is empty for any other step."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    import stadttor.site.urls
    import stadttor.site.worker  # noqa: F401  # web and worker together load everything
    from stadttor.ground import events, jobs, steps

    heard = {hear: event for event, listeners in events._listeners.items() for hear in listeners}
    arguments = {
        f"job {name}": [field.name for field in fields(heard[function])]
        if function in heard
        else list(inspect.signature(function).parameters)
        for function, name in jobs._names.items()
    }
    return {name: arguments.get(name, []) for name in sorted(steps.known())}


if __name__ == "__main__":
    print(json.dumps(marked()))
