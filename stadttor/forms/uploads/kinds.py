"""What a file really is, by its first bytes; its name and the browser's word count for nothing."""

from stadttor.core.refused import Refused
from stadttor.forms.rules.file_names import NAME_MAX, shown_name
from stadttor.ground.web.language import N_

MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
MAGIC = (("pdf", b"%PDF-"), ("jpeg", b"\xff\xd8\xff"), ("png", b"\x89PNG\r\n\x1a\n"))
FALSE = N_(
    "The file {file} is not a {kind} file, although its name says so. Please save or scan it anew and send that."
)
ENDINGS = {"pdf": "pdf", "jpg": "jpeg", "jpeg": "jpeg", "png": "png"}


def kind_of(data: bytes) -> str | None:
    """pdf, jpeg or png; none for anything else, also for a PDF hidden behind other bytes."""
    return next((kind for kind, magic in MAGIC if data.startswith(magic)), None)


def must_be_acceptable(data: bytes, *, accept: tuple[str, ...], max_mb: int, path: str, name: str = "") -> str:
    """The file's kind. Refused when empty, too big or none of the accepted kinds, with words of its own for a file that
    is not what its name says."""
    if not data:
        raise Refused("file_empty", "This file is empty. Please choose it again.", field=path)
    if len(data) > max_mb * 1_000_000:
        raise Refused(
            "file_big", "This file is larger than {mb} MB. Please make a smaller photo or scan.", field=path, mb=max_mb
        )
    kind = kind_of(data)
    if kind is None or kind not in accept:
        if (claimed := ENDINGS.get(name.rpartition(".")[2].lower())) and claimed != kind and claimed in accept:
            raise Refused("file_false", FALSE, field=path, file=shown_name(name), kind=claimed.upper())
        kinds = ", ".join(one.upper() for one in accept)
        raise Refused("file_kind", "Please choose a file of one of these kinds: {kinds}.", field=path, kinds=kinds)
    return kind


def safe_name(name: str, kind: str) -> str:
    """The file's name for people: no folders, no control or direction marks, the ending of its real kind."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    kept = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .")[:NAME_MAX]
    return f"{kept or 'datei'}.{'jpg' if kind == 'jpeg' else kind}"
