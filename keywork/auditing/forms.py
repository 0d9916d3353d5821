"""What to look for in the audit. It is read from the address: references and days, never names."""

from collections.abc import Sequence

from flask import request

from keywork.auditing.queries import Sought, Worker
from keywork.auditing.reference import acts
from keywork.web.fields import Choice, DateField, Form, Select, TextField


class SearchForm(Form):
    """Act, worker, family and days; what is left empty does not narrow the list."""

    act = Select("What was done", blank="Anything")
    worker = Select("By whom", blank="Anybody")
    family = TextField("Family reference", max_length=20)
    since = DateField("From")
    until = DateField("To")

    def __init__(self, workers: Sequence[Worker]) -> None:
        super().__init__(request.args, meta={"csrf": False})
        self.act.choices = [
            Choice(act, said) for act, said in sorted(acts().items(), key=lambda item: item[1])
        ]
        self.worker.choices = [Choice(worker.uid, worker.name) for worker in workers]
        self._ids = {worker.uid: worker.id for worker in workers}

    def sought(self, family_ids: Sequence[int] | None) -> Sought:
        """What is looked for, once validated."""
        return Sought(
            act=self.act.data or "",
            staff_id=self._ids.get(self.worker.data),
            family_ids=family_ids,
            since=self.since.data,
            until=self.until.data,
        )
