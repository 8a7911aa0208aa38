"""Pure rules and value types: no input or output here."""
