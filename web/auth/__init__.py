"""Who makes a request, and whether it was made on purpose: sessions, tokens, forged forms."""
