"""Mistakes in batches."""

from __future__ import annotations

import pytest
from pytest_bdd import scenarios

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_batches"]

scenarios("batch_errors.feature")
