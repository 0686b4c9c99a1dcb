"""Pure rules of areas: reading the official files, telling what changed, finding a place by what people type."""
