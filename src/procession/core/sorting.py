"""What a list can be sorted by, and the other words for it (contract 00, 4.4)."""

from collections.abc import Sequence

#: Keys, the first counts most, each with whether it falls.
Sort = tuple[tuple[str, bool], ...]

#: Another word for a key, and whether it turns the direction: `newest` is `created_at` turned.
_EVERYWHERE = {
    "title": ("name", False),
    "name": ("title", False),
    "created": ("created_at", False),
    "oldest": ("created_at", False),
    "newest": ("created_at", True),
    "updated": ("updated_at", False),
    "last_updated": ("updated_at", False),
}


class Sorting:
    """The keys of one list by their own names, and other words for them."""

    def __init__(self, *keys: str, **aliases: tuple[str, bool]) -> None:
        self.keys = keys
        usual = {word: key for word, key in _EVERYWHERE.items() if key[0] in keys}
        self._named = {key: (key, False) for key in keys} | {
            word: key for word, key in (usual | aliases).items() if word not in keys
        }

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self._named)

    def known(self, sort: Sequence[tuple[str, bool]], *, usual: tuple[str, bool]) -> Sort:
        """What of it the list knows, by the keys' own names; `usual` when it knows nothing."""
        found = []
        for word, is_descending in sort:
            if word in self._named:
                key, turned = self._named[word]
                found.append((key, turned != is_descending))
        return tuple(found) or (usual,)
