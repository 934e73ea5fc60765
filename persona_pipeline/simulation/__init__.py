"""An invented world with planted, documented effects: what simulated models and simulated raters answer from."""
