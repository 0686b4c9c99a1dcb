"""How a confined child process finds the packages of its parent, and nothing else of its surroundings."""

import os
import sys


def python(script: str, *words: str) -> list[str]:
    """The command: no folder of the script or the working directory is searched, no packages of the user."""
    return [sys.executable, "-P", "-s", script, *words]


def search_path() -> dict[str, str]:
    """The environment entry with the parent's own package folders, wherever they are (a venv, a system package)."""
    return {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
