"""The organiser's key figures: pages and files. They read counters only."""
