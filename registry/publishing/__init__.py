"""What people say of their own: ownership claims, objections to attributions, takedown, erasure."""
