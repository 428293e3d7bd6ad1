"""One container of a pod: pull, create, start, probe, restart, stop."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from kubelearn.cluster import meta
from kubelearn.cluster.containers.process import SIGKILL, SIGTERM, Image, Process
from kubelearn.cluster.meta import Object
from kubelearn.cluster.streams import NullReader, Pipe

from . import environment, hooks, termination
from .actions import Target
from .environment import ConfigError
from .logs import ContainerLog
from .probes import Probes
from .pulling import FIRST_BACKOFF, LONGEST_BACKOFF, ImagePuller
from .runtime import Running, StartError, command_line, make_files
from .status import ContainerState, full_name
from .users import user_of

if TYPE_CHECKING:
    from .pod_worker import PodWorker

#: Exit code and start of a container whose program could not be started, as containerd tells them.
_START_ERROR, _NEVER = 128, "1970-01-01T00:00:00Z"
#: What a container gets after its preStop hook, however long that took (minimumGracePeriodInSeconds).
_LEAST_GRACE = 2.0
#: The kubelet looks at a pod again this often, in seconds (syncFrequency is a minute, sooner after an error).
_SYNC_PERIOD = 10.0
#: A container that ran this long without ending starts with a fresh back-off.
_BACKOFF_RESET = 600.0


def grace_period(pod: Object) -> float:
    """Return how long a pod's containers may take to end, in seconds."""
    own = pod["spec"].get("terminationGracePeriodSeconds", 30)
    return float(pod["metadata"].get("deletionGracePeriodSeconds", own))


