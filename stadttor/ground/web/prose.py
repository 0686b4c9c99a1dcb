"""Long texts of packages as HTML: paragraphs, lists with `- `, `**bold**`, `[link](https://…)`. Everything else is escaped."""

import re

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(((?:https://|mailto:|tel:)[^)\s]+)\)")


def prose(text: str) -> Markup:
    """Blocks are separated by empty lines; consecutive `- ` lines are one list."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    html = "".join(part for block in blocks for part in _block(block))
    return Markup(html)  # noqa: S704  # every piece was escaped by _inline, the tags around it are ours


def _block(block: str) -> list[str]:
    parts: list[str] = []
    items: list[str] = []
    words: list[str] = []
    for line in block.splitlines():
        if line.lstrip().startswith("- "):
            if words:
                parts.append(f'<p class="kern-body">{_inline(" ".join(words))}</p>')
                words = []
            items.append(line.lstrip()[2:])
        elif items:
            items[-1] += " " + line.strip()
        else:
            words.append(line.strip())
    if words:
        parts.append(f'<p class="kern-body">{_inline(" ".join(words))}</p>')
    if items:
        parts.append('<ul class="st-list">' + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>")
    return parts


def _inline(text: str) -> str:
    """Escaped first; what is put in afterwards is ours, the link's address was escaped with the rest."""
    html = _LINK.sub(r'<a class="kern-link" href="\2">\1</a>', str(escape(text)))
    return _BOLD.sub(r"<strong>\1</strong>", html)
