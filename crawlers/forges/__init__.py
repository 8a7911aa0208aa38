"""One port to the hosting platforms and one adapter for each."""
