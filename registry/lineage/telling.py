"""Which places of a repository can tell of reuse: path rules for code that others wrote.

Equal licences, pictures, scaffolds of frameworks and unpacked libraries say nothing of who took
code from whom. The background index knows their contents; these rules know their places, for the
versions and packages that no index has.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from registry.domain.languages import is_vendored, language_of

# Pictures, fonts, archives and office files are copied without any code being reused.
_MEDIA: Final = frozenset({
    ".png", ".jpg", ".jpeg", ".gif", ".ico", ".svg", ".webp", ".bmp", ".tif", ".tiff", ".avif",
    ".psd", ".ai", ".eps", ".ttf", ".otf", ".woff", ".woff2", ".eot", ".mp3", ".mp4", ".wav",
    ".ogg", ".webm", ".mov", ".avi", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx",
    ".odt", ".ods", ".odp", ".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".jar", ".war",
    ".class", ".dll", ".exe", ".so", ".dylib", ".o", ".a", ".pyc", ".whl", ".apk", ".aar",
    ".keystore", ".jks", ".p12", ".pem", ".crt", ".cer", ".der", ".key", ".pub", ".map", ".lock",
    ".snap", ".po", ".pot", ".mo",
})  # fmt: skip
# What is told about code, unless it is code: a body that grants licences has `licence_fees.py`.
_TEXT_NAME: Final = re.compile(
    r"(?:un)?licen[cs]e.*|copying.*|copyright.*|notice.*|authors.*|code[_-]?of[_-]?conduct.*"
    r"|contributing.*|changelog.*",
    re.IGNORECASE,
)
_STANDARD_NAME: Final = re.compile(
    r"security\.md|\.git(?:ignore|attributes|keep|modules)"
    r"|\.(?:editor|npm|docker|eslint|prettier|stylelint|browserslist|babel|nvm|yarn|ruby-|python-"
    r"|node-|tool-)[\w.-]*|__init__\.py|procfile|manage\.py|setup\.py|gemfile|rakefile|config\.ru"
    r"|tsconfig[\w.-]*\.json|tslint\.json|angular\.json|karma\.conf\.js|polyfills\.ts"
    r"|(?:babel|jest|postcss|vue|vite|tailwind|webpack|metro|rollup|next)\.config\.[cm]?[jt]s"
    r"|pull_request_template\.md|issue_template\.md|dependabot\.ya?ml|codeowners|\.travis\.ya?ml",
    re.IGNORECASE,
)
_STANDARD_FOLDER: Final = re.compile(
    r"(?:^|/)(?:\.github|\.circleci|\.husky|\.vscode|\.idea|licenses?|fonts?|images?|img|icons?)/",
    re.IGNORECASE,
)
# What generators of frameworks write, and what their engines copy into an application.
_SCAFFOLD: Final = re.compile(
    r"(?:^|/)(?:"
    r"bin/(?:rails|rake|bundle|setup|update|spring|yarn|webpack[\w-]*|rspec|dev|console|phpunit)"
    r"|config/(?:boot|environment|application|puma|spring|importmap|environments/\w+|initializers/.+"
    r"|bundles|preload|routes/\w+|packages/.+)\.(?:rb|php|ya?ml)"
    r"|public/(?:404|406-[\w-]+|422|500|robots|index)\.(?:html|txt|php)"
    r"|db/migrate/\d{8,}_\w+\.\w+\.rb"  # Rails names a migration so that an engine brought
    r"|(?:spec|test)/(?:spec|rails|test)_helper\.rb|src/kernel\.php|artisan"
    r"|components/ui/[\w-]+\.[jt]sx"  # copied by a generator of components
    r"|my project/.+|scripts/webforms/.+|.*\.intellisense\.js"
    r"|service-?worker\.[jt]s|reportwebvitals\.[jt]s|setuptests\.[jt]s|react-app-env\.d\.ts"
    r"|src/(?:main|test|environments/[\w.]+)\.ts"
    r")$"
)
# A folder that bears a name and a version is an unpacked package, unless it is a document.
_VERSIONED_FOLDER: Final = re.compile(
    r"(?:^|/)(?!(?:version|release|spec|schema|api|docs?|ver|rel|edition|draft|profile)[-_.\d])"
    r"[a-z][\w.-]*[a-z][-_.]?v?\d+\.\d+[\w.-]*/"
)
# Pages that a generator of documentation wrote.
_GENERATED_PAGE: Final = re.compile(
    r"(?:^|/)(?:api/docs?|docs?/(?:api|_?build|html|reference)|javadoc|apidocs?|htmlcov|_site)/.*"
    r"\.html?$"
)
# By convention, what stands behind `jquery.` or `bootstrap-` extends that library.
_PLUGIN: Final = re.compile(r"(?:jquery|bootstrap)[._-][\w.-]+\.(?:js|css|scss|less)")
_ASSETS: Final = frozenset({
    "static", "assets", "asset", "public", "js", "css", "lib", "libs", "scripts", "script",
    "javascripts", "plugins", "plugin", "vendors", "www", "wwwroot", "webroot", "htdocs", "media",
    "ext", "external", "third", "thirdparty", "libraries", "webjars",
})  # fmt: skip
_MINIMUM_NAME: Final = 4
# Names of packages that own folders bear as often.
_COMMON_WORDS: Final = frozenset({
    "core", "list", "template", "templates", "init", "frontend", "backend", "font", "fonts",
    "anchor", "android", "util", "utils", "common", "shared", "form", "forms", "table", "map",
    "maps", "icon", "icons", "theme", "themes", "app", "apps", "component", "components", "model",
    "models", "service", "services", "config", "test", "tests", "docs", "site", "main", "base",
    "admin", "page", "pages", "view", "views",
})  # fmt: skip


def is_telling(path: str, libraries: frozenset[str] = frozenset()) -> bool:
    """Tell whether an equal file at this path says anything of reuse.

    `libraries` are names of packages as `library_names` gives them: below a folder of assets, a
    folder or file of such a name is taken for that package, whatever its version.
    """
    lower = path.lower()
    name = lower.rsplit("/", 1)[-1]
    return not (
        PurePosixPath(name).suffix in _MEDIA
        or _STANDARD_NAME.fullmatch(name)
        or (_TEXT_NAME.fullmatch(name) and language_of(path) in {None, "HTML"})
        or _STANDARD_FOLDER.search(lower)
        or _SCAFFOLD.search(lower)
        or _VERSIONED_FOLDER.search(lower)
        or _GENERATED_PAGE.search(lower)
        or _PLUGIN.fullmatch(name)
        or is_vendored(path)
        or _is_library(lower, libraries)
    )


def library_names(packages: Iterable[str]) -> frozenset[str]:
    """Return names under which packages (`npm:name@1.0`) are unpacked into folders.

    Names with a scope are left out, and words that are names of many own folders too.
    """
    found = set()
    for package in packages:
        name = package.partition(":")[2].rpartition("@")[0]
        if not name.startswith("@"):
            found |= {_plain(name), _plain(name.partition(".")[0])}
    return frozenset(name for name in found - _COMMON_WORDS if len(name) >= _MINIMUM_NAME)


def is_unpacked(path: str, package: str) -> bool:
    """Tell whether a manifest stands where a package of that name was unpacked among assets."""
    name = _plain(package.lower().rpartition("/")[2])
    return _is_library(path.lower(), frozenset({name}))


def _plain(name: str) -> str:
    """Reduce spellings of a library's name to one: `jQuery.UI-1.12`, `jquery-ui.js`."""
    stem = re.sub(r"(?:[._-](?:min|all|full|dist|pkgd|bundle|\d[\w.]*|js|css|scss))+$", "", name)
    return re.sub(r"[^a-z0-9]", "", stem)


def _is_library(lower: str, libraries: frozenset[str]) -> bool:
    *folders, name = lower.split("/")
    asset = next((at for at, folder in enumerate(folders) if folder in _ASSETS), None)
    if asset is None or not libraries:
        return False
    return any(_plain(part) in libraries for part in (*folders[asset + 1 :], name))
