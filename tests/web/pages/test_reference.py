"""The reference of the API follows the OpenAPI document, whatever it holds."""

from typing import Any

from web.pages.reference import groups_of

DOCUMENT: dict[str, Any] = {
    "paths": {
        "/api/v1/things/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
            ],
            "get": {
                "tags": ["Things"],
                "operationId": "getThing",
                "summary": "Get a thing",
                "parameters": [
                    {"$ref": "#/components/parameters/Size"},
                    {"name": "when", "schema": {"anyOf": [{"type": "null"}, {"format": "date"}]}},
                    {"name": "many", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "loop", "schema": {"$ref": "#/components/schemas/Loop"}},
                    {"name": "either", "schema": {"type": ["string", "null"]}},
                ],
                "responses": {
                    "200": {
                        "description": "A thing",
                        "content": {"application/json": {"example": {"name": "é"}}, "text/csv": {}},
                    },
                    "404": {"$ref": "#/components/responses/Missing"},
                },
            },
            "delete": {"responses": {}},
        }
    },
    "components": {
        "parameters": {
            "Size": {"name": "size", "in": "query", "example": 3, "schema": {"enum": ["s", "l"]}}
        },
        "schemas": {"Loop": {"$ref": "#/components/schemas/Loop"}},
        "responses": {"Missing": {"description": "No such thing"}},
    },
}


def test_operations_are_grouped_by_tag_in_order() -> None:
    groups = groups_of(DOCUMENT, "https://code.example.org")
    assert [(g.name, [o.method for o in g.operations]) for g in groups] == [
        ("Things", ["GET"]),
        ("API", ["DELETE"]),
    ]
    assert groups[1].operations[0].summary == "/api/v1/things/{id}"


def test_parameters_of_path_and_operation_are_told_in_words() -> None:
    operation = groups_of(DOCUMENT, "")[0].operations[0]
    told = {p.name: (p.place, p.kind, p.is_required) for p in operation.parameters}
    assert told == {
        "id": ("path", "integer", True),
        "size": ("query", "s | l", False),
        "when": ("query", "date", False),
        "many": ("query", "string, …", False),
        "loop": ("query", "Loop", False),
        "either": ("query", "string | null", False),
    }


def test_answers_have_their_formats_and_an_example() -> None:
    found, missing = groups_of(DOCUMENT, "")[0].operations[0].answers
    assert found.media == ("application/json", "text/csv")
    assert found.example == '{\n  "name": "é"\n}'
    assert (missing.description, missing.example) == ("No such thing", None)


def test_the_example_call_uses_the_example_values() -> None:
    operation = groups_of(DOCUMENT, "https://code.example.org")[0].operations[0]
    assert operation.command == "curl 'https://code.example.org/api/v1/things/{id}?size=3'"


def test_an_empty_document_has_no_operations() -> None:
    assert groups_of({}, "") == ()
