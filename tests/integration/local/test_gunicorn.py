"""gunicorn as configured: nothing about a family in its log, nothing outside the checkout."""

import http.client
import os
import sys
from pathlib import Path

from keywork.local.program import Program
from keywork.local.valkey import free_port

CONFIG = Path("config/gunicorn.py").absolute()
APPLICATION = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""


def test_the_log_has_the_path_and_no_names(folder: Path) -> None:
    (folder / "wsgi.py").write_text(APPLICATION)
    port, nothing = free_port(), os.open("/dev/null", 0)
    command = [sys.executable, "-m", "gunicorn", "--config", str(CONFIG), "--chdir", str(folder)]
    env = {**os.environ, "KEYWORK_BIND": f"127.0.0.1:{port}", "HOME": str(folder)}
    server = Program("gunicorn", [*command, "wsgi:app"], folder / "log", nothing, env=env)
    server.start()
    try:
        server.wait_until(lambda: _get(port, "/health/live", {}) == 200)
        who = {"Referer": "http://localhost/?name=Ada", "Authorization": "Basic QWRhOkFkYQ=="}
        assert _get(port, "/families?name=Ada", who) == 200
    finally:
        server.stop()
        os.close(nothing)
    log = (folder / "log").read_text()
    assert " GET /families 200 5 " in log
    assert "Ada" not in log
    assert log.count("Booting worker") == 2
    assert "gthread" in log
    assert {path.name for path in folder.iterdir()} <= {"wsgi.py", "log", "__pycache__"}


def _get(port: int, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except ConnectionRefusedError:
        return 0
    finally:
        connection.close()
