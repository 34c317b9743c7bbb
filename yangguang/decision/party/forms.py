"""The form by which an officer takes a submission into the file: there is nothing to copy."""

from yangguang.registry.forms import ActionForm, Long


class AcceptForm(ActionForm):
    note = Long(label="处理说明", max_length=400, required=False, help_text="可不填；逾期提交的，写明怎样处理")
