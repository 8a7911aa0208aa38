"""Taking components over: forks that the crawler proves, and organisations that state their use."""
