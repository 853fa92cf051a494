"""Functions as operations."""

from __future__ import annotations

import pytest
from pytest_bdd import scenarios

pytestmark = pytest.mark.e2e

scenarios("functions.feature")
