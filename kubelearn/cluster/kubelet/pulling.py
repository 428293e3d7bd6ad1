"""Images for containers (K/pkg/kubelet/images/image_manager.go)."""

from __future__ import annotations

from typing import Protocol

from kubelearn.cluster.containers.images import ImageRegistry, NotPulled
from kubelearn.cluster.containers.process import Image
from kubelearn.cluster.containers.references import invalid_reference
from kubelearn.cluster.meta import Object
from kubelearn.cluster.timing import Timing

#: Pauses before an image is pulled again, and before a container that ends is started again, in seconds.
FIRST_BACKOFF, LONGEST_BACKOFF = 10.0, 300.0


class Waiting(Protocol):
    """A container that needs an image.

    Attributes:
        spec: its definition, which may change while it waits.
    """

    spec: Object

    def event(self, kind: str, reason: str, message: str) -> None:
        """Record an event of the pod that names this container."""

    def wait(self, reason: str, message: str) -> None:
        """Show why the container does not run."""

    async def pause(self, seconds: float | None = None) -> None:
        """Wait before another attempt, for ever without seconds; a new definition ends it."""


class ImagePuller:
    """Gets the image of one container."""

    def __init__(self, container: Waiting, registry: ImageRegistry, present: set[str], timing: Timing):
        """Prepare to pull.

        Args:
            container: who needs the image.
            registry: where images come from.
            present: what the node has already, by name.
            timing: how long a pull takes.
        """
        self._container = container
        self._registry = registry
        self._present = present
        self._timing = timing

    async def pull(self) -> Image:
        """Return the image; wait as long as there is none."""
        container, pause = self._container, FIRST_BACKOFF
        while True:
            reference, policy = container.spec["image"], container.spec["imagePullPolicy"]
            if problem := invalid_reference(reference):
                self._name_is_invalid(reference, problem)
                await container.pause()
                continue
            if policy == "Never" and reference not in self._present:
                why = f'Container image "{reference}" is not present with pull policy of Never'
                container.wait("ErrImageNeverPull", why)
                container.event("Warning", "ErrImageNeverPull", why)
                await container.pause()
                continue
            try:
                found = self._registry.pull(reference)
            except NotPulled as error:
                # As the kubelet has it: the code "Unknown" says nothing, and is left out (remote_image.go).
                code = "" if error.code == "Unknown" else f"rpc error: code = {error.code} desc = "
                await self._failed(reference, f"{code}{error}", pause)
                pause = min(pause * 2, LONGEST_BACKOFF)
                continue
            if reference in self._present and policy != "Always":
                why = f'Container image "{reference}" already present on machine and can be accessed by the pod'
                container.event("Normal", "Pulled", why)
            else:
                await self._fetch(reference, found)
            return found

    def _name_is_invalid(self, reference: str, problem: str) -> None:
        why = f'Failed to apply default image tag "{reference}": couldn\'t parse image name "{reference}": {problem}'
        self._container.event("Warning", "InspectFailed", why)
        self._container.event("Warning", "Failed", "Error: InvalidImageName")
        self._container.wait("InvalidImageName", why)

    async def _fetch(self, reference: str, image: Image) -> None:
        self._container.event("Normal", "Pulling", f'Pulling image "{reference}"')
        lag = self._timing.image_pull
        await self._timing.pause(lag)
        self._present.add(reference)
        took = f"{max(round(self._timing.scaled(lag) * 1000), 1)}ms"
        self._container.event(
            "Normal",
            "Pulled",
            f'Successfully pulled image "{reference}" in {took} ({took} including waiting). '
            f"Image size: {image.size} bytes.",
        )

    async def _failed(self, reference: str, why: str, pause: float) -> None:
        container = self._container
        container.event("Normal", "Pulling", f'Pulling image "{reference}"')
        container.event("Warning", "Failed", f'Failed to pull image "{reference}": {why}')
        container.event("Warning", "Failed", "Error: ErrImagePull")
        container.wait("ErrImagePull", why)
        await container.pause(1.0)
        container.event("Normal", "BackOff", f'Back-off pulling image "{reference}"')
        container.event("Warning", "Failed", "Error: ImagePullBackOff")
        container.wait("ImagePullBackOff", f'Back-off pulling image "{reference}": ErrImagePull: {why}')
        await container.pause(pause)
