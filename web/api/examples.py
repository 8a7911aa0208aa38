"""Examples of answers for the OpenAPI document; the bodies in them are invented."""

from datetime import UTC, datetime
from typing import Final

from registry.catalogue.readmodels import Facet, FacetValue, Link, Text, Upstream
from web.api.negotiation import Form
from web.api.structs import ComponentItem, ComponentPage, OrganisationItem, OrganisationPage

BASE: Final = "https://registry.example"
_AT: Final = datetime(2025, 6, 1, 12, tzinfo=UTC)
COMPONENT: Final = ComponentItem(
    slug="example-city-forms",
    name=Text("City forms", "en"),
    description=Text("Forms that people can fill in without an account", "en"),
    organisation=Link("example-city", "Example City"),
    country="EE",
    region="EE-37",
    licence="EUPL-1.2",
    licence_class="weak",
    language="Python",
    activity="active",
    version="2.1.0",
    last_commit_at=_AT,
    updated_at=_AT,
    repository_url="https://code.example/city/forms",
    fork_count=2,
    upstream=Upstream(
        slug="other-city-forms",
        name="Forms",
        organisation="Other City",
        evidence="ev_0123456789abcdef",
    ),
    fork_countries=("FI", "LV"),
    reuse_organisations=3,
    reuse_countries=2,
    api_url=f"{BASE}/api/v1/components/example-city-forms",
    html_url=f"{BASE}/components/example-city-forms",
)
COMPONENTS: Final = ComponentPage(
    items=(COMPONENT,),
    total=41,
    total_is_exact=True,
    next=f"{BASE}/api/v1/components?country=EE&limit=1&after=MQ",
    facets=(Facet("country", (FacetValue("EE", "EE", 41, selected=True),)),),
    suggestion="forms",
    degraded=False,
)
ORGANISATIONS: Final = OrganisationPage(
    items=(
        OrganisationItem(
            slug="example-city",
            uri="https://city.example",
            name="Example City",
            country="EE",
            region="EE-37",
            level="local",
            components=41,
            repositories=44,
            failed=1,
            sources=("https://code.example/city",),
            last_crawled_at=_AT,
            api_url=f"{BASE}/api/v1/organisations/example-city",
            html_url=f"{BASE}/organisations/example-city",
        ),
    ),
    next=f"{BASE}/api/v1/organisations?country=EE&limit=1&after=ZXhhbXBsZS1jaXR5",
)
CSV: Final = {Form.CSV: "slug,name,country\r\nexample-city-forms,City forms,EE\r\n"}
NDJSON: Final = {Form.NDJSON: '{"slug":"example-city-forms","country":"EE"}\n'}
ATOM: Final = {Form.ATOM: '<feed xmlns="http://www.w3.org/2005/Atom">…</feed>'}
JSON_FEED: Final = {
    Form.JSON_FEED: '{"version":"https://jsonfeed.org/version/1.1","title":"…","items":[]}'
}
FILES: Final = CSV | NDJSON | ATOM | JSON_FEED
JSON_LD: Final = {Form.JSON_LD: '{"@context":"https://schema.org","@type":"SoftwareSourceCode"}'}
EXPORTS: Final = JSON_LD | {Form.YAML: 'publiccodeYmlVersion: "0"\nname: City forms\n'}
