"""What assets are given by Dagster: the warehouse, the models, the parts of sharded tables, and the seed."""

from persona_pipeline.resources.census import CensusData
from persona_pipeline.resources.chat import Chat
from persona_pipeline.resources.embeddings import Embeddings
from persona_pipeline.resources.experiment import Experiment
from persona_pipeline.resources.parts import Parts
from persona_pipeline.resources.warehouse import Warehouse

__all__ = ["CensusData", "Chat", "Embeddings", "Experiment", "Parts", "Warehouse"]
