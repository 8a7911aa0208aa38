"""The rules about obstacles in words: English here, translated where a page shows them."""

from typing import Final

from msgspec import Struct


class RuleText(Struct, frozen=True):
    """A rule in words: `sentence` has placeholders (`%(subject)s`), the others have none."""

    title: str
    sentence: str
    definition: str
    blind: str
    way_out: str


GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "licence": (
        "licence_missing", "licence_unread", "licence_not_approved", "licence_conflict",
        "licence_dependency",
    ),
    "deployment": ("deployment_missing", "documentation_missing"),
    "interface": ("interface_one_language", "interface_texts"),
    "country": (
        "country_identity", "country_service", "country_domain", "country_currency",
        "country_phone", "country_address",
    ),
    "vendor": ("vendor_cloud", "vendor_service", "closed_dependency", "private_source"),
    "upkeep": (
        "one_author", "no_recent_commit", "archived", "no_release", "no_tests", "no_ci",
    ),
}  # fmt: skip
GROUP_TITLES: Final[dict[str, str]] = {
    "licence": "Licence",
    "deployment": "Deployment and documentation",
    "interface": "Languages of the interface",
    "country": "Tied to one country",
    "vendor": "Tied to one vendor",
    "upkeep": "Upkeep",
}
REASONS: Final[dict[str, str]] = {
    "not_inspected": "The code was not read for this yet; the next visit of the crawler does.",
    "no_licence": "No licence is known.",
    "licence_not_in_tables": "The licence is none that the tables of the registry know.",
    "licences_of_dependencies": "The licences of the dependencies are not known, or only of some.",
    "no_code": "There is no source code.",
    "not_all_files": "The list of files was cut at a limit.",
    "language_of_texts": "There are files of texts, and none names its language.",
    "no_translations": "There are pages, and no file of translations that is known.",
    "no_interface": "There are no files of pages or screens.",
    "pages_not_read": "There are files of pages or screens, and none was read.",
    "few_commits": "There are fewer than 20 commits by people.",
    "no_commits_by_people": "There is no commit by people.",
}


