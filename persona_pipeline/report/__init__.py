"""Reports: figures made from published tables."""
