"""Countries are known by their ISO numbers."""

import pytest

from procession.core.countries import _countries, find_country


@pytest.mark.parametrize(
    ("country_id", "iso2", "phone_code", "name"),
    [
        (276, "DE", "49", "Germany"),
        (840, "US", "1", "United States"),
        (826, "GB", "44", "United Kingdom"),
        (4, "AF", "93", "Afghanistan"),
        (384, "CI", "225", "Côte d'Ivoire"),
        (74, "BV", None, "Bouvet Island"),
    ],
)
def test_a_country_has_a_code_and_a_name(
    country_id: int, iso2: str, phone_code: str | None, name: str
) -> None:
    country = find_country(country_id)
    assert country is not None
    assert (country.iso2, country.phone_code, country.name) == (iso2, phone_code, name)


def test_every_country_is_there_once() -> None:
    countries = list(_countries().values())
    assert len(countries) == 249
    for keys in ({country.iso2 for country in countries}, {one.name for one in countries}):
        assert len(keys) == len(countries)
    for country in countries:
        assert len(country.iso2) == 2
        assert country.iso2.isupper()
        assert (country.phone_code or "1").isdecimal()


@pytest.mark.parametrize("country_id", [0, -4, 1, 277, 999, 10**12])
def test_other_numbers_are_no_countries(country_id: int) -> None:
    assert find_country(country_id) is None
