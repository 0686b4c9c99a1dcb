"""What a package may be: reading, limits, checks. No Django, no database, no clock."""
