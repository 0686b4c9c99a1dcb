"""The typed heart: ids, money, regional keys, classes of data, expressions, `Refused`. Knows no Django, no clock, no database."""
