import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.manifests.reading import git_address


@pytest.mark.parametrize(
    "text",
    [
        "git+https://forge.example/o/r.git@v1.0#egg=r", "https://forge.example/o/r.git",
        "git+ssh://git@forge.example/o/r.git#main", "ssh://git@forge.example:22/o/r",
        "git@forge.example:o/r.git", "git://forge.example/o/r", "forge.example:o/r",
        "git+https://token:secret@www.forge.example/o/r", "git+git@forge.example:o/r.git",
        "git+http://forge.example/o/r/",
    ],
)  # fmt: skip
def test_every_way_to_write_a_git_address_gives_one_form(text: str) -> None:
    assert git_address(text) == "https://forge.example/o/r"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("github:o/r", "https://github.com/o/r"),
        ("gitlab:o/r#semver:1", "https://gitlab.com/o/r"),
        ("https://github.com/o/r", "https://github.com/o/r"),
        ("https://github.com/o/r/tree/main/x", "https://github.com/o/r/tree/main/x"),
    ],
)
def test_known_code_hosts_need_no_mark(text: str, address: str) -> None:
    assert git_address(text) == address


@pytest.mark.parametrize(
    "text",
    [None, 7, "", "^1.0", "1.2.3", "https://forge.example/x.tgz", "file:../x", "git+file:///etc",
     "localhost:o/r", "git+https://localhost/o/r", "https://[bad/o/r.git", "github:o",
     "git+https://forge.example/", "C:\\x\\y", "workspace:*", "git+https://x.example/../../etc",
     "x" * 3_000, "npm:other@1"],
)  # fmt: skip
def test_what_is_no_public_git_address_gives_none(text: object) -> None:
    assert git_address(text) is None


@given(st.text(max_size=60) | st.from_regex(r"git\+\w+://[^ ]{0,40}", fullmatch=True))
def test_an_address_has_neither_credentials_nor_another_scheme(text: str) -> None:
    address = git_address(text)
    assert address is None or (
        address.startswith("https://") and "@" not in address[8:].split("/")[0]
    )
