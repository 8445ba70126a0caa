"""The marks that tell at what messages a process died."""

import subprocess
import sys
from pathlib import Path

from clientela.inbox.marks import Left, marking, marks_left

AT_WORK = """
import sys, time
from pathlib import Path
from clientela.inbox.marks import marking
with marking(Path(sys.argv[1])) as mark:
    mark.note([3, 1, 2])
    mark.note([7, 8], [[9], [10, 11]])
    print("noted", flush=True)
    time.sleep(60)
"""


def test_who_ends_in_order_leaves_no_mark(tmp_path: Path) -> None:
    with marking(tmp_path / "intake") as mark:
        mark.note([1, 2])
    assert marks_left(tmp_path / "intake") == []
    assert list((tmp_path / "intake").iterdir()) == []


def test_who_is_at_work_is_not_taken_for_dead(tmp_path: Path) -> None:
    with marking(tmp_path) as mark:
        mark.note([1, 2])
        assert marks_left(tmp_path) == []


def test_a_process_that_was_killed_tells_what_it_was_at_last_and_once(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", AT_WORK, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"noted\n"
        assert marks_left(tmp_path) == []
        process.kill()
        process.wait()
    assert marks_left(tmp_path) == [Left((7, 8), ((9,), (10, 11)))]
    assert marks_left(tmp_path) == []


def test_a_mark_that_could_not_be_written_whole_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "1-aa.mark").write_text("[1, 2")
    (tmp_path / "2-bb.mark").write_text("")
    (tmp_path / "3-cc.mark").write_text("[]")
    (tmp_path / "4-dd.mark").write_text("[[]]")
    (tmp_path / "5-ee.mark").write_text("[1, 2]")  # as an earlier version wrote it
    assert marks_left(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_no_folder_yet_means_nothing_was_left(tmp_path: Path) -> None:
    assert marks_left(tmp_path / "none") == []
