"""What the harness reads from Java tests is what they state."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from reference_tests import Place, Run, read_test_class

Reader = Callable[[str], list[Run]]

_HEAD = """
package any;

import java.util.List;

/** class Fake { } in a comment */
class SomeKeyDiagnosticTest extends AbstractDiagnosticTest<SomeKeyDiagnostic> {

  private static final String PATH_TO_METADATA = "src/test/resources/metadata/designer";
  private static final String MODULE = PATH_TO_METADATA + "/CommonModules/M/Ext/Module.bsl";
  private CommonModule module;

  SomeKeyDiagnosticTest() {
    super(SomeKeyDiagnostic.class);
  }
"""


@pytest.fixture
def runs(tmp_path: Path) -> Reader:
    """A function from the members of a test class to its runs."""

    def read(members: str) -> list[Run]:
        path = tmp_path / "SomeKeyDiagnosticTest.java"
        path.write_text(f"{_HEAD}{members}\n}}\n", "utf-8")
        return read_test_class(path, "SomeKey")

    return read


def _test(body: str, name: str = "test", annotation: str = "@Test") -> str:
    return f"  {annotation}\n  void {name}() {{\n{body}\n  }}\n"


def test_a_plain_test_reads_the_fixture_of_its_key(runs: Reader) -> None:
    (run,) = runs(
        _test("""
    List<Diagnostic> diagnostics = getDiagnostics(); // hasSize(9)
    assertThat(diagnostics).hasSize(2);
    assertThat(diagnostics, true)
      .hasRange(3, 4, 5, 6)
      /* .hasRange(1, 1, 1, 1) */
      .hasRange(7, 8, 9);
    """)
    )
    assert (run.fixture, run.text, run.size) == ("SomeKeyDiagnostic", None, 2)
    assert run.places == [Place(3, 4, 5, 6), Place(7, 8, 7, 9)]
    assert run.complete


def test_ranges_in_lambdas_and_of_single_findings_count(runs: Reader) -> None:
    (run,) = runs(
        _test("""
    var diagnostics = getDiagnostics();
    assertThat(diagnostics)
      .anyMatch(d -> d.getRange().equals(Ranges.create(1, 2, 1, 3)) && d.matches(".*x.*"));
    assertThat(diagnostics.get(1).getRange()).isEqualTo(Ranges.create(4, 0, 9));
    assertThat(diagnostics.getFirst().getRelatedInformation()).hasSize(35);
    """)
    )
    assert run.places == [Place(1, 2, 1, 3), Place(4, 0, 4, 9)]
    assert run.size is None
    assert not run.complete


def test_parameters_hold_until_they_are_set_anew(runs: Reader) -> None:
    body = """
    Map<String, Object> configuration = diagnosticInstance.getInfo().getDefaultConfiguration();
    configuration.put("limit", 7);
    configuration.put("names", "A|"
      + "B");
    diagnosticInstance.configure(configuration);
    var first = getDiagnostics();
    assertThat(first).hasSize(1);
    configuration = diagnosticInstance.getInfo().getDefaultConfiguration();
    configuration.put("flag", true);
    diagnosticInstance.configure(configuration);
    var second = getDiagnostics("SomeKeyDiagnosticOther");
    assertThat(second).isEmpty();
    """
    first, second = runs(_test(body))
    assert first.options == {"limit": 7, "names": "A|B"}
    assert second.options == {"flag": True}
    assert (second.fixture, second.size) == ("SomeKeyDiagnosticOther", 0)


def test_text_blocks_are_code_without_their_indentation(runs: Reader) -> None:
    body = '''
    var sample =
      """
        А = 1;
          Б = "";
        """;
    var context = TestUtils.getDocumentContext(sample);
    assertThat(getDiagnostics(context)).hasSize(1);
    '''
    (run,) = runs(_test(body))
    assert run.text == 'А = 1;\n  Б = "";\n'


def test_helpers_mocks_and_the_configuration_are_followed(runs: Reader) -> None:
    members = _test("""
    var context = contextWith(UseMode.USE);
    when(module.isServer()).thenReturn(Boolean.TRUE);
    when(documentContext.getMdObject()).thenReturn(Optional.empty());
    check(getDiagnostics(context));
    """)
    members += """
  private void check(List<Diagnostic> found) {
    assertThat(found).hasSize(3);
  }

  private DocumentContext contextWith(UseMode mode) {
    initServerContext(Absolute.path(PATH_TO_METADATA));
    var file = Path.of(MODULE).toAbsolutePath();
    when(configuration.getModalityUseMode()).thenReturn(mode);
    return spy(TestUtils.getDocumentContext(file.toUri(), getText(), context));
  }
"""
    (run,) = runs(members)
    assert run.fixture == "SomeKeyDiagnostic"
    assert run.configuration == "src/test/resources/metadata/designer"
    assert run.module_file == "CommonModules/M/Ext/Module.bsl"
    assert run.size == 3
    assert run.mocks["getModalityUseMode"] == "USE"


def test_the_kind_of_the_module_may_be_an_argument(runs: Reader) -> None:
    members = _test("""
    var found = getDiagnostics("SomeKeyDiagnosticEmpty", ModuleType.ObjectModule);
    assertThat(found).isEmpty();
    """)
    members += """
  private List<Diagnostic> getDiagnostics(String fileName, ModuleType moduleType) {
    var documentContext = spy(TestUtils.getDocumentContext(getText(fileName)));
    doReturn(moduleType).when(documentContext).getModuleType();
    return getDiagnostics(documentContext);
  }
"""
    (run,) = runs(members)
    assert (run.fixture, run.module_type) == ("SomeKeyDiagnosticEmpty", "ObjectModule")


def test_a_test_run_with_several_values_is_several_runs(runs: Reader) -> None:
    members = """
  @ParameterizedTest
  @ValueSource(strings = {"SomeKeyDiagnosticA", "SomeKeyDiagnosticB"})
  void several(String name) {
    assertThat(getDiagnostics(name)).hasSize(1);
  }
"""
    assert [run.fixture for run in runs(members)] == ["SomeKeyDiagnosticA", "SomeKeyDiagnosticB"]


def test_the_same_question_is_asked_once(runs: Reader) -> None:
    body = "assertThat(getDiagnostics()).hasSize(1);"
    assert len(runs(_test(body, "first") + _test(body, "second"))) == 1


def test_a_test_without_expectations_is_no_run(runs: Reader) -> None:
    assert runs(_test("var diagnostics = getDiagnostics();\n assertThat(fixes).hasSize(1);")) == []
