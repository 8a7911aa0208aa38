"""Co-governance: who owns a component together, who decides, who does the work."""
