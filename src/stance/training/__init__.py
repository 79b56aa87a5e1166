"""Training: from the corpus to model folders. Nothing in inference imports it."""
