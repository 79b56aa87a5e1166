"""The pipeline in other people's libraries. Each module here wants its library, and nothing else imports it."""
