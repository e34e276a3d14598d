"""Part 10, 1.6 and 3: the settings of an organization."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backdoor import stored
from cast import Cast
from factories import made, make_template
from wire import check_problem

TEXTS = (
    "description", "industry", "purpose", "signup_survey", "process_today", "address1",
    "address2", "country", "state", "city", "zipcode", "welcome_title", "welcome_description",
    "settings", "deadline_setting", "onboarding_snippet", "guest_onboarding_snippet",
    "homepage_snippet", "light_role_error_snippet", "global_css", "error_404_template",
    "google_analytics_id", "mixpanel_token", "azure_cognitive_service",
)  # fmt: skip
SWITCHES = (
    "auto_archive", "auto_complete_tasks", "allow_user_invite", "allow_manage_groups",
    "restrict_blueprint_permissions", "wyiwyg", "enable_onboarding_template",
    "enable_custom_404_error", "enable_custom_smtp", "analytics_enabled", "use_generative_ai",
)  # fmt: skip


def organization(cast: Cast) -> Any:
    return made(cast.olga.get(""), 200)


def changed(cast: Cast, body: Any) -> Any:
    return made(cast.olga.put("", body), 200)


CONSTANTS = {
    "slug": None, "saml_enabled": False, "saml_login_url": None, "live_support_enabled": 0,
    "payment_state": None, "plan_code": None, "preferred_trial_plan": None, "in_trial": False,
    "limit_trial_features": False, "real_time_billing": False,
    "disable_min_members_billing": False, "enable_light_users_billing": False,
    "auto_join_signups": False, "onboarding_template_id": None, "team_size": [],
    "timezone": "UTC", "default_deadline": {"type": "days", "value": 5},
    "auto_archive_processes_after": {"unit": "weeks", "value": 52},
    "auto_complete_task_months": 18, "cadence_days": ["Monday", "Wednesday", "Friday"],
    "guest_cadence_days": ["Monday", "Wednesday", "Friday"],
    "maximum_group_assignment_limit": 0, "webhook_date_field_format": "yyyy-MM-ddTHH:mm:ssZ",
    "sso_default_role": None, "org_logo": None, "home_bg": None, "disabled_on": None,
    "user_status": "active",
}  # fmt: skip
ON = ("allow_user_invite", "allow_manage_groups", "wyiwyg")


def test_10_1_6_an_organization_has_every_key_and_its_default(cast: Cast) -> None:
    shown = organization(cast)

    others = {
        "id", "name", "created_on", "created_at", "last_updated", "updated_at", "users_count",
        "working_days", "joined_on", "last_accessed", "user_role",
    }  # fmt: skip
    assert set(shown) == others | {*CONSTANTS, *TEXTS, *SWITCHES}
    assert {key: shown[key] for key in CONSTANTS} == CONSTANTS
    assert {shown[name] for name in TEXTS} == {None}
    assert {name: shown[name] for name in SWITCHES} == {name: name in ON for name in SWITCHES}
    assert (shown["user_role"], made(cast.leo.get(""), 200)["user_role"]) == ("admin", "light")
    assert shown["joined_on"]
    assert len(shown["working_days"]) == 7


def test_10_3_two_changes_at_once_are_both_kept(cast: Cast) -> None:
    for _ in range(5):
        texts = {name: secrets.token_hex(4) for name in TEXTS[:6]}
        with ThreadPoolExecutor(6) as pool:
            answers = pool.map(
                lambda text: cast.olga.again().put("", {text[0]: text[1]}), texts.items()
            )
            assert {answer.status_code for answer in answers} == {200}
        shown = organization(cast)
        assert {name: shown[name] for name in texts} == texts


def test_10_4_there_is_no_billing(cast: Cast) -> None:
    shown = made(cast.mia.get("?with=billing_info,subscription"), 200)

    assert shown["billing_info"] is None
    assert shown["subscription"] is None
    assert "billing_info" not in organization(cast)


def test_10_5_only_what_is_sent_changes(cast: Cast) -> None:
    was = organization(cast)

    now = changed(cast, {"name": "New"})

    times = {name: now[name] for name in ("updated_at", "last_updated")}
    assert now == {**was, "name": "New", **times}
    check_problem(cast.mia.put("", {"name": "Mine"}), 403)
    check_problem(cast.olga.put("", {"name": "x" * 51}), 422)
    check_problem(cast.olga.put("", {"name": " "}), 422)
    before = stored(cast)
    changed(cast, now)
    assert stored(cast) == before


@pytest.mark.parametrize("name", TEXTS)
def test_10_1_6_texts(cast: Cast, name: str) -> None:
    assert changed(cast, {name: "Something"})[name] == "Something"
    assert changed(cast, {name: None})[name] is None


@pytest.mark.parametrize("name", SWITCHES)
def test_10_1_6_switches(cast: Cast, name: str) -> None:
    was = organization(cast)[name]

    assert changed(cast, {name: not was})[name] is not was
    assert list(check_problem(cast.olga.put("", {name: "maybe"}), 422)["errors"]) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timezone", "Asia/Tokyo"),
        ("org_logo", "https://pictures.test/logo.png"),
        ("home_bg", None),
        ("team_size", [1, 50]),
        ("default_deadline", {"type": "hours", "value": 36}),
        ("auto_archive_processes_after", {"unit": "days", "value": 90}),
        ("auto_complete_task_months", 24),
        ("cadence_days", ["Sunday"]),
        ("guest_cadence_days", []),
        ("maximum_group_assignment_limit", 7),
        ("webhook_date_field_format", "yyyy"),
        ("sso_default_role", "standard"),
    ],
)
def test_10_1_6_values(cast: Cast, name: str, value: Any) -> None:
    assert changed(cast, {name: value})[name] == value


def test_10_1_6_working_days_that_are_not_sent_stay(cast: Cast) -> None:
    monday = {"all_hours": False, "start": "09:00", "end": "17:30"}

    days = changed(cast, {"working_days": {"Monday": monday, "Sunday": None}})["working_days"]

    assert days["Monday"] == monday
    assert days["Sunday"] is None
    assert days["Tuesday"]["all_hours"] is True
    again = changed(cast, {"working_days": {"Sunday": {"all_hours": True}}})["working_days"]
    assert again["Monday"] == monday
    assert again["Sunday"]["all_hours"] is True


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"timezone": "Nowhere"}, "timezone"),
        ({"default_deadline": {"type": "years", "value": 1}}, "default_deadline.type"),
        ({"default_deadline": {"type": "days", "value": 0}}, "default_deadline.value"),
        (
            {"auto_archive_processes_after": {"unit": "days", "value": 91}},
            "auto_archive_processes_after.value",
        ),
        (
            {"auto_archive_processes_after": {"unit": "months", "value": 1}},
            "auto_archive_processes_after.unit",
        ),
        ({"auto_complete_task_months": 1}, "auto_complete_task_months"),
        ({"auto_complete_task_months": 25}, "auto_complete_task_months"),
        ({"cadence_days": ["Monday", "Funday"]}, "cadence_days.1"),
        ({"maximum_group_assignment_limit": -1}, "maximum_group_assignment_limit"),
        ({"sso_default_role": "owner"}, "sso_default_role"),
        ({"org_logo": "javascript:alert(1)"}, "org_logo"),
        ({"home_bg": "http://["}, "home_bg"),
        ({"team_size": [-1]}, "team_size.0"),
        ({"working_days": {"Monday": {"start": "9", "end": "17:00"}}}, "working_days.Monday.start"),
        ({"auto_join_signups": True}, "auto_join_signups"),
        ({"onboarding_template_id": "0" * 32}, "onboarding_template_id"),
        ({"description": ["x"]}, "description"),
    ],
)
def test_10_1_6_what_a_setting_cannot_be(cast: Cast, body: Any, path: str) -> None:
    before = stored(cast)

    answer = cast.olga.put("", {**body, "name": "Not this time"})

    assert list(check_problem(answer, 422)["errors"]) == [path]
    assert stored(cast) == before
    assert organization(cast)["name"] == "Cast & Co"


def test_10_1_6_the_onboarding_template_is_a_procedure_with_a_step(cast: Cast) -> None:
    template, empty = make_template(cast.olga), make_template(cast.olga, steps=[])

    assert changed(cast, {"onboarding_template_id": template["id"]})
    refused = cast.olga.put("", {"onboarding_template_id": empty["id"]})
    assert list(check_problem(refused, 422)["errors"]) == ["onboarding_template_id"]


def test_10_3_what_cannot_be_written_is_named(cast: Cast) -> None:
    answer = cast.olga.put("", {"saml_enabled": True, "users_count": 7, "nonsense": 1})

    assert answer.status_code == 200
    assert answer.headers["X-Ignored-Fields"] == "saml_enabled,users_count,nonsense"
    assert organization(cast)["saml_enabled"] is False


def test_10_1_6_keys_of_other_services_are_for_administrators(cast: Cast) -> None:
    changed(cast, {"mixpanel_token": "secret-token"})

    assert made(cast.mia.get(""), 200)["mixpanel_token"] is None


def test_10_1_6_snippets_hold_no_scripts(cast: Cast) -> None:
    snippet = "<p>Hello</p><script>alert(1)</script>"

    assert "script" not in changed(cast, {"homepage_snippet": snippet})["homepage_snippet"]
