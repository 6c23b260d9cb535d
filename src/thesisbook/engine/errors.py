"""Faults of a build, each with the exit code the command line gives it."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path


class BuildError(Exception):
    """A build that cannot be finished. The message is shown on the terminal."""

    exit_code = 1


class DataFault(BuildError):
    """The data do not pass their checks."""


class ParameterFault(BuildError):
    """An unknown, ill-typed or impossible parameter."""

    exit_code = 2


class ChapterFailed(BuildError):
    """A cell of a chapter raised. `partial` is where the half-run notebook was put."""

    def __init__(self, chapter: str, message: str, partial: Path | None = None) -> None:
        super().__init__(message)
        self.chapter, self.partial = chapter, partial

    def __reduce__(self) -> tuple:
        return type(self), (self.chapter, str(self), self.partial)


def full_disk(folder: Path) -> OSError | None:
    """The error of a full disk among the causes of an error; None if there is none."""
    if shutil.disk_usage(folder).free >= 2**16:
        return None
    return OSError(errno.ENOSPC, "No space left on device", str(folder))


def explain_os_error(error: OSError, root: Path) -> str:
    """One line for a full disk or an output folder that cannot be written; else the error."""
    where = error.filename or root
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(root).free // 2**20
        return (
            f"disk full while writing {where} ({free} MB free): nothing was published, "
            "the last good outputs are untouched; free some space and build again"
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"cannot write {where} ({error.strerror}): make the output folder writable"
    return f"{type(error).__name__}: {error}"
