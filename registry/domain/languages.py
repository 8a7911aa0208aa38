"""Programming languages by file name, and which files are not a repository's own source.

Own table of common extensions; shared extensions go to the language that is the more usual in
public repositories (`.h` C, `.m` Objective-C, `.pl` Perl). Data and prose formats have none.
"""

import re
from typing import Final

_EXTENSIONS: Final[dict[str, str]] = {
    "Ada": "adb ads",
    "Apex": "cls trigger",
    "Assembly": "asm s nasm",
    "AutoHotkey": "ahk",
    "Batchfile": "bat cmd",
    "Bicep": "bicep",
    "C": "c h",
    "C#": "cs csx cake",
    "C++": "cc cpp cxx c++ hh hpp hxx inl ipp tpp",
    "CMake": "cmake",
    "COBOL": "cob cbl cpy cobol",
    "CSS": "css",
    "CUDA": "cu cuh",
    "Catala": "catala_en catala_fr catala_pl",
    "Clojure": "clj cljs cljc",
    "CoffeeScript": "coffee",
    "ColdFusion": "cfm cfc cfml",
    "Common Lisp": "lisp lsp cl",
    "Coq": "v",
    "Crystal": "cr",
    "Cython": "pyx pxd pxi",
    "D": "d",
    "Dart": "dart",
    "Delphi": "pas dpr dfm",
    "Elixir": "ex exs heex",
    "Elm": "elm",
    "Emacs Lisp": "el",
    "Erlang": "erl hrl",
    "F#": "fs fsi fsx",
    "Fortran": "f f77 f90 f95 f03 f08 for",
    "GDScript": "gd",
    "GLSL": "glsl vert frag geom",
    "Gherkin": "feature",
    "Go": "go",
    "Go Template": "gotmpl tmpl",
    "GraphQL": "graphql gql",
    "Groovy": "groovy gvy gradle",
    "HCL": "hcl tf tfvars",
    "HTML": "html htm xhtml",
    "Handlebars": "hbs handlebars mustache",
    "Haskell": "hs lhs",
    "Haxe": "hx",
    "IDL": "idl",
    "Java": "java",
    "JavaScript": "js mjs cjs jsx es6",
    "Jinja": "jinja jinja2 j2",
    "Julia": "jl",
    "Jupyter Notebook": "ipynb",
    "Kotlin": "kt kts",
    "Less": "less",
    "Liquid": "liquid",
    "Lua": "lua",
    "MATLAB": "mat mlx",
    "Nim": "nim nims",
    "Nix": "nix",
    "Nunjucks": "njk nunjucks",
    "OCaml": "ml mli",
    "Objective-C": "m",
    "Objective-C++": "mm",
    "OpenEdge ABL": "abl",
    "PHP": "php phtml php3 php4 php5 module inc",
    "PLSQL": "pks pkb pls plsql",
    "PLpgSQL": "pgsql",
    "Pascal": "pp lpr",
    "Perl": "pl pm t",
    "PowerShell": "ps1 psm1 psd1",
    "Prolog": "pro prolog",
    "Protocol Buffer": "proto",
    "Pug": "pug jade",
    "Puppet": "epp",
    "Python": "py pyw pyi",
    "QML": "qml",
    "R": "r rmd",
    "Racket": "rkt",
    "Raku": "raku rakumod",
    "Razor": "cshtml razor",
    "Rego": "rego",
    "Ruby": "rb rake gemspec erb ru haml slim",
    "Rust": "rs",
    "SAS": "sas",
    "SCSS": "scss",
    "SPARQL": "rq sparql",
    "SQL": "sql ddl dml",
    "Sass": "sass",
    "Scala": "scala sc sbt",
    "Scheme": "scm ss",
    "Shell": "sh bash zsh ksh fish",
    "Smarty": "tpl",
    "Solidity": "sol",
    "Stata": "do ado",
    "Svelte": "svelte",
    "Swift": "swift",
    "SystemVerilog": "sv svh",
    "Tcl": "tcl",
    "Thrift": "thrift",
    "Twig": "twig",
    "TypeScript": "ts tsx mts cts",
    "VBA": "bas frm",
    "VHDL": "vhd vhdl",
    "Vala": "vala",
    "Visual Basic .NET": "vb",
    "Vue": "vue",
    "WebAssembly": "wat wast",
    "XQuery": "xq xquery xqm",
    "XSLT": "xsl xslt",
    "Zig": "zig",
}
_LANGUAGE_BY_EXTENSION: Final = {
    extension: language for language, words in _EXTENSIONS.items() for extension in words.split()
}
_LANGUAGE_BY_NAME: Final[dict[str, str]] = {
    "brewfile": "Ruby",
    "cmakelists.txt": "CMake",
    "containerfile": "Dockerfile",
    "dockerfile": "Dockerfile",
    "fastfile": "Ruby",
    "gemfile": "Ruby",
    "gnumakefile": "Makefile",
    "guardfile": "Ruby",
    "jenkinsfile": "Groovy",
    "makefile": "Makefile",
    "podfile": "Ruby",
    "rakefile": "Ruby",
    "vagrantfile": "Ruby",
}

