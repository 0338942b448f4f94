"""What every test may rely on: no setting of this machine reaches it. Imported by both environments."""

from __future__ import annotations

import os
import sys

#: Settings of the tests themselves.
_KEPT = ("PHAROS_TEST_", "PHAROS_E2E_", "PHAROS_CONTRACT_", "PHAROS_FUZZ_")

for _name in [name for name in os.environ if name.startswith("PHAROS_") and not name.startswith(_KEPT)]:
    del os.environ[_name]

#: The assistant's environment is Python 3.10 and has none of the service's libraries.
pytest_plugins = ["tests.service_fixtures"] if sys.version_info >= (3, 11) else []
