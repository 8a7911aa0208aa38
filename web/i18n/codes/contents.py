"""Words of what a repository holds: files for people and for running it, dependencies, badges."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "community": {
        "contributing": _("Contributing guide"),
        "governance": _("Governance"),
        "code_of_conduct": _("Code of conduct"),
        "code_owners": _("Code owners"),
        "maintainers": _("Maintainers"),
        "security": _("Security policy"),
        "support": _("Support"),
        "changelog": _("Changelog"),
        "roadmap": _("Roadmap"),
        "authors": _("Authors"),
        "citation": _("How to cite"),
        "issue_template": _("Issue template"),
        "ci": _("Automatic checks"),
        "container": _("Container"),
        "compose": _("Container composition"),
        "helm": _("Helm chart"),
        "publiccode": _("publiccode.yml"),
        "docs": _("Documentation"),
        "tests": _("Tests"),
    },
    "deployment": {
        "container": _("Container file"),
        "compose": _("Compose file"),
        "helm": _("Helm chart"),
        "kubernetes": _("Kubernetes manifests"),
        "terraform": _("Terraform"),
        "cloud_template": _("Template of a cloud"),
        "platform": _("Manifest of a platform"),
        "ansible": _("Ansible playbook"),
        "systemd": _("systemd unit"),
        "package": _("System package"),
        "install_script": _("Install script"),
        "vagrant": _("Vagrant file"),
        "mobile": _("Mobile project"),
        "webserver": _("Configuration of a web server"),
        "workflow_action": _("Action for workflows"),
        "static_site": _("Static site"),
        "extension": _("Extension of another program"),
    },
    "scope": {
        "runtime": _("Needed to run"),
        "dev": _("Development"),
        "optional": _("Optional"),
        "build": _("Build"),
        "peer": _("Peer"),
    },
    "badge": {
        "in_progress": _("In progress"),
        "passing": _("Passing"),
        "silver": _("Silver"),
        "gold": _("Gold"),
    },
    "badge_name": {
        "reuse": _("Organisations that reuse this"),
        "countries": _("Countries that reuse this"),
        "metadata": _("State of the publiccode.yml"),
        "drift": _("How far behind its upstream this is"),
    },
}
