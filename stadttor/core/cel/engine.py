"""The expression engine, without the command line it brings along: 12 MB that no process of ours ever uses."""

import sys
from types import ModuleType

# `import cel` finds this one instead of its own.
sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel  # noqa: E402  # only after the stand-in

__all__ = ["cel"]
