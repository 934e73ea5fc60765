"""The benchmark as inspect_ai tasks (extra `inspect`): our tables, templates, modes and critics, inspect's models and
logs.

inspect finds `registered` by an entry point; nothing else of the package imports inspect_ai.
"""
