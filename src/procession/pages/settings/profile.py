"""One's own profile, password and address, and how times are told (contract 95, 3.13)."""

from typing import Any

from procession.core.zones import zone_names
from procession.domains.people.actions import reading
from procession.domains.people.types import DATE_FORMATS
from procession.flows.people import credentials, profiles
from procession.flows.telling import addresses
from procession.kit.cookies import signed_out
from procession.kit.errors import Invalid
from procession.kit.http import HASHING, HTML, PAGE, Answer, Routes
from procession.kit.passwords import hint
from procession.pages.forms import (
    AddressForm,
    Beside,
    PasswordForm,
    ProfileForm,
    browser_of,
    by_field,
)
from procession.pages.framing import Here, back_to, for_members
from procession.pages.layout import redirect
from procession.pages.settings.frame import settings_page
from procession.pages.toasts import Toast

routes = Routes("Pages")

_TEXTS = ("first_name", "last_name", "job_title", "team", "phone", "timezone", "locale",
          "date_format")  # fmt: skip
#: Each in its own words: whoever looks for theirs knows no other.
LANGUAGES = {
    "en": "English", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "es": "Español",
    "fr": "Français", "it": "Italiano", "hu": "Magyar", "nl": "Nederlands", "nb": "Norsk",
    "pl": "Polski", "pt": "Português", "fi": "Suomi", "sv": "Svenska", "tr": "Türkçe",
    "el": "Ελληνικά", "uk": "Українська", "he": "עברית", "ar": "العربية", "hi": "हिन्दी",
    "zh": "中文", "ja": "日本語", "ko": "한국어",
}  # fmt: skip
_EXAMPLES = {"mm/dd/yyyy": "12/31/2027", "dd/mm/yyyy": "31/12/2027", "yyyy-mm-dd": "2027-12-31"}


@routes.get(addresses.PROFILE, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what is known of oneself."""
    return _page(here)


@routes.post(addresses.PROFILE, door=PAGE, policy="visible", body=ProfileForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change one's profile."""
    sent: ProfileForm = here.request.body
    try:
        profiles.change_own_profile(here.caller, sent)
    except Invalid as wrong:
        typed = {name: getattr(sent, name) for name in _TEXTS}
        return _page(here, 422, problems=Beside(by_field(wrong)), typed=typed)
    return back_to(here, addresses.PROFILE, Toast("saved"))


@routes.post(
    addresses.PASSWORD,
    door=PAGE,
    place=HASHING,
    policy="visible",
    body=PasswordForm,
    status=303,
)
@for_members
def change_password(here: Here) -> Answer:
    """Change one's password; every browser is signed out by it, this one too."""
    try:
        credentials.change_password(here.request.caller, here.request.body)
    except Invalid as wrong:
        return _page(here, 422, problems=Beside(by_field(wrong)))
    cookies = signed_out(browser_of(here.request))
    return redirect(f"{addresses.SIGN_IN}?notice=new-password", cookies=cookies)


@routes.post(
    addresses.ADDRESS, door=PAGE, place=HASHING, policy="visible", body=AddressForm, status=303
)
@for_members
def change_address(here: Here) -> Answer:
    """Change one's address, with the password that proves whose account it is."""
    sent: AddressForm = here.request.body
    try:
        credentials.change_own_address(here.request.caller, sent)
    except Invalid as wrong:
        found = by_field(wrong)
        # The other form has a password of its own.
        beside = {"email": found.get("email"), "address_password": found.get("password")}
        return _page(here, 422, problems=Beside(beside), typed_email=sent.email)
    return back_to(here, addresses.PROFILE, Toast("saved"))


def _page(here: Here, status: int = 200, **more: Any) -> Answer:
    member = reading.get_self(here.caller)
    shown = {"problems": Beside(), "typed": {}, "typed_email": "", **more}
    locale = (member.locale or "en").replace("_", "-")
    languages = LANGUAGES if locale in LANGUAGES else {**LANGUAGES, locale: locale}
    return settings_page(
        here,
        "settings/profile.html",
        status,
        title="Profile",
        member=member,
        zones=[(each, each.replace("_", " ")) for each in zone_names()],
        languages=languages,
        locale=locale,
        date_formats={each: _EXAMPLES[each] for each in DATE_FORMATS},
        password_hint=hint(here.request.settings.password_minimum),
        **shown,
    )
