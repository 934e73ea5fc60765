import pytest

from persona_pipeline.errors import RegistryError
from persona_pipeline.registry import Registry


def test_a_second_registration_names_both_files() -> None:
    metrics: Registry[int] = Registry("metric", "metrics/")
    metrics.register("kappa", 1)
    with pytest.raises(RegistryError, match=r"test_registry\.py and .*test_registry\.py: the metric 'kappa'"):
        metrics.register("kappa", 2)
    assert metrics.get("kappa") == 1


def test_an_unknown_name_lists_the_known_ones_and_where_to_add_one() -> None:
    metrics: Registry[int] = Registry("metric", "metrics/")
    metrics.register("kappa", 1)
    metrics.register("alpha", 2)
    with pytest.raises(RegistryError, match=r"no metric 'beta'; expected one of: alpha, kappa.*one file in metrics/"):
        metrics.get("beta")
