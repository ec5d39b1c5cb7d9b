"""Whatever bytes arrive: nothing is written outside the target, and failures are refusals."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cai_assets.intake.archives import Limits, unpack
from cai_assets.intake.errors import Refused
from cai_assets_tests.intake.crafting import write_tar, write_zip

PIECES = ["..", ".", "", "a", "б", "C:", "\\", "con", "a\0b", "a\n", " ", "~", "\ufeff", "x" * 300]
NAMES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("/".join)
SMALL = Limits(
    max_entries=50, max_total_bytes=100_000, free_expansion_bytes=50_000, reserve_bytes=0
)


def unpack_in_a_cage(name: str, data: bytes) -> None:
    """Unpack and compare everything around the target before and after."""
    with tempfile.TemporaryDirectory() as folder:
        cage = Path(folder)
        inner = cage / "outer" / "inner"
        inner.mkdir(parents=True)
        archive = inner / name
        archive.write_bytes(data)
        try:
            result = unpack(archive, inner / "target", SMALL)
        except Refused as error:
            assert error.text("ru") and error.text("en")
            assert not (inner / "target").exists()
        else:
            written = [path for path in (inner / "target").rglob("*") if not path.is_dir()]
            assert len(written) == result.files
            assert not any(path.is_symlink() for path in written)
        outside = [
            path
            for path in cage.rglob("*")
            if path.is_file() and inner / "target" not in path.parents
        ]
        assert outside == [archive]
        assert archive.read_bytes() == data


@settings(max_examples=100, deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True), tar=st.booleans())
def test_unpacking_never_writes_outside_the_target(names: list[str], tar: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {name: name.encode() for name in names}
        if tar:
            data = write_tar(Path(folder) / "a.tar", files).read_bytes()
        else:
            data = write_zip(Path(folder) / "a.zip", files).read_bytes()
    unpack_in_a_cage("a.tar" if tar else "a.zip", data)


def _sample(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        files = {"src/a.mdo": b"<a/>" * 50, "src/б.bsl": b"//", "x/": b""}
        writer = write_zip if name.endswith("zip") else write_tar
        return writer(Path(folder) / name, files).read_bytes()


SAMPLES = {name: _sample(name) for name in ("a.zip", "a.tar", "a.tar.gz")}


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(sorted(SAMPLES)),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    cut=st.floats(0, 1),
    inserted=st.binary(max_size=40),
)
def test_damaged_archives_are_refused_or_read_but_never_escape(
    name: str, changes: list[tuple[float, int]], cut: float, inserted: bytes
) -> None:
    data = bytearray(SAMPLES[name])
    for place, value in changes:
        data[int(place * len(data))] = value
    middle = int(cut * len(data))
    unpack_in_a_cage(name, bytes(data[:middle] + inserted + data[middle:]))
