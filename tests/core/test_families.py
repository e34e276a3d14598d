"""Who is in a family, and how it is shown (contract 70, 5); circles of parents end."""

import msgspec

from procession.core.families import Tree, above, arrange, of_the_same_act


class Kin(msgspec.Struct, frozen=True):
    id: str
    parent_id: str | None = None
    archived_operation: int | None = None


#: a over b and c, b over d, d over e.
FAMILY = [Kin("a"), Kin("b", "a"), Kin("c", "a"), Kin("d", "b"), Kin("e", "d")]
CIRCLE = [Kin("a", "c", 1), Kin("b", "a", 1), Kin("c", "b", 1)]


def flat(tree: Tree) -> list[object]:
    return [tree.id, *map(flat, tree.children)]


def test_above_are_all_on_the_way_up() -> None:
    assert above(FAMILY, ["d", "c"]) == {"a", "b"}
    assert above(FAMILY, ["a"]) == set()
    assert above(CIRCLE, ["b"]) == {"a", "b", "c"}


def test_the_same_act_is_known_by_its_number() -> None:
    family = [
        Kin("a", None, 7), Kin("b", "a", 3), Kin("c", "a", 7), Kin("d", "b", 7), Kin("e", "d"),
    ]  # fmt: skip
    assert of_the_same_act(family, {"a"}) == {"c", "d"}
    assert of_the_same_act(family, {"b"}) == set()
    assert of_the_same_act(family, {"e"}) == set()
    assert of_the_same_act(CIRCLE, {"b"}) == {"a", "c"}


def test_who_is_not_shown_leaves_the_place_to_those_below() -> None:
    tree, placed = arrange("a", FAMILY, dict.fromkeys("acde"), 10)
    assert flat(tree) == ["a", ["c"], ["d", ["e"]]]
    assert placed == set("acde")


def test_too_deep_is_left_out() -> None:
    tree, placed = arrange("a", FAMILY, dict.fromkeys("abcde"), 2)
    assert flat(tree) == ["a", ["b"], ["c"]]
    assert placed == set("abc")


def test_a_circle_is_shown_once() -> None:
    assert flat(arrange("b", CIRCLE, dict.fromkeys("abc"), 9)[0]) == ["b", ["c", ["a"]]]
