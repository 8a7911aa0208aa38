"""Languages of the pages: gettext catalogues, CLDR formats, and the words of the domain."""
