"""Style sheets and scripts: how they are built, and how the pages find them."""
