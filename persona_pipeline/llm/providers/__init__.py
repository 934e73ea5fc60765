"""Providers by name, one per file; each registers a factory `make(settings) -> Provider`."""

import sys

from persona_pipeline.llm.provider import ProviderFactory
from persona_pipeline.registry import Registry, import_all

PROVIDERS: Registry[ProviderFactory] = Registry("provider", "persona_pipeline/llm/providers/")

import_all(sys.modules[__name__])
