"""Looking for proofs of ownership in the outside world."""
