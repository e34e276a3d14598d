"""Part 70, section 2: whose turn it is. Pure."""

from procession.domains.archive.types import Turn, next_turn


def turns_of(waiting: list[Turn], count: int) -> list[tuple[str, int]]:
    """Who has their turns, one after the other."""
    found = []
    for now in range(100, 100 + count):
        turn = next_turn(waiting)
        assert turn is not None
        found.append((turn.organization_id, turn.number))
        waiting.remove(turn)
        waiting.append(
            Turn(
                organization_id=turn.organization_id,
                number=turn.number,
                total=turn.total,
                worked_at=now,
            )
        )
    return found


def waiting(organization: str, number: int, total: int = 10_000, at: int = 0) -> Turn:
    return Turn(organization_id=organization, number=number, total=total, worked_at=at)


def test_part70_2_organizations_take_turns_and_so_do_their_operations() -> None:
    found = turns_of([waiting("a", 1), waiting("a", 2), waiting("b", 1)], 6)
    assert [organization for organization, _ in found] == ["a", "b"] * 3
    assert [number for organization, number in found if organization == "a"] == [1, 2, 1]


def test_part70_2_small_ones_of_an_organization_go_first() -> None:
    found = turns_of([waiting("a", 1), waiting("a", 2, total=1000), waiting("b", 7)], 4)
    assert found == [("a", 2), ("b", 7), ("a", 2), ("b", 7)]


def test_part70_2_nobody_waits() -> None:
    assert next_turn([]) is None
