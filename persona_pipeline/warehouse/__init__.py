"""The DuckDB file: one writer at a time, any number of readers, no half-written table. The only place for DuckDB."""

from persona_pipeline.warehouse.file import WarehouseFile

__all__ = ["WarehouseFile"]
