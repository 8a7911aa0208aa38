import pytest

from web.pages.claims import _suggested


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.alberta.ca/en", "alberta.ca"),
        ("https://github.com/govalberta", ""),
        ("https://gitlab.com/a/b", ""),
        (None, ""),
        ("no address", ""),
    ],
)
def test_the_domain_of_a_website_is_suggested_unless_it_is_a_forge(
    website: str | None, domain: str
) -> None:
    assert _suggested(website) == domain
