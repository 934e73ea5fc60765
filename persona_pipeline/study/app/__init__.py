"""The annotation web app: pages for raters and for whoever runs the study, and the SQLite file behind them."""
