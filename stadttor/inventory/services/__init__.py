"""Verbs of organisers: keep the stock of processes."""

from stadttor.inventory.services.importing import Imported, import_processes
from stadttor.inventory.services.keeping import delete_process, save_process, take_over

__all__ = ["Imported", "delete_process", "import_processes", "save_process", "take_over"]
