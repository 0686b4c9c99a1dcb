"""Where files lie, as the operator set it: for the product and for the backup, which runs without it."""

from collections.abc import Mapping

from stadttor.ground.ports import use_store


def use_bucket(environment: Mapping[str, str]) -> None:
    """Name the object store where one is set; else files stay on the disk and nothing of it is loaded.

    Raises ValueError in words when it is set half or unsafely: then nothing starts.
    """
    if not environment.get("STADTTOR_S3_URL"):
        return
    from adapters.s3 import S3, place_from

    if place := place_from(environment):
        use_store(S3(place))
