"""Serve a built site on this machine, and rebuild it while its inputs are edited."""

from __future__ import annotations

import functools
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from thesisbook.engine.command import Order, build, summary, target_folder
from thesisbook.engine.errors import BuildError
from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.plan import INPUTS, files_below
from thesisbook.engine.progress import Progress
from thesisbook.engine.project import Project

POLL_SECONDS = 0.25
POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')
RELOAD = b"""<script>
let seen = null;
setInterval(async () => {
  const now = await (await fetch("/__version")).text();
  if (seen !== null && now !== seen) location.reload();
  seen = now;
}, 400);
</script></body>"""


class Pages(SimpleHTTPRequestHandler):
    """Static files of a site; with a version, pages that reload when it changes."""

    def __init__(self, *args: object, version: Callable[[], str] | None, directory: str) -> None:
        self.version = version
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.version is None:
            super().do_GET()
        elif self.path == "/__version":
            self._send(self.version().encode(), "text/plain")
        else:
            page = Path(self.translate_path(self.path))
            page = page / "index.html" if page.is_dir() else page
            if page.suffix == ".html" and page.is_file():
                text = POLICY.sub(b"", page.read_bytes()).replace(b"</body>", RELOAD, 1)
                self._send(text, "text/html; charset=utf-8")
            else:
                super().do_GET()

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: a line for each request would hide the build's messages."""


def server(site: Path, port: int, version: Callable[[], str] | None = None) -> ThreadingHTTPServer:
    """A server of the folder on this machine only; port 0 takes a free one.

    Raises BuildError for a port that is in use or may not be opened.
    """
    handler = functools.partial(Pages, version=version, directory=str(site))
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise BuildError(
            f"port {port}: {(error.strerror or str(error)).lower()}; choose another with --port "
            "(0 takes a free one)"
        ) from None


def serve(site: Path, port: int, say: Callable[[str], None]) -> None:
    """Serves a built site until stopped. Raises BuildError where there is none."""
    if not (site / "index.html").is_file():
        raise BuildError(f"{site} has no site yet: run thesisbook build")
    with server(site, port) as http:
        say(f"http://127.0.0.1:{http.server_address[1]}/")
        http.serve_forever()


def watch(project: Project, order: Order, port: int, progress: Progress) -> None:
    """Builds, serves, and builds again on every change, with one warm parent kept throughout.

    A change of package code restarts this process, which has the old code loaded.
    """
    launcher = Launcher(forking=not order.kernel)
    builds = [0]
    site = target_folder(project, order) / "html"
    site.mkdir(parents=True, exist_ok=True)
    http = server(site, port, lambda: str(builds[0]))
    threading.Thread(target=http.serve_forever, daemon=True).start()
    progress.say(f"http://127.0.0.1:{http.server_address[1]}/ (Ctrl-C stops)")
    code = inputs_state([Path(__file__).parents[1]])
    state = None
    while True:
        now = inputs_state([project.root / name for name in INPUTS])
        if now != state:
            state = now
            try:
                fresh = replace(progress, finished=[], skipped=[])
                progress.say(summary(build(replace(project), order, fresh, launcher)))
                builds[0] += 1
            except (BuildError, OSError) as error:
                progress.say(f"{error}\nthe page still shows the last good build")
        if inputs_state([Path(__file__).parents[1]]) != code:
            progress.say("package code changed: starting anew")
            os.execv(sys.executable, [sys.executable, "-m", "thesisbook", *sys.argv[1:]])
        time.sleep(POLL_SECONDS)


def inputs_state(places: list[Path]) -> tuple:
    """Names, sizes and times of the files below some places, without those that builds write."""
    found = [(str(path), path.stat()) for path in files_below(places)]
    return tuple((name, status.st_size, status.st_mtime_ns) for name, status in found)
