"""Words of the publish wizard: its steps and questions, and the values of publiccode.yml."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "draft_step": {
        "about": _("The software"),
        "description": _("Description"),
        "rights": _("Licence and organisation"),
        "upkeep": _("Maintenance and languages"),
    },
    "question": {
        "name": _("Name of the software"),
        "software_type": _("Kind of software"),
        "status": _("Development status"),
        "platforms": _("Platforms"),
        "categories": _("Functions"),
        "landing_url": _("Website"),
        "version": _("Version"),
        "release_date": _("Release date"),
        "is_based_on": _("Based on"),
        "short_description": _("Short description"),
        "long_description": _("Long description"),
        "features": _("Features"),
        "licence": _("Licence"),
        "organisation_uri": _("Identifier of the organisation"),
        "organisation_name": _("Name of the organisation"),
        "maintenance": _("Who maintains it?"),
        "contact_name": _("Name of the contact"),
        "contact_email": _("E-mail address of the contact"),
        "contractor_name": _("Name of the contractor"),
        "contractor_until": _("End of the contract"),
        "localisation_ready": _("Can it be translated?"),
        "languages": _("Languages of the interface"),
    },
    "question_hint": {
        "name": _("As people call it, for example: Bench Register"),
        "software_type": _("Choose what describes it best."),
        "status": _("How far the software is."),
        "platforms": _("Where it runs, separated by commas, for example: web, linux, android"),
        "categories": _("From the list of the standard, one a line, for example: it-management"),
        "landing_url": _("A page for people, for example: https://example.org/bench-register"),
        "version": _("The newest release, for example: 1.4.2"),
        "release_date": _("For example: 2025-03-27"),
        "is_based_on": _("Address of the repository that yours is a variant of."),
        "short_description": _("One sentence of at most 150 characters."),
        "long_description": _("At least 150 characters: what it does, and for whom."),
        "features": _("What it can do, one thing a line."),
        "licence": _("An SPDX identifier, for example: EUPL-1.2"),
        "organisation_uri": _(
            "Web address or URN of the public body, for example: https://example.org"
        ),
        "organisation_name": _("The public body that publishes it."),
        "maintenance": _("Who takes care of it today."),
        "contact_name": _("For own staff or a community: a team is better than a person."),
        "contact_email": _(
            "For own staff or a community: an address of a team, such as software@example.org"
        ),
        "contractor_name": _("For a contract: who maintains it."),
        "contractor_until": _("For a contract, for example: 2027-12-31"),
        "localisation_ready": _("Yes, when another language needs no change of the code."),
        "languages": _("Codes of languages, separated by commas, for example: en, nl"),
    },
    "software_type": {
        "standalone/mobile": _("App for phones and tablets"),
        "standalone/iot": _("Program for devices"),
        "standalone/desktop": _("Program for computers"),
        "standalone/web": _("Web application"),
        "standalone/backend": _("Service for other programs"),
        "standalone/other": _("Another program of its own"),
        "addon": _("Extension of another program"),
        "library": _("Library"),
        "configurationFiles": _("Configuration files"),
    },
    "development_status": {
        "concept": _("Concept"),
        "development": _("In development"),
        "beta": _("In testing"),
        "stable": _("Stable"),
        "obsolete": _("Obsolete"),
    },
    "maintenance_type": {
        "internal": _("Own staff"),
        "contract": _("A contractor"),
        "community": _("A community"),
        "none": _("Nobody"),
    },
}
