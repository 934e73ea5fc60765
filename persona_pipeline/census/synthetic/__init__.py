"""An invented extract in census layout, for trying the pipeline without any census file; see README.md."""
