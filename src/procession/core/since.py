"""What has happened since an instant, for who polls (contract, ruling 26), and until one."""

from dataclasses import dataclass

from procession.core.times import Instant

_EVERY = ("updated", "completed", "archived")


@dataclass(frozen=True, slots=True)
class Since:
    """Instants, each included; None: whenever. Several are ANDed."""

    updated: Instant | None = None
    completed: Instant | None = None
    archived: Instant | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the conditions that are asked for: `updated_after` ..."""
        return tuple(f"{name}_after" for name in _EVERY if getattr(self, name) is not None)

    def usual_sort(self, otherwise: tuple[str, bool]) -> tuple[str, bool]:
        """Oldest first by what is asked for, so that what happens meanwhile comes at the end."""
        return (self.names[0].replace("_after", "_at"), False) if self.names else otherwise


@dataclass(frozen=True, slots=True)
class Until:
    """Instants, none of them included; None: whenever. Several are ANDed (contract 70, 1)."""

    updated: Instant | None = None
    completed: Instant | None = None
    archived: Instant | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the conditions that are asked for: `updated_before` ..."""
        return tuple(f"{name}_before" for name in _EVERY if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True)
class ArchivedBy:
    """Who has archived something, and as a part of what; None: whoever, whatever."""

    user_id: int | None = None
    #: The clock, in the bot's name.
    is_automatic: bool = False
    #: The number of an operation.
    operation: int | None = None
    #: Not of who, but asked for along with it: whether something may not be deleted.
    is_held: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the conditions that are asked for."""
        asked = {
            "archived_by": self.user_id is not None,
            "archived_automatically": self.is_automatic,
            "archived_operation": self.operation is not None,
            "held": self.is_held is True,
            "not_held": self.is_held is False,
        }
        return tuple(name for name, is_asked in asked.items() if is_asked)


WHENEVER = Since()
ALWAYS = Until()
WHOEVER = ArchivedBy()
