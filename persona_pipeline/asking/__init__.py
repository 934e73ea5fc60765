"""Questions that several stages ask a model in the same words: an answer, and a role-playing judge's choice."""
