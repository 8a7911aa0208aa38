"""The only reader of the environment: frozen settings, nested by concern, documented and tested.

A setting `section.name` comes from, in this order: the variable `REGISTRY_SECTION_NAME`, the file
`config.toml` in the home folder (table `section`), the default below. Lists and maps are written
as JSON in a variable. `docs/settings.md` is made from this module.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from registry.errors import InvalidInput

SECRET_WORDS = ("key", "token", "password", "secret")


class DatabaseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the canonical rows are kept."""

    url: Annotated[
        str, Meta(description="SQLAlchemy URL; empty means SQLite at `<home>/registry.db`.")
    ] = ""
    password_file: Annotated[
        str, Meta(description="File that holds the password of the database's user.")
    ] = ""
    pool_size: Annotated[
        int, Meta(ge=1, le=200, description="Connections kept open, and threads of the web.")
    ] = 16


class SearchSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which search engine answers queries; the index is a cache that can be rebuilt."""

    engine: Annotated[
        Literal["embedded", "meilisearch", "none"],
        Meta(
            description="`embedded` (tantivy), `meilisearch`, or `none` for plain database search."
        ),
    ] = "embedded"
    url: Annotated[str, Meta(description="Address of the Meilisearch server.")] = ""
    key_file: Annotated[str, Meta(description="File that holds the Meilisearch key.")] = ""
    index: Annotated[str, Meta(description="Prefix of the names of the indexes.")] = "registry"


class CrawlSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How repositories are brought in."""

    mirrors: Annotated[
        dict[str, str],
        Meta(
            description="Map from a public URL pattern to your own mirror: "
            "`https://github.com/{owner}/{name}` to a folder like `/srv/{owner}+{name}/repo` or "
            "to the https URL of an internal host. The only way a local path is ever read."
        ),
    ] = {}
    retention: Annotated[
        Literal["keep", "drop"],
        Meta(description="Keep the git objects after reading, or drop them to save disk."),
    ] = "keep"
    workers: Annotated[
        int, Meta(ge=1, le=64, description="Repositories crawled at the same time.")
    ] = 2
    interval_hours: Annotated[
        int, Meta(ge=1, le=8760, description="Hours between two checks of a repository.")
    ] = 24
    sandbox: Annotated[
        Literal["auto", "strict", "limits"],
        Meta(
            description="`strict` needs bubblewrap and refuses to crawl without it; `limits` uses "
            "process limits alone; `auto` takes the stricter one that works here."
        ),
    ] = "auto"
    allow_hosts: Annotated[
        tuple[str, ...],
        Meta(
            description="Hosts (`host` or `host:port`) on private addresses, with plain http or "
            "another port, that may be read all the same. Data can never extend this list."
        ),
    ] = ()
    contact: Annotated[
        str, Meta(description="URL or address in the User-Agent, so that hosts can reach you.")
    ] = ""
    max_repository_bytes: Annotated[
        int, Meta(ge=1, description="Bytes that one fetch may receive.")
    ] = 2 * 1024**3
    fetch_seconds: Annotated[
        int, Meta(ge=1, le=86400, description="Wall time of one fetch, in seconds.")
    ] = 600
    read_seconds: Annotated[
        int, Meta(ge=1, le=86400, description="Wall time of reading one repository, in seconds.")
    ] = 600
    languages_sample: Annotated[
        int,
        Meta(ge=0, description="Source files fetched to measure the sizes of languages."),
    ] = 400
    fingerprint_files: Annotated[
        int,
        Meta(
            ge=0, description="Source files fetched to compare code, of HEAD and of earlier years."
        ),
    ] = 4000


class ForgeSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Access to the APIs of hosting platforms; public data needs no token."""

    token_files: Annotated[
        dict[str, str],
        Meta(description="Map from a host such as `github.com` to the file that holds its token."),
    ] = {}


class WebSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How the pages and the API are served."""

    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    ] = 8000
    base_url: Annotated[
        str, Meta(description="Public URL of this registry; empty means host and port as served.")
    ] = ""
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(
            description="Host names that requests may carry; empty means base_url's and loopback."
        ),
    ] = ()
    requests_per_minute: Annotated[
        int, Meta(ge=0, description="Requests a minute and address on the API; 0 means no limit.")
    ] = 600
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="Addresses of proxies whose forwarding headers are believed."),
    ] = ()
    page_cache_bytes: Annotated[
        int,
        Meta(
            ge=0,
            description="Memory of a server process for pages just shown; 0 keeps none.",
        ),
    ] = 64 * 1024 * 1024
    count_vain_searches: Annotated[
        bool,
        Meta(description="Count words and days of searches without result, and show them."),
    ] = True


class OwnershipSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How ownership claims are checked."""

    dns_resolvers: Annotated[
        tuple[str, ...],
        Meta(
            min_length=2,
            description="Name servers (`address`, or `address:port`) that are asked for TXT "
            "records: a proof must be in the answers of all of them.",
        ),
    ] = ("9.9.9.9", "1.1.1.1")


class ReuseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How people take components over."""

    fork_by_api: Annotated[
        bool,
        Meta(
            description="Offer to have GitHub, GitLab or Forgejo fork through their APIs, with a "
            "token that a person gives; it is used once and never kept. Without it people fork at "
            "the forge itself."
        ),
    ] = False


class ProviderSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One provider by which people sign in."""

    kind: Literal["oidc", "github", "gitlab", "forgejo"]
    client_id: str
    url: str = ""
    client_secret_file: str = ""
    label: str = ""


class AccountSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may sign in, and for how long."""

    providers: Annotated[
        dict[str, ProviderSettings],
        Meta(
            description="Map from a short name to a provider: `kind` (`oidc`, `github`, `gitlab` "
            "or `forgejo`), `url` (the issuer of `oidc`, else the forge), `client_id`, "
            "`client_secret_file` and `label`, the name that people see. Without any, people sign "
            "in by links of `registry account link`."
        ),
    ] = {}
    allow_hosts: Annotated[
        tuple[str, ...],
        Meta(
            description="Hosts (`host` or `host:port`) of providers on private addresses, with "
            "plain http or another port. Data can never extend this list."
        ),
    ] = ()
    session_idle_hours: Annotated[
        int, Meta(ge=1, le=168, description="Hours without a request after which a session ends.")
    ] = 12
    session_days: Annotated[
        int, Meta(ge=1, le=30, description="Days after which every session ends.")
    ] = 7


class DriftSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How forks and copies are compared with where they come from."""

    max_files: Annotated[
        int,
        Meta(
            ge=0,
            description="Contents of files of each side that are fetched to compare a pair, where "
            "the ids of files do not tell.",
        ),
    ] = 2000
    max_bytes: Annotated[
        int, Meta(ge=1, description="Bytes that these contents may have, for each pair.")
    ] = 64 * 1024**2


class AdvisorySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Where published security advisories come from."""

    osv_url: Annotated[
        str,
        Meta(
            description="Address of the OSV API, which is asked for the packages and repositories "
            "of the catalogue; empty asks nobody: then `registry advisory import` brings them in."
        ),
    ] = "https://api.osv.dev"
    interval_hours: Annotated[
        int, Meta(ge=1, le=8760, description="Hours between two questions to the OSV API.")
    ] = 24


class MailSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How mail is sent to people who follow something; without a host and a sender none is."""

    host: Annotated[
        str, Meta(description="Host of the mail server that takes mail (SMTP submission).")
    ] = ""
    port: Annotated[int, Meta(ge=1, le=65535, description="Its port.")] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"],
        Meta(
            description="`starttls` (port 587), `tls` from the first byte (port 465), or `none` "
            "for a server on this machine."
        ),
    ] = "starttls"
    user: Annotated[str, Meta(description="User at the server; empty means none is needed.")] = ""
    password_file: Annotated[str, Meta(description="File that holds the password.")] = ""
    sender: Annotated[
        str,
        Meta(
            description="Address that mail comes from. Its server should sign mail (DKIM) with "
            "the List-Unsubscribe headers, as RFC 8058 asks. `web.base_url` must be set too."
        ),
    ] = ""


class LogSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is written to standard error."""

    format: Annotated[
        Literal["auto", "json", "text"], Meta(description="Form of the log lines.")
    ] = "auto"
    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="Lowest level written.")
    ] = "info"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of one process, built once in the composition root and passed down."""

    home: Annotated[Path, Meta(description="Folder of all state (`REGISTRY_HOME`).")]
    database: DatabaseSettings = DatabaseSettings()
    search: SearchSettings = SearchSettings()
    crawl: CrawlSettings = CrawlSettings()
    forge: ForgeSettings = ForgeSettings()
    web: WebSettings = WebSettings()
    ownership: OwnershipSettings = OwnershipSettings()
    reuse: ReuseSettings = ReuseSettings()
    accounts: AccountSettings = AccountSettings()
    drift: DriftSettings = DriftSettings()
    advisories: AdvisorySettings = AdvisorySettings()
    mail: MailSettings = MailSettings()
    log: LogSettings = LogSettings()

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL that is in force."""
        return self.database.url or f"sqlite:///{self.home / 'registry.db'}"

    @property
    def has_mail(self) -> bool:
        """Whether mail can be sent: a server, a sender, and the address that links lead to."""
        return bool(self.mail.host and self.mail.sender and self.web.base_url)


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Read the settings from a mapping such as `os.environ` and the home folder's `config.toml`.

    Raises `InvalidInput` naming the setting, the value and what would be accepted.
    """
    home = Path(environ.get("REGISTRY_HOME") or Path.home() / ".public-code-registry").expanduser()
    found = _read_file(home / "config.toml")
    for section, name in _names():
        text = environ.get(variable_name(section, name))
        if text is not None:
            found.setdefault(section, {})[name] = _from_text(text, section, name)
    try:
        return msgspec.convert({"home": home, **found}, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"settings: {error}") from error


def variable_name(section: str, name: str) -> str:
    """Return the environment variable of a setting."""
    return f"REGISTRY_{section}_{name}".upper()


def sections() -> list[tuple[str, type[Struct]]]:
    """Return the sections and their types, in order."""
    return [
        (info.name, info.type) for info in msgspec.structs.fields(Settings) if info.name != "home"
    ]


def _names() -> list[tuple[str, str]]:
    return [
        (section, info.name)
        for section, kind in sections()
        for info in msgspec.structs.fields(kind)
    ]


def _from_text(text: str, section: str, name: str) -> Any:
    info = next(f for f in msgspec.structs.fields(dict(sections())[section]) if f.name == name)
    if info.default_factory is dict or isinstance(info.default, tuple):
        empty: Any = {} if info.default_factory is dict else []
        try:
            return json.loads(text) if text.strip() else empty
        except json.JSONDecodeError as error:
            raise InvalidInput(
                f"settings: {variable_name(section, name)} must be JSON: {error}"
            ) from error
    return text


def _read_file(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"settings: {path} is not valid TOML: {error}") from error


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """Return (setting, effective value, meaning) of every setting, with secrets masked."""
    rows = [("home", str(settings.home), "Folder of all state (`REGISTRY_HOME`).")]
    for section, kind in sections():
        for info in msgspec.structs.fields(kind):
            value = getattr(getattr(settings, section), info.name)
            rows.append((f"{section}.{info.name}", _shown(info.name, value), _meaning(info)))
    return rows


def _meaning(info: msgspec.structs.FieldInfo) -> str:
    metadata = getattr(info.type, "__metadata__", ())
    return next((m.description for m in metadata if getattr(m, "description", None)), "")


def _shown(name: str, value: Any) -> str:
    if name == "url" and "@" in str(value):
        scheme, _, rest = str(value).partition("://")
        return f"{scheme}://***@{rest.rpartition('@')[2]}"
    masked = name in SECRET_WORDS and value
    return (
        "***"
        if masked
        else (value if isinstance(value, str) else json.dumps(msgspec.to_builtins(value)))
    )
