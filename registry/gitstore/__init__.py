"""Reading finished bare repositories, with caps and never over the network."""
