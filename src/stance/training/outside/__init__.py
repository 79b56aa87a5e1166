"""How the trained models are measured on data sets that other people annotated, one module a task."""
