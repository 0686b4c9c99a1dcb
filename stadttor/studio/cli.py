"""`stadttor publisher …`: the operator says which steering body publishes packages, and below which name."""

import argparse
import sys
from collections.abc import Sequence

from stadttor.core.refused import Refused
from stadttor.studio.services import make_publisher


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 refused, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="stadttor publisher", description=__doc__)
    parser.add_argument("slug", help="name in addresses of a steering body that is there already: redaktion")
    parser.add_argument("namespace", help="reverse domain its packages begin with: de.example")
    parser.add_argument("--name", required=True, help="who publishes, as authorities read it")
    parser.add_argument(
        "--key", required=True, help="its private key, a file in STADTTOR_PUBLISHER_KEYS: redaktion.jwk"
    )
    parser.add_argument("--alone", action="store_true", help="one editor: nobody else need agree to a publication")
    chosen = parser.parse_args(arguments)
    try:
        make_publisher(
            slug=chosen.slug, namespace=chosen.namespace, name=chosen.name, key_file=chosen.key,
            four_eyes=not chosen.alone,
        )  # fmt: skip
    except Refused as error:
        sys.stderr.write(f"{error.text.format(**error.values)}\n")
        return 1
    sys.stdout.write(f"{chosen.slug} edits packages below {chosen.namespace}; give colleagues the role publisher.\n")
    return 0
