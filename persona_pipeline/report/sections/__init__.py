"""Sections of the report, one a file; a new file here is a new chapter."""

import sys

from persona_pipeline.registry import Registry, import_all
from persona_pipeline.report.blocks import Section

SECTIONS: Registry[Section] = Registry("section of the report", "persona_pipeline/report/sections/")


import_all(sys.modules[__name__])
