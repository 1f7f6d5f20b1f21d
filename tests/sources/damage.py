"""Ways in which a good body goes bad on its way, and bytes that never were one: strategies for the parsers' tests."""

from __future__ import annotations

from hypothesis import strategies as st

INSERTED = (
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xef\xbb\xbf",
    b"\\",
    b"{",
    b"}",
    b"[",
    b" ",
    b"\xff",
    b"''",
    b'""',
)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@st.composite
def damaged(draw: st.DrawFn, body: bytes) -> bytes:
    """`body` after one to three accidents."""
    for _ in range(draw(st.integers(1, 3))):
        body = draw(st.sampled_from(ACCIDENTS))(draw, body)
    return body


def any_bytes(*bodies: bytes) -> st.SearchStrategy[bytes]:
    """A good body damaged, a good one as it is, text, or noise."""
    good = st.sampled_from(bodies)
    return st.one_of(
        good.flatmap(damaged),
        good.flatmap(damaged),
        good,
        st.text(max_size=200).map(str.encode),
        st.binary(max_size=200),
    )


def _cut(draw: st.DrawFn, body: bytes) -> bytes:
    return body[: draw(st.integers(0, len(body)))]


def _behead(draw: st.DrawFn, body: bytes) -> bytes:
    return body[draw(st.integers(0, len(body))) :]


def _flip(draw: st.DrawFn, body: bytes) -> bytes:
    if not body:
        return body
    place = draw(st.integers(0, len(body) - 1))
    return body[:place] + bytes([draw(st.integers(0, 255))]) + body[place + 1 :]


def _insert(draw: st.DrawFn, body: bytes) -> bytes:
    place = draw(st.integers(0, len(body)))
    return body[:place] + draw(st.sampled_from(INSERTED)) + body[place:]


def _double_a_line(draw: st.DrawFn, body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    if not lines:
        return body
    place = draw(st.integers(0, len(lines) - 1))
    return b"".join([*lines[: place + 1], *lines[place:]])


def _lose_a_line(draw: st.DrawFn, body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    place = draw(st.integers(0, max(0, len(lines) - 1)))
    return b"".join(lines[:place] + lines[place + 1 :])


def _swap_cells_of_the_header(draw: st.DrawFn, body: bytes) -> bytes:
    header, newline, rest = body.partition(b"\n")
    cells = header.split(b",")
    one, other = draw(st.integers(0, len(cells) - 1)), draw(st.integers(0, len(cells) - 1))
    cells[one], cells[other] = cells[other], cells[one]
    return b",".join(cells) + newline + rest


def _mark(_: st.DrawFn, body: bytes) -> bytes:
    return BYTE_ORDER_MARK + body


def _recode(draw: st.DrawFn, body: bytes) -> bytes:
    """As a spreadsheet saves it."""
    encoding = draw(st.sampled_from(["utf-16", "utf-16-le", "cp932", "utf-8-sig"]))
    return body.decode("utf-8", "replace").encode(encoding, "replace")


def _other_ends(_: st.DrawFn, body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n")


ACCIDENTS = (
    *(_cut, _behead, _flip, _insert, _insert, _double_a_line, _lose_a_line, _swap_cells_of_the_header),
    *(_mark, _recode, _other_ends),
)
