"""Long texts of packages as HTML: paragraphs, lists with `- ` or `1. `, `**bold**`, `[link](https://…)`.

Everything else is escaped.
"""

import re
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(((?:https://|mailto:|tel:)[^)\s]+)\)")
_ITEM = re.compile(r"(?:(?P<dash>-)|\d{1,2}\.) +")


def prose(text: str) -> Markup:
    """Blocks are separated by empty lines; consecutive `- ` or `1. ` lines are one list."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    html = "".join(part for block in blocks for part in _block(block))
    return Markup(html)  # noqa: S704  # every piece was escaped by _inline, the tags around it are ours


@lru_cache(maxsize=4_096)
def package_prose(text: str) -> Markup:
    """The same, kept: for texts of packages, which everybody reads; never for what people wrote."""
    return prose(text)


def _block(block: str) -> list[str]:
    return [
        _element(tag, [text for _tag, text in lines]) for tag, lines in groupby(_lines(block), lambda line: line[0])
    ]


def _lines(block: str) -> list[tuple[str, str]]:
    """(element, text) of each paragraph and item; a line without a mark goes on with the one before."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        words = line.strip()
        if item := _ITEM.match(words):
            found.append(("ul" if item["dash"] else "ol", words[item.end() :]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {words}")
        else:
            found.append(("p", words))
    return found


def _element(tag: str, texts: list[str]) -> str:
    if tag == "p":
        return "".join(f'<p class="kern-body">{_inline(text)}</p>' for text in texts)
    return f'<{tag} class="st-list">' + "".join(f"<li>{_inline(text)}</li>" for text in texts) + f"</{tag}>"


def _inline(text: str) -> str:
    """Escaped first; what is put in afterwards is ours, the link's address was escaped with the rest."""
    html = _LINK.sub(r'<a class="kern-link" href="\2">\1</a>', str(escape(text)))
    return _BOLD.sub(r"<strong>\1</strong>", html)
