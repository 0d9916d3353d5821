"""How large a request may be."""

import pytest
from flask import Flask, request

from keywork.web import uploads
from keywork.web.uploads import register_uploads, takes_file


@pytest.mark.parametrize(
    ("path", "known", "size", "status"),
    [
        ("/files", True, 5_000, 200),
        ("/files", True, 10_001, 413),
        ("/files", False, 5_000, 413),
        ("/words", True, 5_000, 413),
        ("/words", False, 500, 200),
    ],
)
def test_only_who_is_signed_in_sends_files_and_only_where_they_are_taken(
    monkeypatch: pytest.MonkeyPatch, path: str, known: bool, size: int, status: int
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 10_000)
    app = Flask("uploads")
    app.config.update(SECRET_KEY="only for tests", MAX_CONTENT_LENGTH=1_000)
    register_uploads(app)

    @app.post("/files")
    @takes_file
    def files() -> str:
        return str(len(request.form))

    @app.post("/words")
    def words() -> str:
        return str(len(request.form))

    client = app.test_client()
    if known:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = "1"
    body = b"--x--\r\n".ljust(size)
    answer = client.post(path, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == status
