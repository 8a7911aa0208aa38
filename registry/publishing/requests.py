"""The words of a change request that brings a publiccode.yml into a repository."""

from typing import Final

TITLE: Final = "Describe the software in publiccode.yml"
BODY: Final = (
    "publiccode.yml tells catalogues of public code what this software is, under which licence "
    "it may be reused and whom to ask. The file follows version 0 of the standard "
    "(https://docs.italia.it/italia/developers-italia/publiccodeyml-en/) and was validated."
)
