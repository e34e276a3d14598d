"""Story 31: A switches archiving by itself on for 7 days, and is told first how many go."""

from factories import activity_of, read
from kept import age, now_of, pass_at, state_of
from stage import Stage, expect


def test_story_31_a_switches_auto_archive_on_for_seven_days(told: Stage) -> None:
    cast = told.cast
    old, fresh = told.launched("Close March")["id"], told.launched("Close April")["id"]
    age(cast, old, completed=8)
    age(cast, fresh, completed=0)
    page = told.page("A")
    page.goto("/app/settings/archive")
    expect(page.get_by_label("Archive finished processes by themselves")).not_to_be_checked()

    page.get_by_label("Archive finished processes by themselves").check()
    page.get_by_label("Archive them").fill("7")
    page.get_by_label("Days, weeks or months").select_option("days")
    page.get_by_role("button", name="Save").click()

    asked = page.get_by_role("alert")
    expect(asked).to_contain_text("The next pass would archive 1 process.")
    expect(asked).to_contain_text("Month-end close")
    assert not cast.olga.get("/retention").json()["data"]["enabled"]["archive"], "only asked"
    page.get_by_role("button", name="Save, and archive 1 process").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_label("Archive finished processes by themselves")).to_be_checked()

    (number,) = pass_at(cast, now_of(cast))
    assert state_of(cast, [old, fresh]) == ["archived", "live"]
    entry = activity_of(cast.olga, {"id": old})[0]
    assert entry["verb"][0] == "archived"
    assert read(cast.olga, {"id": old})["archived_via"] == "sweep"
    page.reload()
    expect(page.get_by_text(f"1 process, by operation {number}")).to_be_visible()

    # It is an operation like all others, with its undo.
    page.get_by_role("main").get_by_role("link", name=str(number), exact=True).click()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("status")).to_contain_text("as before")
    assert state_of(cast, [old]) == ["live"]


def test_95_313_only_administrators_see_the_rule(told: Stage) -> None:
    page = told.page("S")
    page.goto("/app/settings/profile")
    settings = page.get_by_role("navigation", name="Settings")
    expect(settings.get_by_role("link", name="Access tokens")).to_be_visible()
    expect(settings.get_by_role("link", name="Archive")).to_have_count(0)
    assert page.goto("/app/settings/archive").status == 403
