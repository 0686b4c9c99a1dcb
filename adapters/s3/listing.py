"""A page of the list of a bucket (ListObjectsV2): XML of the store, read by names alone."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from stadttor.ground.ports import StoreAway


@dataclass(frozen=True)
class Listed:
    """Keys with the time they were put, and by what the next page is asked for, None on the last."""

    objects: tuple[tuple[str, datetime], ...]
    next: str | None


def read_page(xml: bytes) -> Listed:
    """Raises StoreAway when it is no such list: then nothing is swept."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise StoreAway("a list with a document type")
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314  # no document type, so no entities; bounded in size
        found = tuple(_object(one) for one in root.iterfind("{*}Contents"))
    except (ElementTree.ParseError, ValueError) as error:
        raise StoreAway("a list that cannot be read") from error
    if not root.tag.endswith("ListBucketResult"):
        raise StoreAway("an answer that is no list")
    more = root.findtext("{*}IsTruncated", "") == "true"
    return Listed(found, root.findtext("{*}NextContinuationToken") if more else None)


def _object(one: ElementTree.Element) -> tuple[str, datetime]:
    return one.findtext("{*}Key", ""), datetime.fromisoformat(one.findtext("{*}LastModified", ""))
