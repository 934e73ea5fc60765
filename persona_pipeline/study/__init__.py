"""The human study: its design as raters see it, the web app that asks them, and importers of their ratings."""
