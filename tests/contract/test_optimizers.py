"""Every optimizer under the one contract."""

from __future__ import annotations

import pytest

from guild.adapters.optimizers.registry import find
from guild.app.ports.optimizer import Optimizer
from tests.contract.optimizer_contract import (
    IndependentOptimizerContract,
    SequentialOptimizerContract,
)


def _found(name: str) -> Optimizer:
    optimizer = find(name)
    assert optimizer is not None
    return optimizer


class TestRandom(IndependentOptimizerContract):
    @pytest.fixture
    def optimizer(self) -> Optimizer:
        return _found("random")


class TestGaussianProcess(SequentialOptimizerContract):
    @pytest.fixture
    def optimizer(self) -> Optimizer:
        return _found("gp")


class TestForest(SequentialOptimizerContract):
    @pytest.fixture
    def optimizer(self) -> Optimizer:
        return _found("forest")


class TestBoostedTrees(SequentialOptimizerContract):
    @pytest.fixture
    def optimizer(self) -> Optimizer:
        return _found("gbrt")


class TestParzenTrees(SequentialOptimizerContract):
    @pytest.fixture
    def optimizer(self) -> Optimizer:
        pytest.importorskip("optuna", reason="the extra 'optuna' is not installed")
        return _found("tpe")


class TestCmaEs(SequentialOptimizerContract):
    @pytest.fixture
    def optimizer(self) -> Optimizer:
        pytest.importorskip("optuna", reason="the extra 'optuna' is not installed")
        pytest.importorskip("cmaes", reason="the extra 'optuna' is not installed")
        return _found("cma-es")
