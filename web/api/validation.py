"""Validation of publiccode.yml files that programs send; nothing of them is kept."""

from importlib.metadata import version
from typing import Any, Final

from litestar import Controller, Response, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.publishing.port import MAX_FILE_BYTES
from registry.publishing.readmodels import FileProblem, Validation
from registry.publishing.sarif import Checked, sarif_log
from web.api import kinds
from web.api.answers import encoded
from web.api.bodies import UnsupportedMediaType, read_body
from web.api.call import Call, CallDependency
from web.api.lookup import sent
from web.api.negotiation import Form
from web.api.openapi import described, post_specs
from web.api.parameters import Parameter

VALIDATE_COST: Final = 10
YAML_TYPES: Final = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
EXAMPLE_FILE: Final = 'publiccodeYmlVersion: "0.4"\nname: City forms\n'
PATH: Final = "publiccode.yml"


class ValidateRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A file in a JSON body."""

    content: str


class MendedFile(Struct, frozen=True, kw_only=True):
    """The file with every certain fix made, how many were made, and how it stands then."""

    content: str
    made: int
    status: str
    errors: int
    warnings: int


class ValidationResult(Struct, frozen=True, kw_only=True):
    """What is wrong with a file.

    `status` is valid, invalid or unparseable; `version` that of the standard as the file names
    it; `grade` runs from A (flawless) to E (unreadable). `fixed` is there where `fix=true`.
    """

    status: str
    version: str | None
    grade: str
    errors: int
    warnings: int
    problems: tuple[FileProblem, ...]
    fixed: MendedFile | None = None


EXAMPLE: Final = ValidationResult(
    status="invalid",
    version="0.4",
    grade="D",
    errors=1,
    warnings=1,
    problems=(
        FileProblem(
            path="publiccodeYmlVersion", line=1, column=1, severity="warning",
            message="`publiccodeYmlVersion` names an older version (0.4); "
            "the file is read by version 0.7",
            advice='write `publiccodeYmlVersion: "0"`',
            fix='"0"',
        ),
        FileProblem(
            path="url", line=1, column=1, severity="error", message="`url` is missing",
            advice="add `url`: it must be text",
        ),
    ),
)  # fmt: skip
SARIF_EXAMPLE: Final = '{"version": "2.1.0", "runs": []}'
PARAMETERS: Final[tuple[Parameter, ...]] = (
    kinds.choice(
        "fix", "Whether to return the file with every certain fix made as well.", ("true", "false")
    ),
    kinds.text(
        "path", "Where the file stands in its repository; SARIF names it so.", max_length=500,
        example=PATH,
    ),
)  # fmt: skip
REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["content"],
    properties={
        "content": Schema(
            type=OpenAPIType.STRING, max_length=MAX_FILE_BYTES, description="The file as text."
        )
    },
    additional_properties=False,
    examples=[{"content": EXAMPLE_FILE}],
)
FILE: Final = Schema(
    type=OpenAPIType.STRING,
    description="The file itself, UTF-8, at most 256 KiB.",
    examples=[EXAMPLE_FILE],
)


class ValidationApi(Controller):
    """Is this file right?"""

    tags = ["Publishing"]

    @post(
        "/validate",
        sync_to_thread=True,
        status_code=200,
        operation_id="post_validate",
        summary="Validate a publiccode.yml",
        opt={
            "action": Action.VALIDATE,
            "cost": VALIDATE_COST,
            "forms": (Form.JSON, Form.SARIF),
        },
        responses=post_specs(200, ValidationResult, "What is wrong with it.", EXAMPLE),
        operation_class=described(
            PARAMETERS,
            forms={Form.SARIF: SARIF_EXAMPLE},
            sends=REQUEST,
            sends_too=dict.fromkeys(YAML_TYPES, FILE),
        ),
    )
    def post_validate(self, call: CallDependency, body: RawBody) -> Response[Any]:
        """Return every problem with its line and, where it is certain, what to write instead.

        Send the file itself as YAML, or its text in JSON. Addresses in it are not looked at, and
        nothing of it is kept. A file that is wrong is answered with 200: look at `status`.
        """
        values = call.read(PARAMETERS)
        form, data = call.form, _file(call, body)
        path = values.one("path") or PATH
        found = call.services.publiccode.validate(data, path=path)
        if form is Form.SARIF:
            log = sarif_log([Checked(path, found)], version("public-code-registry"))
            headers = {"Cache-Control": "no-store"}
            return Response(encoded(log), status_code=200, media_type=form, headers=headers)
        return sent(_result(found, _mended(call, data) if values.one("fix") == "true" else None))


def _file(call: Call, body: bytes) -> bytes:
    stated = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated in YAML_TYPES:
        return body
    if stated != Form.JSON.value:
        raise UnsupportedMediaType(
            detail="Send the file with Content-Type: application/yaml, or JSON with `content`."
        )
    return read_body(call, body, ValidateRequest).content.encode("utf-8", "surrogatepass")


def _mended(call: Call, data: bytes) -> MendedFile:
    mended = call.services.publiccode.mend(data)
    left = mended.validation
    return MendedFile(
        content=mended.text, made=mended.made, status=left.status, errors=left.errors,
        warnings=left.warnings,
    )  # fmt: skip


def _result(found: Validation, mended: MendedFile | None) -> ValidationResult:
    return ValidationResult(
        status=found.status, version=found.version, grade=found.grade, errors=found.errors,
        warnings=found.warnings, problems=found.problems, fixed=mended,
    )  # fmt: skip
