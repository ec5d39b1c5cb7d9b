"""Whatever happens to a file on its way, a reader returns facts or refuses it with a reason."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cai_assets.onec.errors import NotSupported, UnreadableFile
from cai_assets.onec.facts import FileFacts
from cai_assets.onec.metadata.readers import reader_for
from cai_assets.onec.sources import FileKind, Layout, SourceFile
from cai_assets_tests.onec.metadata.bodies import source

_FORMS = Path(__file__).parent / "fixtures" / "form"
_SAMPLES = {
    source(FileKind.FORM, "CommonForm.Ф", "Form.form"): (_FORMS / "Form.form").read_bytes(),
    source(FileKind.FORM, "CommonForm.Ф", "Form.xml", Layout.DESIGNER): (
        (_FORMS / "Form.xml").read_bytes()
    ),
    source(FileKind.RIGHTS, "Role.Р", "Rights.rights"): (
        b"<Rights><object><name>Catalog.A</name><right><name>Read</name><value>true</value>"
        b"<restrictionByCondition><condition>c</condition></restrictionByCondition></right>"
        b"</object></Rights>"
    ),
    source(FileKind.SCHEDULE, "ScheduledJob.Р", "Schedule.schedule"): (
        b'<Schedule weeksPeriod="1"><weekDays>Mon</weekDays><dailySchedules/></Schedule>'
    ),
    source(FileKind.FLOWCHART, "BusinessProcess.П", "Flowchart.scheme"): (
        b'<GraphicalSchema xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Items>'
        b"<Switch><Properties><Name>a</Name><Case><name>c</name></Case><AddressingAttributes>"
        b'<AddressingAttribute ref="Task.T.AddressingAttribute.A"><Value i:type="DesignTimeRef">'
        b"Catalog.C.P</Value></AddressingAttribute></AddressingAttributes></Properties><Events>"
        b'<Event name="SwitchProcessing">p</Event></Events></Switch><ConnectionLine><Properties>'
        b"<Connect><From><Item>a</Item><PortIndex>6</PortIndex></From><To><Item>a</Item></To>"
        b"</Connect></Properties></ConnectionLine></Items></GraphicalSchema>"
    ),
    source(FileKind.COMPOSITION, "CommonTemplate.Т", "Template.dcs"): (
        b"<DataCompositionSchema><dataSet><name>a</name><query>q</query></dataSet>"
        b"</DataCompositionSchema>"
    ),
    source(FileKind.SUPPORT, "", "ParentConfigurations.bin"): (
        b'{6,0,1,00000000-0000-0000-0000-000000000001,0,00000000-0000-0000-0000-000000000002,"1",'
        b'"V","N",1,0,0,00000000-0000-0000-0000-000000000003,00000000-0000-0000-0000-000000000003}'
    ),
}


def _read(file: SourceFile, data: bytes) -> FileFacts | None:
    reader = reader_for(file)
    assert reader is not None
    try:
        return reader(file, data)
    except (UnreadableFile, NotSupported) as error:
        assert str(error)
        return None


def test_samples_are_read_whole() -> None:
    for file, data in _SAMPLES.items():
        facts = _read(file, data)
        assert facts is not None
        assert facts.problems == []


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(list(_SAMPLES)),
    st.integers(0, 20_000),
    st.integers(0, 60),
    st.binary(max_size=20),
)
def test_a_cut_or_an_insertion_anywhere_is_survived(
    file: SourceFile, position: int, cut: int, inserted: bytes
) -> None:
    data = _SAMPLES[file]
    position %= len(data)
    _read(file, data[:position] + inserted + data[position + cut :])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(list(_SAMPLES)), st.data())
def test_missing_and_doubled_elements_are_survived(file: SourceFile, draw: st.DataObject) -> None:
    """Leave lines out and repeat others, which keeps much of the XML well-formed."""
    lines = _SAMPLES[file].replace(b"><", b">\n<").split(b"\n")
    counts = draw.draw(st.dictionaries(st.integers(0, len(lines) - 1), st.sampled_from((0, 2))))
    _read(file, b"\n".join(line for i, line in enumerate(lines) for _ in range(counts.get(i, 1))))
