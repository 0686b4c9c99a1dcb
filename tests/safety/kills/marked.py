"""`python -m tests.safety.kills.marked`: prints every marked step, and for a job what it is called with, as JSON."""

import inspect
import json
import os
from dataclasses import fields
from importlib import import_module


def marked() -> dict[str, list[str]]:
    """Steps by name; the list holds the names of a job's arguments and is empty for any other step."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    import stadttor.site.worker  # noqa: F401  # web and worker together load everything
    from stadttor.ground import events, jobs, steps
    from stadttor.site import late_urls, urls

    for pattern in urls.urlpatterns:
        if isinstance(pattern, late_urls.LateURLs):  # loaded when somebody first asks for it
            import_module(pattern.urlconf_name)
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
