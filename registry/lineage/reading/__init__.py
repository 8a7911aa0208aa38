"""Reading lineage: one module per question, columns straight into the structs of readmodels."""
