"""What follows a find: forks that the crawler proves, adopters, and the drift of forks."""
