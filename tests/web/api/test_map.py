"""Whoever looks for something in a package of many modules finds each on its map."""

from __future__ import annotations

import importlib
import pkgutil

import pytest


@pytest.mark.parametrize("package", ["heritage_graph.web.api", "heritage_graph.web.reconciliation"])
def test_every_module_is_on_the_map_of_its_package(package):
    home = importlib.import_module(package)
    modules = [module.name for module in pkgutil.iter_modules(home.__path__)]

    assert [name for name in modules if f"`{name}`" not in home.__doc__] == []