TEXTS: Final[dict[str, RuleText]] = {
    "licence_missing": RuleText(
        "No licence",
        "No licence file was found, and no document states a licence.",
        (
            "No file such as LICENSE or COPYING at the root or in LICENSES/, and no licence in a"
            " manifest, a metadata file or at the platform."
        ),
        "a licence that stands in other files only, for example in the README.",
        "Ask the publisher to add a licence: without one nobody may use the code.",
    ),
    "licence_unread": RuleText(
        "Licence not recognised",
        "There is a licence file, and its text is none that is known here.",
        "A licence file whose text matches no known licence, where no other document states one.",
        "licences that were changed, or that are seldom used.",
        "Read the file: it says what is allowed.",
    ),
    "licence_not_approved": RuleText(
        "Licence not approved as open source",
        "%(licence)s is not approved as an open source licence by the Open Source Initiative.",
        (
            "An SPDX licence that is not on the list of the Open Source Initiative, such as"
            " licences for content or data; dedications to the public domain are left out."
        ),
        "licences that are not in the tables of the registry.",
        "Check whether its terms allow your use, or ask for an approved licence.",
    ),
    "licence_conflict": RuleText(
        "Licences that contradict each other",
        "The licence file says %(licence)s; other documents say %(others)s.",
        "Two documents of the repository state different licences for the whole.",
        "licences of single files and folders.",
        (
            "Ask the publisher which licence holds, and for a file that says which part is under"
            " which."
        ),
    ),
    "licence_dependency": RuleText(
        "Dependency with a licence that does not fit",
        "%(name)s is under %(inbound)s, which may not go into a work under %(licence)s.",
        (
            "A dependency that a component of this registry publishes, whose licence does not"
            " fit by the compatibility matrix of OSADL."
        ),
        "licences of packages that no component of this registry publishes.",
        "Replace the dependency, or ask for another licence. This is no legal advice.",
    ),
    "deployment_missing": RuleText(
        "No way of deployment",
        "No file that deploys, installs or packages it was found.",
        (
            "None of: container, compose, Helm, Kubernetes, Terraform, Ansible, systemd,"
            " platform and cloud templates, packages, install scripts, files of web servers,"
            " mobile projects, extensions; and no manifest that publishes a package."
        ),
        "commands in the README, and deployment that is kept in another repository.",
        (
            "Look for a deployment repository of the publisher, or add a container file and"
            " offer it back."
        ),
    ),
    "documentation_missing": RuleText(
        "No instructions",
        (
            "No heading of the README tells how to install or run it, and there is no folder of"
            " documentation."
        ),
        (
            "The headings of the README hold no word for installing, running, building or using,"
            " and no folder such as docs/ is at the root."
        ),
        "documentation on another site, and instructions without a heading.",
        "Ask the publisher for instructions, or write down how you did it and offer that back.",
    ),
    "interface_one_language": RuleText(
        "Interface in one language",
        "There are files of translations for one language alone: %(language)s.",
        (
            "Files of texts (gettext, Rails, i18next, Java, Android, Apple, XLIFF, ARB …) for"
            " one language, and no other language in publiccode.yml."
        ),
        "languages that the code itself holds, or a service outside.",
        "Add a file for your language beside the one that is there.",
    ),
    "interface_texts": RuleText(
        "Texts in the templates",
        "Sentences stand in templates, and there is no file of translations.",
        (
            "At least three templates hold a sentence between tags, and no file of translations"
            " was found."
        ),
        "texts in scripts, and mechanisms of translation without files of their own.",
        "Expect to change the templates for another language, or add a mechanism of translation.",
    ),
    "country_identity": RuleText(
        "Identity number of one country",
        "The code knows a number that one state gives out: %(subject)s.",
        (
            "A name of such a number as a word in at least two files of code or configuration,"
            " or a package for it; comments, tests, examples and documentation are left out."
        ),
        "numbers under other names, and code that reads them from settings.",
        "Look whether the number can be left out or replaced by one of your own.",
    ),
    "country_service": RuleText(
        "Service of one state",
        "It names a service that one state runs: %(subject)s.",
        (
            "The address of such a service in code or configuration, a package for it in a"
            " manifest, or its name in at least two files."
        ),
        "services that are not in the list, and addresses that are made of parts.",
        "Look for the setting that turns it off, or put a service of your own in its place.",
    ),
    "country_domain": RuleText(
        "Addresses of one country's public bodies",
        "Addresses under national domains stand in code, configuration or pages: %(subject)s.",
        (
            "Web addresses under such a domain in at least three files that are no"
            " documentation, tests or comments; design systems and schemas are left out."
        ),
        "whether it is a link for readers or a service that is called.",
        "Replace the addresses; ask the publisher to make them settings.",
    ),
    "country_currency": RuleText(
        "Currency in the code",
        "A currency is written into code or pages: %(subject)s.",
        (
            "A code in quotes or a symbol beside an amount in at least two files; files that"
            " hold three or more currencies are tables and left out."
        ),
        "the dollar sign, and amounts without a currency.",
        "Look for the setting of the currency, or replace it where it stands.",
    ),
    "country_phone": RuleText(
        "Telephone numbers of one country",
        "Telephone numbers or their country are written into code or pages: %(subject)s.",
        (
            "An international prefix in a quoted number or a telephone link, or a country given"
            " to a library for numbers, in at least two files; tables of prefixes are left out."
        ),
        "national numbers without a prefix.",
        "Replace contacts; make the default country a setting.",
    ),
    "country_address": RuleText(
        "Addresses and places of one country",
        "The code knows postcodes or place codes of one country: %(subject)s.",
        (
            "A name of such a code as a word in at least two files, a known pattern, or a"
            " package for it."
        ),
        "postcodes that are checked without naming them.",
        "Replace the check and the place data by those of your country.",
    ),
    "vendor_cloud": RuleText(
        "Client of one cloud",
        "It names what belongs to one provider of clouds: %(subject)s.",
        (
            "A client in a manifest (not for development alone), a template or provider for it,"
            " or its addresses in at least two files of code or configuration."
        ),
        "whether it runs without it, and services that are compatible.",
        (
            "Look for a setting with another provider; many services have compatible ones, such"
            " as object storage."
        ),
    ),
    "vendor_service": RuleText(
        "Service of one company",
        "It names a service that one company sells: %(subject)s.",
        (
            "A client of the service in a manifest (not for development alone), or its address"
            " in code or configuration."
        ),
        "whether it runs without it, and services that are not in the list.",
        "Look for the setting that turns it off, or count its price in.",
    ),
    "closed_dependency": RuleText(
        "Package or product that is not open",
        "It names something whose licence is not open: %(subject)s.",
        "A package of the list in a manifest (not for development alone), or its address in code.",
        "packages that are not in the list, and alternatives that it supports beside it.",
        "Look whether an open alternative is supported, or count the licence in.",
    ),
    "private_source": RuleText(
        "Source that not everybody can read",
        "Something is taken from an address that may ask for a key or a sign-in: %(subject)s.",
        (
            "A private package registry in configuration or a manifest, or a dependency or"
            " submodule by SSH."
        ),
        "registries under addresses that are not in the list.",
        (
            "Ask the publisher for a public source; for SSH, use the https address of the same"
            " repository."
        ),
    ),
    "one_author": RuleText(
        "One author wrote most",
        (
            "One author, by e-mail address, wrote %(percent)s per cent of %(commits)s commits"
            " by people."
        ),
        (
            "More than half of the commits of the main line have one author by e-mail address;"
            " merges and bots are left out; at least 20 commits. It is the contributor absence"
            " factor 1 of CHAOSS."
        ),
        (
            "people with several addresses, commits that bring the work of others, and history"
            " from before."
        ),
        "Ask who else knows the code, and who could maintain it with you.",
    ),
    "no_recent_commit": RuleText(
        "No commit for two years",
        "The newest commit by people is of %(day)s.",
        "The newest commit of the main line by anybody but a bot is older than two years.",
        "software that is finished, and work in another repository.",
        "Ask whether it is still maintained, or look for a fork that is.",
    ),
    "archived": RuleText(
        "Archived",
        "The repository is archived, or its metadata say that it is obsolete.",
        "The platform, publiccode.yml or another document says so.",
        "repositories that were left without a word.",
        "Look for the one that follows it, or for a fork that is alive.",
    ),
    "no_release": RuleText(
        "No release",
        "There is no tag that could be a release.",
        "No tag points to a commit of the repository.",
        "releases that are published without a tag.",
        "Pin a commit, and ask for releases.",
    ),
    "no_tests": RuleText(
        "No tests",
        "No file of tests was found.",
        "No file or folder has a word for tests in its name.",
        "tests that are kept elsewhere or inside other files.",
        "Plan for tests of your own before you change anything.",
    ),
    "no_ci": RuleText(
        "No automatic checks",
        "No configuration of automatic checks was found.",
        "None of the files by which continuous integration is configured.",
        "checks that are configured outside of the repository.",
        "Set up checks in your copy.",
    ),
}
