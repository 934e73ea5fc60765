"""What a row is, said once: tables, columns, prompts' templates and the shapes the stages exchange."""
