"""Money as documents write it: integer fen in, digits and the capital Chinese words out."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
LIMIT_FEN = 10**16 * 100  # below one 万万亿 yuan: more groups than any budget has


class BadMoney(ValueError):
    """An amount that is not a whole, non-negative number of fen."""

    def __init__(self, value: object):
        super().__init__(f"金额应为不小于 0、小于 {LIMIT_FEN} 的整数（单位：分），现为“{value!r}”")


def _checked(fen: int) -> int:
    if isinstance(fen, bool) or not isinstance(fen, int) or not 0 <= fen < LIMIT_FEN:
        raise BadMoney(fen)
    return fen


def yuan(fen: int) -> str:
    """Digits as documents print them, decimals only when there are any: 200000 -> 2000, 50 -> 0.50."""
    whole, rest = divmod(_checked(fen), 100)
    return f"{whole}.{rest:02d}" if rest else f"{whole}"


def in_words(fen: int) -> str:
    """The amount in capitals, as banks and courts write it: 200000 -> 贰仟元整, 100000050 -> 壹佰万元零伍角.

    **Clause** 《支付结算办法》附件一《正确填写票据和结算凭证的基本规定》: 到“元”为止写“整”, 到“角”“分”不写;
    中间的零写一个“零”.
    """
    whole, rest = divmod(_checked(fen), 100)
    jiao, cents = divmod(rest, 10)
    words = _integer(whole) + "元" if whole else ""
    if not rest:
        return (words or "零元") + "整"
    if whole and (not jiao or whole % 10 == 0):
        words += "零"
    if jiao:
        words += _DIGITS[jiao] + "角"
    return words + (_DIGITS[cents] + "分" if cents else "")


def _integer(whole: int) -> str:
    words, zero, started = "", False, False
    digits = str(whole)
    for position, digit in enumerate(digits):
        left = len(digits) - 1 - position
        group, place = divmod(left, 4)
        if digit == "0":
            zero = True
        else:
            if zero and words:
                words += "零"
            words += _DIGITS[int(digit)] + _PLACES[place]
            zero, started = False, True
        if place == 0:
            if started:
                words += _group(group, digits, position)
            started = False
    return words


def _group(group: int, digits: str, position: int) -> str:
    """The unit that ends a group of four; “亿” itself is said once even when 万亿 stand before an empty 亿 group."""
    if group == 3:
        return "万" if int(digits[position + 1 : position + 5]) else "万亿"
    return _GROUPS[group]
