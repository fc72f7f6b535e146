"""Numbers travel along the edges and land in their rows; until then the rows show what they showed before."""

from __future__ import annotations

import pytest

from graphscope.gui.canvas.motion import PULSE, TRAVEL


@pytest.fixture
def settled():
    def count(canvas) -> list[int]:
        told: list[int] = []
        canvas.settled.connect(lambda: told.append(1))
        return told

    return count


def test_a_forward_step_fills_its_row_when_the_operands_have_arrived(bench, settled) -> None:
    table = bench()
    table.seek(2)
    told = settled(table.canvas)
    table.seek(3, animate=True)
    assert table.painted("apples", "value") == "–"
    table.wait(TRAVEL * 0.5)
    assert {token.journey.value for token in table.canvas._motion.tokens()} == {"apple_price", "apple_count"}
    assert table.painted("apples", "value") == "–"
    assert not told
    table.wait(TRAVEL * 0.6)
    assert table.painted("apples", "value") == "200"
    assert told == [1]
    assert not table.canvas._motion.tokens()


def test_a_gradient_lands_in_the_row_of_each_operand(bench) -> None:
    table = bench()
    table.seek(7)
    table.seek(8, animate=True)
    table.wait(TRAVEL * 0.5)
    tokens = {token.journey.value: token for token in table.canvas._motion.tokens()}
    assert set(tokens) == {"subtotal", "tax"}
    assert table.painted("tax", "gradient") == "–"
    box = table.canvas.stage.picture.boxes["chip:tax@total"]
    end = tokens["tax"].journey.path[-1]
    assert box.x < end[0] < box.right
    assert box.y < end[1] < box.bottom
    table.wait(TRAVEL)
    assert table.painted("tax", "gradient") == "650"
    assert table.painted("subtotal", "gradient") == "1.1"


def test_a_second_contribution_meets_the_first_at_the_fork(bench) -> None:
    table = bench("fan_out")
    while table.session.next.kind != "accumulate":
        table.session.step()
    table.seek(table.session.position)
    table.seek(table.session.position + 1, animate=True)
    table.wait(TRAVEL * 0.4)
    (token,) = table.canvas._motion.tokens()
    edge = table.canvas.stage.picture.leading["square", 0]
    assert token.journey.path[0] == edge.fork
    assert table.painted("x", "gradient") == "1"
    table.wait(TRAVEL)
    assert table.painted("x", "gradient") == "4"


def test_seed_and_update_change_their_row_in_place(bench, settled) -> None:
    table = bench()
    table.seek(6)
    told = settled(table.canvas)
    table.seek(7, animate=True)
    assert table.session.last.kind == "seed"
    assert table.painted("total", "gradient") == "–"
    table.wait(TRAVEL + 0.01)
    assert table.painted("total", "gradient") == "1"
    assert told == [1]


def test_going_back_and_seeking_never_travel(bench, settled) -> None:
    table = bench()
    table.seek(8)
    told = settled(table.canvas)
    table.seek(7, animate=True)
    assert not table.canvas._motion.moving
    table.seek(11, animate=True)
    assert not table.canvas._motion.moving
    assert table.painted("oranges", "value") == "450"
    assert told == [1, 1]


def test_without_animation_everything_is_there_at_once(bench, settled) -> None:
    table = bench()
    table.seek(2)
    told = settled(table.canvas)
    table.seek(3)
    assert told == [1]
    assert table.painted("apples", "value") == "200"
    assert not table.canvas._motion.moving


def test_with_reduced_motion_nothing_travels_and_the_changed_row_glows_once(bench, settled) -> None:
    table = bench()
    table.canvas.set_motion(reduced=True, speed=1.0)
    table.seek(2)
    told = settled(table.canvas)
    table.seek(3, animate=True)
    assert told == [1]
    assert table.painted("apples", "value") == "200"
    assert not table.canvas._motion.tokens()
    assert [slot for slot, _ in table.canvas._motion.glowing()] == [("apples", "value")]
    table.wait(PULSE + TRAVEL + 0.1)
    assert not table.canvas._motion.glowing()
    assert not table.canvas._timer.isActive()


def test_a_new_moment_finishes_the_old_one_at_once(bench) -> None:
    table = bench()
    table.seek(2)
    table.seek(3, animate=True)
    table.wait(TRAVEL * 0.3)
    table.seek(4, animate=True)
    assert table.painted("apples", "value") == "200"
    assert table.painted("oranges", "value") == "–"
    table.wait(TRAVEL * 2)
    assert table.painted("oranges", "value") == "450"


def test_twice_the_speed_takes_half_the_time(bench, settled) -> None:
    table = bench()
    table.canvas.set_motion(reduced=False, speed=2.0)
    table.seek(2)
    told = settled(table.canvas)
    table.seek(3, animate=True)
    table.wait(TRAVEL * 0.55)
    assert told == [1]


def test_a_folded_group_is_passed_like_one_node(bench) -> None:
    table = bench("xor")
    table.canvas.set_collapsed({("hidden",)})
    table.seek(2)
    table.seek(5, animate=True)
    table.wait(TRAVEL * 0.5)
    assert [token.journey.value for token in table.canvas._motion.tokens()] == ["x"]
    assert table.painted("h", "value") == "–"
    table.wait(TRAVEL)
    assert table.painted("h", "value") != "–"


def test_the_timer_rests_when_all_is_still(bench) -> None:
    table = bench()
    table.seek(2)
    table.seek(3, animate=True)
    assert table.canvas._timer.isActive()
    table.wait(TRAVEL + PULSE + 0.5)
    assert not table.canvas._timer.isActive()


@pytest.mark.parametrize("position", [6, 8, 9])
def test_a_step_that_travelled_leaves_the_picture_of_a_jump_there(bench, position) -> None:
    jumped = bench()
    jumped.seek(position)
    expected = jumped.canvas.grab().toImage()
    travelled = bench()
    travelled.seek(position - 1)
    travelled.seek(position, animate=True)
    for _ in range(40):  # frame by frame, painting each: what glows and fades must leave nothing behind
        travelled.wait(TRAVEL / 10)
        travelled.canvas.grab()
    travelled.canvas._repaint()
    assert travelled.canvas.grab().toImage() == expected
