"""What the file somebody sent is called in messages."""

NAME_MAX = 120


def shown_name(name: str) -> str:
    """The name a file came with, for messages: no folders, no control or direction marks, kept apart from the text's
    direction (Unicode FSI and PDI)."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return f"\u2068{''.join(c for c in base if c.isprintable()).strip()[:NAME_MAX]}\u2069"
