"""How decisions are made, as texts say it: stated plainly, quoted, and nobody named."""

import pytest

from crawlers.governance.statements import quoted, statements_of


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("We work by lazy consensus.", "lazy_consensus"),
        ("## Lazy consensus", "lazy_consensus"),
        ("Decisions are made by consensus of the maintainers.", "consensus"),
        ("The project uses consensus-seeking decision making.", "consensus"),
        ("The decision making process is consent as a default.", "consent"),
        ("Disputes are settled by a simple majority of the members.", "majority"),
        ("A vote passes with a majority of the team.", "majority"),
        ("A two-thirds majority is needed to amend the charter.", "super_majority"),
        ("Proposals require unanimity to pass.", "unanimity"),
        ("The founder is the benevolent dictator for life.", "single_leader"),
    ],
)
def test_a_plain_sentence_is_found(text: str, model: str) -> None:
    (found,) = statements_of(f"# Governance\n\n{text}\n")
    assert (found.model, found.line) == (model, 3)


@pytest.mark.parametrize(
    "text",
    [
        "We do not use lazy consensus.",
        "Others call this lazy consensus, which is called so elsewhere.",
        "The charter was written without a simple majority in mind.",
        "A consensus emerged in the meeting.",
        "The majority of contributors live in Europe.",
        "We collect consent forms.",
        "```\nDecisions are made by consensus.\n```",
        "Page moved to [docs](docs/governance.md).",
        "",
    ],
)
def test_what_states_nothing_gives_nothing(text: str) -> None:
    assert statements_of(text) == ()


def test_the_line_is_that_of_the_sentence_in_a_wrapped_paragraph() -> None:
    text = "# A\n\nEvery change is\nreviewed. Decisions are\nmade by consensus.\n- and so on\n"
    (found,) = statements_of(text)
    assert (found.line, found.quote) == (4, "Decisions are made by consensus.")


def test_nobody_is_named_in_a_quote() -> None:
    text = quoted(
        "Jane Doe (@jane, jane@town.example, https://jane.example) and Élodie O’Neil decide by "
        "**lazy consensus** of the [Steering Committee](people.md#jane)."
    )
    assert text.endswith("decide by lazy consensus of the Steering Committee.")
    for name in ("Jane", "Doe", "jane", "Élodie", "Neil", "people"):
        assert name not in text
    assert "[withheld]" in text
    assert len(quoted("the " * 500)) <= 240


def test_a_hostile_text_is_read_in_little_time() -> None:
    for text in ("decisions " * 40_000, "[" * 200_000, "vote majority " * 20_000, "A" * 250_000):
        assert len(statements_of(text)) <= 1
