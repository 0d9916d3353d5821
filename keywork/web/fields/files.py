"""A file from the user's device."""

from __future__ import annotations

import os
from typing import Any

from werkzeug.datastructures import FileStorage

from keywork.kernel.files import Upload
from keywork.web.fields.base import GovukField, Validators
from keywork.web.widgets import Params


class FileField(GovukField):
    """One file, not empty and at most `megabytes` large. What is in it is for the form to check."""

    component = "file-upload"
    data: FileStorage | None

    def __init__(
        self,
        label: str,
        validators: Validators = (),
        *,
        accept: str = "",
        megabytes: int = 10,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.accept = accept
        self.megabytes = megabytes

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The first file that was chosen: text posted under the name does not count."""
        files = (value for value in valuelist if isinstance(value, FileStorage) and value.filename)
        self.data = next(files, None)
        if self.data is None:
            return
        size = self.data.stream.seek(0, os.SEEK_END)
        self.data.stream.seek(0)
        if size == 0:
            raise ValueError("The file you chose is empty. Choose another")
        if size > self.megabytes * 1024 * 1024:
            raise ValueError(f"The file must be {self.megabytes} MB or smaller. Choose another")

    def upload(self) -> Upload:
        """What was chosen, for a service to keep."""
        chosen = self.data
        return Upload(chosen.filename or "", chosen.stream.read()) if chosen else Upload("", b"")

    def params(self) -> Params:
        """The macro's parameters, with the kinds of file to offer."""
        params = super().params()
        return params | {"attributes": {"accept": self.accept}} if self.accept else params
