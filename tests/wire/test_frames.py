"""Frames come out as they went in; anything else is refused before room is made for it."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.wire.frames import HEAD, MAGIC, VERSION, Limits, WireError, read_frame, write_frame


def written(text: bytes, *arrays: bytes) -> bytes:
    stream = BytesIO()
    write_frame(stream, text, [memoryview(array) for array in arrays])
    return stream.getvalue()


@given(st.lists(st.tuples(st.binary(max_size=50), st.lists(st.binary(max_size=50), max_size=3)), max_size=4))
def test_frames_come_out_as_they_went_in(frames: list[tuple[bytes, list[bytes]]]) -> None:
    stream = BytesIO(b"".join(written(text, *arrays) for text, arrays in frames))
    for text, arrays in frames:
        assert read_frame(stream) == (text, b"".join(arrays))
    assert read_frame(stream) is None


@given(st.data())
def test_a_frame_that_breaks_off_is_told(data: st.DataObject) -> None:
    whole = written(b"{}", b"12345678")
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(WireError, match="broke off"):
        read_frame(BytesIO(whole[:cut]))


def test_what_a_program_prints_is_no_frame_and_is_shown() -> None:
    with pytest.raises(WireError, match="Welcome to the host"):
        read_frame(BytesIO(b"Welcome to the host!\nlast login: yesterday"))


def test_another_version_is_told_with_both_numbers() -> None:
    head = HEAD.pack(MAGIC, VERSION + 1, 0, 2, 0)
    with pytest.raises(WireError, match=f"version {VERSION + 1} .* this one {VERSION}"):
        read_frame(BytesIO(head + b"{}"))


@pytest.mark.parametrize(("text", "arrays"), [(2**31, 0), (0, 2**60)])
def test_a_size_bomb_is_refused_by_its_head(text: int, arrays: int) -> None:
    with pytest.raises(WireError, match="larger than"):
        read_frame(BytesIO(HEAD.pack(MAGIC, VERSION, 0, text, arrays)))


def test_no_room_is_made_for_what_does_not_come() -> None:
    import tracemalloc

    tracemalloc.start()
    try:
        with pytest.raises(WireError, match="broke off"):
            read_frame(BytesIO(HEAD.pack(MAGIC, VERSION, 0, 0, 2**31)), Limits(arrays=2**32))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**24
