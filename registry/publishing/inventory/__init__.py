"""The inventory of an organisation: its code, with what the US budget office asks of agencies."""
