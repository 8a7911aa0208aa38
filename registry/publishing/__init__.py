<<<<<<< HEAD
"""Publishing: validating a publiccode.yml, and drafting one from what is known."""
=======
"""What people say of their own: ownership claims, objections to attributions, takedown, erasure."""
>>>>>>> main
