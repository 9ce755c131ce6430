"""The student's kernel: in a box, with less time and less output than nbgrader would give it."""

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient.exceptions import DeadKernelError
from nbclient.util import run_sync
from nbgrader import preprocessors as steps

from . import clock
from .nursery import Request

OUTPUT = 100_000  # characters of a cell's output that are kept
INTERRUPTS = 3  # to a cell that does not end, before the kernel is killed


class NotStarted(Exception):
    """The kernel ended before it was given any code."""


class Forked:
    """A kernel that was forked elsewhere, as far as what manages it asks."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid
        self.process: Any = None
        with contextlib.suppress(psutil.NoSuchProcess):
            self.process = psutil.Process(pid)

    def poll(self):
        with contextlib.suppress(psutil.NoSuchProcess):  # it may end between two looks
            if self.process and self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE:
                return None
        return 1

    def wait(self):
        if self.poll() is None:
            self.process.wait()
        return 1

    def send_signal(self, number):
        if self.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                self.process.send_signal(number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)


class BoxedProvisioner(LocalProvisioner):
    """Asks the supervisor of this submission for a kernel in its box."""

    async def launch_kernel(self, cmd, **kwargs):
        asking, box = BoxedKernel.asking, BoxedKernel.box
        asking.send(Request(tuple(cmd), kwargs["env"], box))
        pid = asking.recv()
        if pid is None:
            raise DeadKernelError("Kernel died: its box could not be closed")
        self.process, self.pid = Forked(pid), pid
        return self.connection_info


class BoxedKernel(AsyncKernelManager):
    box: Any = None  # the box that each kernel of this process runs in
    asking: Any = None  # the connection to the supervisor

    def __init__(self, **options):
        super().__init__(**options)
        self.provisioner = BoxedProvisioner(kernel_id=None, kernel_spec=self.kernel_spec, parent=self)

    async def interrupt_kernel(self):
        """Interrupt the kernel and what it started."""
        provisioner: Any = self.provisioner
        for process in clock.family(psutil.Process(provisioner.pid)):
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGINT)


class BoxedExecute(steps.Execute):
    """nbgrader's execution in a boxed kernel, in a folder of its own, with output cut to size.

    nbgrader's `timeout` is by the clock. Here a cell is ended earlier if it has used `seconds`
    of processor time.
    """

    folder: Path = Path()
    seconds: float = 60

    def __init__(self, *args, **kwargs):
        super().__init__(*args, kernel_manager_class=BoxedKernel, **kwargs)

    def preprocess(self, nb, resources, km=None):  # pyright: ignore[reportIncompatibleMethodOverride]
        self.left, self.began = {}, False
        resources["metadata"]["path"] = str(self.folder)
        try:
            return super().preprocess(nb, resources, km)
        except RuntimeError as error:  # of the kernel
            if self.began:
                raise
            raise NotStarted(str(error)) from error

    async def async_execute_cell(self, cell, cell_index, *arguments, **options):
        self.began |= cell.cell_type == "code"
        ending = asyncio.ensure_future(self._end_when_used_up())
        try:
            return await super().async_execute_cell(cell, cell_index, *arguments, **options)
        finally:
            ending.cancel()

    execute_cell = run_sync(async_execute_cell)

    async def _end_when_used_up(self):
        await asyncio.sleep(0.5)  # most cells are over before the processes need be looked at
        allowance = clock.Allowance(self.seconds, clock.beside)
        while not allowance.used_up():
            await asyncio.sleep(0.5)
        kernel: Any = self.km  # of a started client
        for _ in range(INTERRUPTS):
            await kernel.interrupt_kernel()
            await asyncio.sleep(5)
        await kernel.shutdown_kernel(now=True)

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("stream", "display_data", "execute_result"):
            before = self.left.get(cell_index, OUTPUT)
            size = len(str(msg["content"]))
            self.left[cell_index] = before - size
            if before < 0 or (size > before and msg["msg_type"] != "stream"):
                return None
            if size > before:
                msg["content"]["text"] = msg["content"]["text"][:before] + "\n[the rest of the output was cut]\n"
        return super().process_message(msg, cell, cell_index)
