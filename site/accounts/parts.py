"""How many parts a text message has, which is what the operators charge for.

Source of the alphabet and the sizes: 3GPP TS 23.038. A text that fits the seven-bit
alphabet has 160 characters, or 153 a part; any other one (all Persian) has 70, or 67.
"""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Behind an escape, so each of them takes two places.
_ESCAPED = frozenset("^{}\\[~]|€\f")
SEVEN_BIT = (160, 153)
UCS2 = (70, 67)


def parts_of(text: str) -> int:
    """The number of parts in which ``text`` travels; 0 for an empty one."""
    widths, (alone, in_a_row) = _measure(text)
    if sum(widths) <= alone:
        return 1 if widths else 0
    parts, room = 1, in_a_row
    for width in widths:
        if width > room:
            # What takes two places is never cut in two.
            parts, room = parts + 1, in_a_row
        room -= width
    return parts


def _measure(text: str) -> tuple[list[int], tuple[int, int]]:
    """The places that each character takes, and the places of a part."""
    if all(character in _BASIC or character in _ESCAPED for character in text):
        return [2 if character in _ESCAPED else 1 for character in text], SEVEN_BIT
    # A half-space counts like a letter; an emoji is two units of UTF-16.
    return [2 if ord(character) > 0xFFFF else 1 for character in text], UCS2
