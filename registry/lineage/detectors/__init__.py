"""One module for each kind of evidence: facts in, findings out."""
