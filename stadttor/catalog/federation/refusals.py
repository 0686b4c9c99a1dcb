"""Why something of another installation's catalogue is refused, in the words of commands and logs: for operators."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # What reading and following an index refuses.
    "unreadable": "This is no index of a catalogue as it must be written.",
    "unknown_signer": "The index is not signed with the key that was agreed for this catalogue.",
    "replayed": "The index is older than the one that was seen before.",
    "two_indexes": "There are two different indexes of the same number.",
    "expired": "The index has expired.",
    "from_future": "The index says that it will be made in the future.",
    "too_long": "The index claims to be valid for longer than thirty days.",
    "changed_version": "A version has other contents now than before. A published version never changes.",
    "missing_version": "A version that was offered before is missing.",
    "came_back": "A version that was withdrawn is offered again.",
    # What fetching refuses.
    "host": "This address may not be asked from here.",
    "certificate": "The other side has no valid certificate.",
    "away": "The other side cannot be reached.",
    "slow": "The other side took too long.",
    "broken_off": "The other side broke off in the middle.",
    "redirect": "The other side leads on to another address. That is not followed.",
    "status": "The other side does not give it out.",
    "too_large": "The other side sends more than allowed.",
    # What importing refuses; the archive itself is refused in the words of publishing.
    "not_listed": "This version is not in the catalogue.",
    "withdrawn": "This version was withdrawn by its publisher.",
    "changed_archive": "The archive is not the one that the index names.",
    "unknown_publisher": "Its publisher's key is not trusted here. To look and to decide: stadttor catalogue publishers NAME",
    "other_namespace": "The catalogue names another namespace for this key. Look again: stadttor catalogue publishers NAME",
    "unknown": "No catalogue of this name is followed here. To look: stadttor catalogue list",
    "name": "A catalogue is called by small letters, digits, dots and hyphens, and no other one has this name.",
    "key": "A key is named by its thumbprint of 43 characters, as `stadttor catalogue show` prints it there.",
}

AWAY = frozenset({"away", "slow", "broken_off", "status"})
"""What may be over in an hour; all else somebody must look at."""


class CatalogueRefused(Exception):
    """What another installation said or sent is not believed; nothing of it is kept. `code` is a key of WORDS."""

    def __init__(self, code: str, about: str = "") -> None:
        self.code, self.about = code, about
        super().__init__(f"{about}: {WORDS[code]}" if about else WORDS[code])
