"""Verbs of organisers: keep the stock of processes, say how mature they are, what comes first, and when."""

from stadttor.inventory.services.assessing import assess
from stadttor.inventory.services.drawing import draw_process, drop_drawing
from stadttor.inventory.services.importing import Imported, import_processes
from stadttor.inventory.services.keeping import delete_process, save_process, take_over
from stadttor.inventory.services.planning import plan_process
from stadttor.inventory.services.rating import rate, set_weights

__all__ = [
    "Imported", "assess", "delete_process", "draw_process", "drop_drawing", "import_processes", "plan_process", "rate",
    "save_process", "set_weights", "take_over",
]  # fmt: skip
