"""Codes with check digits: 公民身份号码 (GB 11643-1999) and 统一社会信用代码 (GB 32100-2015)."""

from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, ValidationError

from yangguang.trail.errors import Refused


class BadCode(Refused):
    """A code whose length, characters or check digit is wrong."""


_WHY: dict[type[ValidationError], str] = {
    InvalidLength: "应为 18 位",
    InvalidFormat: "含有不允许的字符",
    InvalidComponent: "中的日期或者地区码不存在",
    InvalidChecksum: "的校验码不对，很可能有一位抄错",
}


def _why(error: ValidationError) -> str:
    return next((text for kind, text in _WHY.items() if isinstance(error, kind)), "格式不对")


def id_no(value: str, field: str = "id_no") -> str:
    """The 公民身份号码 in its canonical form.  **Raises** BadCode naming the part that is wrong."""
    try:
        number = ric.validate(value)
    except InvalidComponent as error:
        # The library knows only today's region codes; an old district's code on an old card is still lawful.
        number = ric.compact(value)
        if len(number) != 18 or not number[:17].isdigit() or ric.calc_check_digit(number) != number[-1]:
            raise BadCode(f"公民身份号码{_why(error)}", mend="请对照证件核对（GB 11643-1999）", field=field) from error
    except ValidationError as error:
        raise BadCode(f"公民身份号码{_why(error)}", mend="请对照证件核对（GB 11643-1999）", field=field) from error
    _born(number, field)
    return number


def _born(number: str, field: str) -> date:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise BadCode("公民身份号码中的出生日期不存在", mend="请对照证件核对（GB 11643-1999）", field=field) from error


def born_on(number: str) -> date:
    """The birthday that a valid 公民身份号码 carries."""
    return _born(number, "id_no")


def uscc_code(value: str, field: str = "uscc") -> str:
    """The 统一社会信用代码 in its canonical form.  **Raises** BadCode naming the part that is wrong."""
    try:
        return str(uscc.validate(value))
    except ValidationError as error:
        raise BadCode(
            f"统一社会信用代码{_why(error)}", mend="请对照营业执照核对（GB 32100-2015）", field=field
        ) from error
