"""The judge: hidden checks in the grader's process, answers in the student's.

The student's process can lie about what its answer returns, as any wrong answer
does. It cannot change the check, the fresh inputs, the comparison or the verdict.
"""

import contextlib
import pickle
import select
import socket
import threading

import cloudpickle

from ..checks import Answer, Wrong, timelimit, wire
from ..checks.core import find
from . import clock

PATIENCE = 10.0  # seconds beyond a call's own limit before the judge looks whether it goes on
SILENCE = 60.0  # seconds that a message may take to come, by the clock
CUT_OFF = "the hidden check was cut off before its end"  # says nothing about the answer


class Judge:
    """Listens on a socket; ``verdicts[check]`` lists None (content) or what was wrong."""

    def __init__(self, address, allowed):
        self.address, self.allowed, self.verdicts = str(address), set(allowed), {}

    def __enter__(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.address)
        self.listener.listen()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _listen(self):
        with contextlib.suppress(OSError):  # the listener is closed
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        # Whatever a student's process sends in place of an answer, the judge goes on.
        with connection, contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            connection.settimeout(SILENCE)
            hello = wire.decode(wire.receive(connection))
            name = hello["check"]
            if name not in self.allowed:
                return
            verdict = self._verdict(name, hello, connection)
            self.verdicts.setdefault(name, []).append(verdict)
            wire.send(connection, pickle.dumps(("verdict", verdict)))

    def _verdict(self, name, hello, connection):
        check = find(name)
        given = hello["value"] if "value" in hello else Answer(_RemoteRunner(connection, name), str(hello["name"]))
        try:
            check(given)
        except Wrong as wrong:
            return str(wrong)
        except OSError:
            return CUT_OFF
        return None


class _RemoteRunner:
    """Has probes run in the student's process."""

    def __init__(self, connection, name):
        self.connection, self.name = connection, name

    def __call__(self, probe, args, kwargs, seconds):
        # What a check module defines travels by value: the student's side has no copy of it.
        module = __import__(find(self.name).__module__, fromlist=["_"])
        cloudpickle.register_pickle_by_value(module)
        try:
            request = cloudpickle.dumps(("run", (probe, args, kwargs, seconds)))
        finally:
            cloudpickle.unregister_pickle_by_value(module)
        wire.send(self.connection, request)
        self._wait(seconds)
        reply = wire.decode(wire.receive(self.connection))
        if "wrong" in reply:
            raise Wrong(str(reply["wrong"])[:500])
        return reply["value"]

    def _wait(self, seconds):
        """Until there is a reply. The other side ends the call itself, if nothing keeps it from doing so."""
        if self._answers(seconds + PATIENCE):
            return
        allowance = clock.Allowance(seconds, clock.beside, waiting=timelimit.WAITING)
        while not self._answers(1):
            if allowance.used_up():
                raise TimeoutError

    def _answers(self, seconds):
        return bool(select.select([self.connection], [], [], seconds)[0])
