"""Python imports this as it starts: the parts of a cluster become late when somebody imports them."""

from tests.late.parts import watch_imports

watch_imports()
