"""The embedded sample: prompts written for this project, in PRISM's schema, with a `controversial` label of our own."""
