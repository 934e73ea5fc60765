"""Direct Principle Feedback: who answers what, base answers, critiques, revisions, preference pairs, judgements."""
