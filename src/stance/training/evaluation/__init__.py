"""The three models on the test split, one module a task, and all of them together on whole articles."""