_VENDORED_FOLDERS: Final = frozenset(
    """
    node_modules bower_components jspm_packages vendor vendors vendored third_party third-party
    thirdparty 3rdparty pods carthage dist _static site-packages __pycache__
    .yarn .pnp .venv venv .gradle .mvn .idea .vscode generated __generated__ gen-src autogen
    docsearch bin-release target
    """.split()  # noqa: SIM905
)
_LOCKFILES: Final = frozenset(
    """
    package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb composer.lock
    gemfile.lock poetry.lock pdm.lock uv.lock pipfile.lock cargo.lock go.sum mix.lock pubspec.lock
    packages.lock.json podfile.lock flake.lock gradle.lockfile deno.lock .terraform.lock.hcl
    gradlew gradlew.bat mvnw mvnw.cmd gradle-wrapper.jar gradle-wrapper.properties
    maven-wrapper.properties mavenwrapperdownloader.java
    """.split()  # noqa: SIM905
)
# Names that generators and bundlers give; every pattern is linear.
_GENERATED_NAME = re.compile(
    r".*(?:[.-]min\.(?:js|css|mjs)|\.(?:bundle|chunk)\.(?:js|css)|\.map|\.pb\.(?:go|cc|h)"
    r"|_pb2(?:_grpc)?\.pyi?|_pb\.(?:js|d\.ts)|\.g\.dart|\.freezed\.dart|\.designer\.(?:cs|vb)"
    r"|\.generated\.\w{1,8}|\.snap|-lock\.json)"
)
_BUNDLED_NAME = re.compile(
    r"(?:jquery|bootstrap|angular|modernizr|d3|leaflet|lodash|moment|popper|require|respond"
    r"|html5shiv|prettify|select2|handlebars|underscore|backbone|vue|react|ckeditor|tinymce)"
    r"(?:[.-](?:v?\d[\d.]{0,20}|slim|bundle|ui|core|full|all|runtime)){0,4}(?:\.min)?\.(?:js|css)"
)


def language_of(path: str) -> str | None:
    """Return the programming language that a path's name tells, or None."""
    name = path.rsplit("/", 1)[-1].lower()
    if name in _LANGUAGE_BY_NAME:
        return _LANGUAGE_BY_NAME[name]
    if name.startswith(("dockerfile.", "jenkinsfile.")):
        return _LANGUAGE_BY_NAME[name.split(".", 1)[0]]
    stem, dot, extension = name.rpartition(".")
    return _LANGUAGE_BY_EXTENSION.get(extension) if dot and stem else None


def is_vendored(path: str) -> bool:
    """Say whether a path's folders or name mark third-party, generated, built or locked files."""
    lower = path.lower()
    *folders, name = lower.split("/")
    if any(folder in _VENDORED_FOLDERS for folder in folders):
        return True
    if name in _LOCKFILES or "wwwroot/lib/" in lower or "public/assets/" in lower:
        return True
    short = name[:200]
    return bool(_GENERATED_NAME.fullmatch(short) or _BUNDLED_NAME.fullmatch(short))
