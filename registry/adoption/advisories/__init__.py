"""Published security advisories: brought in, and led to the components that they are about."""
