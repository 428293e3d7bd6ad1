"""Makes the package's data on Kubernetes' types from what Kubernetes publishes (``python -m tests.structure``)."""

from pathlib import Path
from typing import Final

#: The schemas that the committed file was made of, without their words.
SCHEMAS: Final = Path(__file__).with_name("schemas-1.36.json.gz")
