import pytest

from registry.domain.languages import is_vendored, language_of


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("src/app.py", "Python"),
        ("a/B.java", "Java"),
        ("x.TSX", "TypeScript"),
        ("m.go", "Go"),
        ("Dockerfile", "Dockerfile"),
        ("ops/Dockerfile.prod", "Dockerfile"),
        ("Makefile", "Makefile"),
        ("lib/tasks/x.rake", "Ruby"),
        ("p.cshtml", "Razor"),
        ("CMakeLists.txt", "CMake"),
        ("README.md", None),
        ("data.json", None),
        (".py", None),
        ("py", None),
        ("", None),
    ],
)
def test_the_name_of_a_file_tells_its_language(path: str, language: str | None) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/x/index.js", "a/vendor/github.com/x.go", "third_party/z.c", "web/dist/a.js",
        "docs/_static/x.css", "static/jquery-3.6.0.min.js", "js/bootstrap.bundle.js",
        "package-lock.json", "sub/yarn.lock", "go.sum", "gradlew", "api/x.pb.go", "api/x_pb2.py",
        "Forms/Main.Designer.cs", "app.min.css", "lib/d3.v5.min.js",
    ],
)  # fmt: skip
def test_files_of_third_parties_and_generators_are_told(path: str) -> None:
    assert is_vendored(path)


@pytest.mark.parametrize(
    "path",
    ["src/app.py", "distribution/a.c", "src/vendors.py", "lib/jquery_helper.rb", "minify.js",
     "package.json", "internal/external/client.go", "", "a" * 100_000],
)  # fmt: skip
def test_own_files_are_not_taken_for_vendored_ones(path: str) -> None:
    assert not is_vendored(path)
