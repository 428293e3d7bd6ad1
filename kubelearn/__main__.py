"""``python -m kubelearn``."""

import sys

from .cli import main

sys.exit(main())
