"""Files of a body in repositories that it governs: read by everybody, taken by its members."""

from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.catalogue.readmodels import Link
from registry.governance.record.repository_diff import FileItem
from registry.governance.record.repository_files import RepositoryFile
from web.api.bodies import read_body
from web.api.body_schemas import object_schema, text_schema
from web.api.call import CallDependency, slug_in
from web.api.joint_bodies import Slug, bodies_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.auth.visit import ActorDependency

_COMMIT: Final = "8c7e5a667f1b8c7e5a667f1b8c7e5a667f1b8c7e"
_URL: Final = f"https://code.example/city/forms/blob/{_COMMIT}/.governance/body.yaml"


class BodyFilesResource(Struct, frozen=True, kw_only=True):
    """The files, each with what it says and how that stands to the record."""

    files: tuple[RepositoryFile, ...]


class TakeRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take what is new in the file of a component, at the version `blob`, for a member `by`."""

    by: str
    component: str
    blob: str


class TakenResource(Struct, frozen=True, kw_only=True):
    """How many items of a file were recorded, or asked for."""

    items: int


EXAMPLE: Final = BodyFilesResource(
    files=(
        RepositoryFile(
            component=Link("forms", "Forms"), path=".governance/body.yaml", commit=_COMMIT,
            blob="3b18e512dba79e4c8300dd08aeb37f8e728b8dad", sha256="a" * 64, url=_URL, faults=(),
            is_other=False,
            items=(
                FileItem(part="facts", place="facts[0]", title="exit_clause · none", state="new",
                         line=12, url=f"{_URL}#L12"),
            ),
        ),
    )
)  # fmt: skip
TAKE: Final = object_schema(
    ["by", "component", "blob"],
    {"by": "town", "component": "forms", "blob": "3b18e512dba79e4c8300dd08aeb37f8e728b8dad"},
    by=text_schema("Slug of the member that records it.", 120),
    component=text_schema("Slug of the component in whose repository the file stands.", 120),
    blob=text_schema("Git id of the version that was looked at.", 64),
)


class BodyFilesApi(Controller):
    """What files in repositories would add to the record of a body."""

    tags = ["Governance"]

    @get(
        "/bodies/{slug:str}/files",
        sync_to_thread=True,
        operation_id="list_body_files",
        summary="List files of a body in its repositories",
        responses=specs(BodyFilesResource, "The files.", EXAMPLE, can_be_missing=True),
        operation_class=described(),
    )
    def list_files(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the files that were read in repositories of components that the body governs.

        Of an item `new` and `leaves` can be taken by a member, `operator` by the operator alone;
        `differs` is recorded otherwise, and left. `faults` say line and field of what is wrong.
        """
        call.read(())
        found = bodies_of(call).repository_files(slug_in(slug, "body"))
        return call.json(BodyFilesResource(files=found))


class BodyFileWritesApi(Controller):
    """Taking a file into the record."""

    tags = ["Governance"]
    security = SIGNED_IN

    @post(
        "/bodies/{slug:str}/files",
        operation_id="take_body_file",
        summary="Record what is new in a file of a body",
        **writes(201, TakenResource, "It is recorded.", TakenResource(items=3),
                 action=Action.RECORD_IN_BODY, sends=TAKE),
    )  # fmt: skip
    def take_file(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Record all that is new in a file, or nothing; changes of members wait for a sign-off."""
        call.read(())
        asked, which = read_body(call, body, TakeRequest), slug_in(slug, "body")
        taken = bodies_of(call).accept_file(actor, which, asked.component, asked.blob, asked.by)
        return sent(TakenResource(items=taken), 201)
