"""Use cases that turn documents into components and answer questions about them."""
