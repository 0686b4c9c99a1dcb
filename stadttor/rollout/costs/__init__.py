"""Pages of common costs: a steering body states them, each authority sees its share."""
