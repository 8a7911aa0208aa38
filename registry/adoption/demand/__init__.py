"""What people search for and nobody offers."""
