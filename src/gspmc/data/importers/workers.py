"""The same work on many things, in processes of their own where that pays."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from threading import Thread
from typing import Any

_AHEAD = 2
"""Tasks a process that are handed out; more would only fill memory."""


def in_processes(
    function: Callable[..., int], tasks: Iterable[tuple[Any, ...]], processes: int
) -> Iterator[int]:
    """Results of a function, in the order in which they come.

    Args:
        function: of a module, so that another process finds it.
        tasks: its arguments.
        processes: 1 runs everything here. Others are spawned: Lance is not safe across a fork.

    Raises:
        Exception: the first one that the function raises; what has not begun is left.
    """
    if processes == 1:
        for task in tasks:
            yield function(*task)
        return
    context = multiprocessing.get_context("spawn")
    remaining = iter(tasks)
    with ProcessPoolExecutor(processes, context, initializer=_end_with_parent) as pool:
        running = {pool.submit(function, *t) for t in islice(remaining, processes * _AHEAD)}
        try:
            while running:
                finished: set[Future[int]]
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
                    running |= {pool.submit(function, *task) for task in islice(remaining, 1)}
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """Ctrl-C is the parent's to handle; without a parent, nobody needs the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
