"""The contract between controllers and templates."""

import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta, nodes

import web.errors
import web.pages.routes  # noqa: F401 - defines the contexts
from web.i18n.languages import shipped_languages
from web.pages.templating import TEMPLATES, environment
from web.pages.view import Context

ENVIRONMENT = environment(shipped_languages()[0])
FILES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
PARENTS = {"base.html", "component/layout.html"}


def contexts(kind: type[Context] = Context) -> Iterator[type[Context]]:
    for child in kind.__subclasses__():
        yield child
        yield from contexts(child)


def variables(name: str) -> set[str]:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    tree = ENVIRONMENT.parse(source)
    imported = {x for node in tree.find_all(nodes.FromImport) for x in node.names}
    macros = {node.name for node in tree.find_all(nodes.Macro)}
    named = {x.target.name for x in tree.body if isinstance(x, nodes.Assign)}
    here = imported | macros | named | set(ENVIRONMENT.globals)
    found = meta.find_undeclared_variables(tree) - here
    others = re.findall(r'{% (?:extends|include) "([^"]+)" %}', source)
    return found.union(*(variables(other) for other in others))


@pytest.mark.parametrize("context", list(contexts()), ids=lambda kind: kind.__name__)
def test_a_template_uses_exactly_the_fields_of_its_context(context: type[Context]) -> None:
    # `self` is Jinja's own name for the blocks of a template.
    used = variables(context.template) - {"page", "self"}
    assert used == set(context.__struct_fields__)
    assert context.__doc__


def test_every_page_template_has_one_context() -> None:
    named = [context.template for context in contexts()]
    included = {
        name
        for page in FILES
        for name in re.findall(r'{% include "([^"]+)" %}', (TEMPLATES / page).read_text("utf-8"))
    }
    pages = {name for name in FILES if not name.startswith("macros/")} - PARENTS - included
    assert sorted(named) == sorted(pages)


@pytest.mark.parametrize("name", FILES)
def test_no_template_switches_escaping_off(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup|\|\s*tojson", source)
    trusted = source.count("trusted_html")
    assert trusted == (1 if name == "component/overview.html" else 0)


def test_markup_is_made_in_one_module_only() -> None:
    web = TEMPLATES.parent
    holders = {
        path.name for path in web.rglob("*.py") if "Markup(" in path.read_text(encoding="utf-8")
    }
    assert holders <= {"templating.py"}


def test_a_name_that_is_not_given_is_an_error() -> None:
    template = ENVIRONMENT.from_string("{{ missing }}")
    with pytest.raises(jinja2.UndefinedError):
        template.render()


@pytest.mark.parametrize("name", FILES)
def test_templates_hold_no_text_outside_translation(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    bare = re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}|<!DOCTYPE html>", "", source, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", bare)
    words = set(re.findall(r"[A-Za-z]{3,}", text))
    assert words <= {"git", "clone"}, words


def test_the_folder_of_templates_is_complete() -> None:
    assert Path(TEMPLATES, "base.html").is_file()
