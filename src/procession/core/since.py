"""What has happened since an instant, for who polls (contract, ruling 26)."""

from dataclasses import dataclass

from procession.core.times import Instant


@dataclass(frozen=True, slots=True)
class Since:
    """Instants, each included; None: whenever. Several are ANDed."""

    updated: Instant | None = None
    completed: Instant | None = None
    archived: Instant | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the conditions that are asked for: `updated_after` ..."""
        every = ("updated", "completed", "archived")
        return tuple(f"{name}_after" for name in every if getattr(self, name) is not None)

    def usual_sort(self, otherwise: tuple[str, bool]) -> tuple[str, bool]:
        """Oldest first by what is asked for, so that what happens meanwhile comes at the end."""
        return (self.names[0].replace("_after", "_at"), False) if self.names else otherwise


WHENEVER = Since()
