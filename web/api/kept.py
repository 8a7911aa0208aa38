"""The publiccode.yml that the registry keeps for a component, for programs."""

from datetime import datetime
from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.errors import NotFound
from registry.keeping.readmodels import KeptVersion, KeptView
from web.api.bodies import mistakes_in, read_body
from web.api.call import Call, CallDependency, slug_in
from web.api.components import Slug
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.auth.visit import ActorDependency
from web.ports.ownership import KeptFilesPort

REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["content"],
    properties={
        "content": Schema(
            type=OpenAPIType.STRING,
            description="The text of a valid publiccode.yml whose `url` is the component's "
            "repository, without e-mail addresses of people; at most 256 KiB.",
        )
    },
    additional_properties=False,
    examples=[{"content": "publiccodeYmlVersion: '0'\nname: Benches\n…"}],
)


class KeptFileRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The file to keep."""

    content: str


class KeptFileItem(Struct, frozen=True, kw_only=True):
    """What the registry keeps for a component: the present text, null where it keeps none.

    `versions` are all that were kept, the newest first, each by the SHA-256 of its text; `state` is
    current, replaced, withdrawn, yielded (to the repository's own file) or lapsed (its owner is
    none any more). `file_url` is the stable address of the text.
    """

    component: str
    content: str | None
    versions: tuple[KeptVersion, ...]
    file_url: str
    api_url: str
    html_url: str


_WHEN: Final = datetime.fromisoformat("2026-08-02T09:30:00Z")
EXAMPLE: Final = KeptFileItem(
    component="code-example-town-benches", content="publiccodeYmlVersion: '0'\nname: Benches\n…",
    versions=(
        KeptVersion(
            version=1, sha256="5f0b0d1b" * 8, state="current", by="Olga Owner", kept_at=_WHEN,
            ended_at=None,
        ),
    ),
    file_url="https://registry.example/components/code-example-town-benches/kept/publiccode.yml",
    api_url="https://registry.example/api/v1/components/code-example-town-benches/kept-file",
    html_url="https://registry.example/components/code-example-town-benches/kept",
)  # fmt: skip


class KeptFilesApi(Controller):
    """Files that stand here in place of in their repository."""

    tags = ["Publishing"]

    @get(
        "/components/{slug:str}/kept-file",
        sync_to_thread=True,
        operation_id="get_kept_file",
        summary="Get the file that the registry keeps for a component",
        responses=specs(KeptFileItem, "What is kept.", EXAMPLE, can_be_missing=True),
        operation_class=described(),
    )
    def get_kept_file(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the publiccode.yml that an owner lets the registry keep, and its versions."""
        call.read(())
        return call.json(_item(call, _port(call).show(slug_in(slug, "component"))))

    @post(
        "/components/{slug:str}/kept-file",
        operation_id="post_kept_file",
        summary="Let the registry keep a file for a component",
        security=SIGNED_IN,
        **writes(
            200, KeptFileItem, "It is kept.", EXAMPLE, action=Action.KEEP_FILE, sends=REQUEST,
            also=(404, 409, 410),
        ),
    )  # fmt: skip
    def post_kept_file(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Keep a publiccode.yml, in place of the one that is kept already, as a verified owner.

        A file that is not valid, of another repository, or that names people's addresses is
        refused with 400; 409 where the repository has a file of its own.
        """
        call.read(())
        asked = read_body(call, body, KeptFileRequest)
        with mistakes_in(KeptFileRequest):
            found = _port(call).keep(actor, slug_in(slug, "component"), asked.content)
        return sent(_item(call, found))

    @post(
        "/components/{slug:str}/kept-file/withdraw",
        operation_id="withdraw_kept_file",
        summary="Withdraw the file that the registry keeps",
        security=SIGNED_IN,
        **writes(
            200, KeptFileItem, "As it is now.", EXAMPLE, action=Action.KEEP_FILE,
            also=(404, 409, 410),
        ),
    )  # fmt: skip
    def withdraw_kept_file(
        self, call: CallDependency, actor: ActorDependency, slug: Slug
    ) -> Response[Any]:
        """Withdraw what is kept, as a verified owner: the text is removed, its hash stays."""
        call.read(())
        return sent(_item(call, _port(call).withdraw(actor, slug_in(slug, "component"))))


def _port(call: Call) -> KeptFilesPort:
    if call.services.kept is None:
        raise NotFound("this registry keeps no files")
    return call.services.kept


def _item(call: Call, view: KeptView) -> KeptFileItem:
    return KeptFileItem(
        component=view.slug,
        content=view.text if view.current else None,
        versions=view.versions,
        file_url=call.page_url("components", view.slug, "kept", "publiccode.yml"),
        api_url=call.api_url("components", view.slug, "kept-file"),
        html_url=call.page_url("components", view.slug, "kept"),
    )
