"""What each kind of evidence means and does not see, for the page about the method."""

from collections.abc import Mapping
from typing import Final

from web.i18n.marking import _

# Kind → (definition, blind spots).
DETECTORS: Final[Mapping[str, tuple[str, str]]] = {
    "shared_commits": (
        _(
            "Commits with the same ids on branches or tags of two repositories. The repositories"
            " of one family form a tree by the commits they share; one without a commit of its own"
            " is a mirror and no reuse."
        ),
        _("copies made without their history."),
    ),
    "shared_files": (
        _(
            "Rare files that stand, byte by byte the same, in the histories of two families. Known"
            " third-party code is taken out first; where an older third family holds what the two"
            " share, it is the source of both, and there is no claim between them."
        ),
        _("copies of fewer than five files, and files that were edited."),
    ),
    "similar_files": (
        _(
            "Rare pieces of code in files that were edited or renamed, found by fingerprints that"
            " do not mind layout. The same rules against third-party code hold."
        ),
        _("code that was rewritten by hand or in another programming language."),
    ),
    "package_dependency": (
        _(
            "A manifest names a package that another repository publishes, now or in the past. A"
            " git address counts more than a name, and a name counts for the one that owns it."
        ),
        _("lock files, and build files that are programs."),
    ),
    "submodule": (
        _("A repository points to a commit of another one, by its address in .gitmodules."),
        _("addresses of mirrors, and submodules of the past."),
    ),
    "vendored_component": (
        _("At least five files are those that a package of the catalogue publishes."),
        _("versions that the index of packages does not hold, and files that were edited."),
    ),
    "attribution_text": (
        _(
            "A sentence in a notice, README, licence or page says that the code comes from"
            " somewhere, at any time of its history. It is what people wrote, and it is counted"
            " apart."
        ),
        _("names without an address, and words in other forms than the known ones."),
    ),
    "declared": (
        _(
            "A metadata file such as publiccode.yml says what the software is based on. It is never"
            " more than possible, and it is counted apart."
        ),
        _("everything that nobody declared, which is most."),
    ),
}