class ContainerWorker:
    """Keeps one container as its spec and the pod's restart policy ask.

    Attributes:
        state: what the API shows.
        running: the container while it runs.
        started: set when it has started, as its startup probe says if it has one.
    """

    def __init__(self, pod: PodWorker, spec: Object, *, part: str = "containers"):
        """Prepare a container.

        Args:
            part: where it stands in the pod's spec.
        """
        self._pod = pod
        self.spec = spec
        self._part = part
        self._init = part == "initContainers"
        self.state = ContainerState(spec)
        self.running: Running | None = None
        self._log_before: ContainerLog | None = None
        self._log: ContainerLog | None = None
        self._backoff = 0.0
        self._runs = 0
        self._since = ""
        # Who is ephemeral, or has to end before others start, is never ready: nobody is to use it.
        is_passing = part == "ephemeralContainers" or (self._init and not self.state.is_sidecar)
        self._probes = Probes(self, is_passing=is_passing)
        self.started = self._probes.started
        self._redefined = asyncio.Event()
        kubelet = pod.kubelet
        self._puller = ImagePuller(self, kubelet.image_registry, pod.node_images, pod.timing)

    @property
    def _path(self) -> str:
        return f"spec.{self._part}{{{self.spec['name']}}}"

    @property
    def _is_ephemeral(self) -> bool:
        return self._part == "ephemeralContainers"

    def event(self, kind: str, reason: str, message: str) -> None:
        """Record an event of the pod that names this container."""
        self._pod.recorder.event(self._pod.pod, kind, reason, message, self._path)

    async def run(self) -> None:
        """Run the container until its end is final."""
        while True:
            self._redefined.clear()
            begin = asyncio.get_running_loop().time()
            try:
                running = await self._start(await self._puller.pull())
            except ConfigError as error:
                self.wait("CreateContainerConfigError", str(error))
                self.event("Warning", "Failed", f"Error: {error}")
                # Nothing was started: no back-off, the next sync tries again.
                await self._pod.timing.pause(_SYNC_PERIOD)
                continue
            except StartError as error:
                self._not_started(str(error))
            except hooks.HookFailed as error:
                await self._post_start_failed(str(error))
            else:
                if self._redefined.is_set():  # while it started
                    self._pod.spawn(self._stop_for_redefinition())
                await running.done.wait()
                self._ended(running)
            if asyncio.get_running_loop().time() - begin > _BACKOFF_RESET:
                self._backoff = 0.0
            if not self._restarts():
                return
            if self._redefined.is_set():
                self._backoff = 0.0
            elif self._backoff:
                await self._back_off()
            else:
                self._backoff = FIRST_BACKOFF / 2  # the first restart is immediate

    def redefine(self, spec: Object) -> None:
        """Take the container's new definition; one that runs with another image is restarted, whatever the policy."""
        changed = spec.get("image") != self.spec.get("image")
        self.spec = self.state.spec = spec
        if changed:
            self._redefined.set()
            self._pod.spawn(self._stop_for_redefinition())

    async def _stop_for_redefinition(self) -> None:
        why = f"Container {self.spec['name']} definition changed, will be restarted"
        await self.stop(grace_period(self._pod.pod), why)

    async def pause(self, seconds: float | None = None) -> None:
        """Wait before another attempt, for ever without seconds; a new definition ends it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if seconds is None else self._pod.timing.scaled(seconds)):
                await self._redefined.wait()
                self._redefined.clear()

    def _restarts(self) -> bool:
        if self._is_ephemeral:
            return False
        policy = "Always" if self.state.is_sidecar and self._init else self._pod.pod["spec"]["restartPolicy"]
        if self._init and not self.state.is_sidecar:
            policy = "Never" if policy == "Never" or self.state.exit_code == 0 else "OnFailure"
        wanted = policy == "Always" or (policy == "OnFailure" and self.state.exit_code != 0)
        return not self._pod.stopping and (wanted or self._redefined.is_set())

    # Waiting

    def wait(self, reason: str, message: str) -> None:
        """Show why the container does not run."""
        self.state.state = {"waiting": {"reason": reason, "message": message}}
        self._pod.changed()

    async def _back_off(self) -> None:
        self._backoff = min(max(self._backoff * 2, FIRST_BACKOFF), LONGEST_BACKOFF)
        name, full = self.spec["name"], full_name(self._pod.pod)
        minutes, seconds = divmod(self._backoff, 60)
        shown = f"{int(minutes)}m{int(seconds)}s" if minutes else f"{seconds:.0f}s"
        # The end itself is shown until the kubelet looks again: soon at first, and up to 10 s later on a real node.
        ended = 0.5 if self._backoff == FIRST_BACKOFF else 2.0
        await asyncio.sleep(ended)
        self.wait("CrashLoopBackOff", f"back-off {shown} restarting failed container={name} pod={full}")
        self.event("Warning", "BackOff", f"Back-off restarting failed container {name} in pod {full}")
        await self.pause(self._backoff - ended)

    # Start and end

    async def _start(self, image: Image) -> Running:
        """Create and start the container.

        Raises:
            ConfigError: its environment cannot be made.
            StartError: the image has no such program.
            HookFailed: it has started, and its postStart hook has not succeeded.
        """
        process = self._process(image)
        await self._pod.timing.pause(self._pod.timing.container_start)
        if self._pod.stopping:
            await asyncio.Event().wait()  # too late to start: the pod's end cancels this
        self.event("Normal", "Created", "Container created")
        self.state.restarts += self._runs > 0
        self._runs += 1
        self.state.id, self.state.user = f"{self._pod.chance('containers'):064x}", process.user
        self._log_before, self._log = self._log, ContainerLog()  # there, and empty, even if the program is not
        running = Running(process, self._log, stdin_once=bool(self.spec.get("stdinOnce")))
        self.running, self._since = running, meta.timestamp()
        self.event("Normal", "Started", "Container started")
        await asyncio.sleep(0)  # let the program get to its first wait, so that a server listens
        hook = (self.spec.get("lifecycle") or {}).get("postStart")
        if hook is not None:  # until it is done, the container is shown as it was
            self._pod.changed()
            await self._run_hook(hook)
        if self.spec.get("stdin") and await running.ends_unseen(self._pod.timing):
            return running
        self.state.state = {"running": {"startedAt": self._since}}
        self._probes.begin()
        self._pod.changed()
        return running

    def _not_started(self, why: str) -> None:
        """Show a container that was created and could not run (kuberuntime_container.go, ErrRunContainer)."""
        text = (
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: "
            f"runc create failed: unable to start container process: error during container init: {why}"
        )
        self.event("Warning", "Failed", f"Error: {text}")
        terminated = {
            "exitCode": _START_ERROR,
            "reason": "StartError",
            "message": text,
            "startedAt": _NEVER,
            "finishedAt": meta.timestamp(),
            "containerID": f"containerd://{self.state.id}",
        }
        self.state.state = {"terminated": terminated}
        if self._restarts():
            self.state.last = {"terminated": terminated}
            self.wait("RunContainerError", text)
        self._pod.changed()

    def _process(self, image: Image) -> Process:
        pod, net, host = self._pod.pod, self._pod.network, self._pod.host
        env = environment.environment(self._pod.registry, pod, self.spec, net.hostname, image.env, net.ip, host.ip)
        argv = [environment.expand(word, env) for word in command_line(self.spec, image)]
        if not argv:
            raise ConfigError("no command specified")
        files = make_files(image, net, self.spec)
        self._pod.volumes.mount_into(files, self.spec, env)
        return Process(
            argv=argv,
            env=env,
            files=files,
            network=net,
            hostname=net.hostname,
            programs=image.programs,
            cwd=self.spec.get("workingDir") or image.working_dir,
            stdin=Pipe() if self.spec.get("stdin") else NullReader(),
            tty=bool(self.spec.get("tty")),
            is_init=True,
            user=user_of(pod, self.spec, image),
            processes=self._pod.processes_of(self.spec.get("targetContainerName", "")),
        )

    def _ended(self, running: Running) -> None:
        self._probes.end()
        code = running.code or 0
        terminated = {
            "exitCode": code,
            "reason": running.reason,
            **termination.message(self.spec, code, running.process.files, running.log),
            "startedAt": self._since,
            "finishedAt": meta.timestamp(),
            "containerID": f"containerd://{self.state.id}",
        }
        self.state.state = {"terminated": terminated}
        if self._restarts():
            self.state.last = {"terminated": terminated}
        self.state.ready = self.state.started = False
        self._pod.changed()

    # Probes and hooks

    def changed(self) -> None:
        """Have the pod's status written: something about this container is new."""
        self._pod.changed()

    def target(self) -> Target:
        """Return the way to the container, which runs."""
        assert self.running is not None  # noqa: S101 - probes and hooks end with the container
        return Target(self.spec, self.running, self._pod.host, self._pod.network.ip, lambda: self._pod.chance("exec"))

    async def _run_hook(self, hook: Object) -> None:
        await hooks.run(hook, self.target(), full_name(self._pod.pod))

    async def _post_start_failed(self, why: str) -> None:
        """End a container whose postStart hook has not succeeded; the restart policy brings it back."""
        self.event("Warning", "FailedPostStartHook", "PostStartHook failed")
        await self.stop(grace_period(self._pod.pod), "FailedPostStartHook")
        if self.running is not None:
            await self.running.done.wait()
            self._ended(self.running)
        if self._restarts():
            self.wait("PostStartHookError", why)

    def found_dead(self, kind: str) -> None:
        """Stop a container whose ``startup`` or ``liveness`` probe has failed; the restart policy brings it back."""
        seconds = self.spec[f"{kind}Probe"].get("terminationGracePeriodSeconds", grace_period(self._pod.pod))
        why = f"Container {self.spec['name']} failed {kind} probe, will be restarted"
        self._pod.spawn(self.stop(seconds, why))

    async def stop(self, seconds: float, why: str = "") -> None:
        """End the container: preStop, SIGTERM, and SIGKILL when the time is over.

        Args:
            seconds: its grace period.
            why: what the event says if the pod goes on.
        """
        running = self.running
        if running is None or running.code is not None:
            return
        self._probes.end("startup", "liveness")  # what ends is not restarted, nor once more
        self.event("Normal", "Killing", why or f"Stopping container {self.spec['name']}")
        loop = asyncio.get_running_loop()
        begin = loop.time()
        hook = (self.spec.get("lifecycle") or {}).get("preStop")
        if hook is None or seconds <= 0:
            await running.stop(SIGTERM, seconds)
            return
        task = self._pod.spawn(self._pre_stop(hook))
        try:
            await self._wait_for_hook(task, running, seconds)
            await running.stop(SIGTERM, max(seconds - (loop.time() - begin), _LEAST_GRACE))
            if not task.done() and "sleep" not in hook:
                self._pre_stop_failed()  # it ends with the container; one that only sleeps does not notice
        finally:
            task.cancel()

    async def _pre_stop(self, hook: Object) -> None:
        try:
            await self._run_hook(hook)
        except hooks.HookFailed:
            self._pre_stop_failed()

    def _pre_stop_failed(self) -> None:
        self.event("Warning", "FailedPreStopHook", "PreStopHook failed")

    async def _wait_for_hook(self, hook: asyncio.Task[None], running: Running, seconds: float) -> None:
        """Wait until a hook ends, its time is over, or the container is killed."""
        end = asyncio.create_task(running.done.wait())
        try:
            await asyncio.wait({hook, end}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            end.cancel()

    def log(self, *, previous: bool = False) -> ContainerLog | None:
        """Return the log of the last run, or of the run that ``lastState`` tells of; None when there was none."""
        if previous and not self.state.last:
            return None
        return self._log_before if previous and "waiting" not in self.state.state else self._log

    def hasten(self, seconds: float) -> None:
        """Kill a container that is being stopped after so many seconds, whatever grace it had before."""
        if self.running is not None:
            asyncio.get_running_loop().call_later(seconds, self.running.signal, SIGKILL)

    async def close(self) -> None:
        """Kill what runs and wait until it is gone."""
        self._probes.end()
        if self.running is not None and self.running.code is None:
            await self.running.stop(SIGKILL, 0)
